"""Finds where the sentences chosen for a question contradict each other on a number or a date, and says so.

Precision first: two articles must say the same thing of the same names in much the same words, and differ in one value.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from index.records import Article
from qa.checking.dates import as_of
from qa.checking.facts import Fact, facts, plain, same, year
from qa.checking.wording import Words
from qa.reading.choose import Candidate
from qa.records import Note
from qa.words import PAST

ALIKE = 0.6  # share of the words that stand in the same order in both
ABOUT = 0.5  # share of the shorter sentence's other words in the longer, when both hold a short answer to one question
LONGEST = 6  # words that a differing value may take
_DONE = re.compile(  # what happened: the nearest to a value says what it counts
    rf"(?!(?:hundred|indeed|united|reported|confirmed|added|announced|estimated|expected|warned|claimed|said|told)$)(?:\w{{2,}}ed|{PAST})"
    r"|missing|dead"
)


def among(chosen: Sequence[Candidate]) -> tuple[list[Note], list[Candidate]]:
    """The notes for the reader, and the chosen sentences with those that contradict each other in front, the newest first."""
    said = [_Said.of(one) for one in chosen]
    days = [one.article.published or "" for one in chosen]
    notes, sides = [], set[int]()
    for i, j in combinations(range(len(chosen)), 2):
        if chosen[i].article.id != chosen[j].article.id and (rivals := _rivals(said[i], said[j])):
            values = dict(zip((i, j), rivals, strict=True))
            newer, older = sorted(values, key=days.__getitem__, reverse=True)
            update = bool(days[older]) and days[newer][:10] != days[older][:10]
            both = " and ".join(
                _told(chosen[n].article, values[n].text, update) for n in (newer, older)
            )
            said_so = (
                "The newer article differs from the older" if update else "The sources disagree"
            )
            notes.append(
                Note("conflict_in_time" if update else "sources_disagree", f"{said_so}: {both}.")
            )
            sides |= {i, j}
    order = sorted(sorted(sides), key=days.__getitem__, reverse=True)
    return notes, [chosen[n] for n in dict.fromkeys([*order, *range(len(chosen))])]


def _told(article: Article, value: str, update: bool) -> str:
    day = as_of(article.published) if update else article.published
    where = ", ".join(part for part in (article.source, day) if part)
    return f'"{value}" ({where})' if where else f'"{value}"'


@dataclass(frozen=True)
class _Said:
    """What a sentence says: its words, its numbers and dates, the one that is the short answer, the keys of its names."""

    words: Words
    values: list[Fact]
    answer: Fact | None
    names: set[str]

    @classmethod
    def of(cls, one: Candidate) -> "_Said":
        span, words = one.span, Words.of(plain(one.sentence.text))
        known = facts(words.text, one.article.published)
        values = [fact for fact in known if fact.kind in ("number", "date")]
        short = plain(one.article.text[span.start : span.end]) if span else ""
        start = words.text.find(short) if short else -1
        held = [f for f in values if f.start < start + len(short) and f.end > start >= 0]
        number = len(short.split()) <= 4  # "57 people", not "the president of 57 countries"
        answer = next(
            (f for f in held if len(f.text) > 0.6 * len(short) or (number and f.kind == "number")),
            None,
        )
        return cls(
            words,
            values,
            answer,
            {key for fact in known if fact.kind == "name" for key in fact.value},
        )

    def without(self, value: Fact) -> set[str]:
        """The stems of its other words."""
        return Words.of(self.words.text[: value.start] + self.words.text[value.end :]).content()

    def done(self, value: Fact) -> str:
        """What happened to what the value counts: the nearest such verb."""
        w = self.words
        found = [n for n, word in enumerate(w.words) if _DONE.fullmatch(word)]
        return w.stems[min(found, key=lambda n: abs(w.starts[n] - value.start))] if found else ""

    def only(self, first: int, last: int) -> Fact | None:
        """The only value among these few words."""
        left, right = self.words.starts[first], self.words.starts[last - 1]
        held = [fact for fact in self.values if fact.start <= right and fact.end > left]
        return (
            held[0] if len({fact.start for fact in held}) == 1 and last - first <= LONGEST else None
        )


def _rivals(mine: _Said, theirs: _Said) -> tuple[Fact, Fact] | None:
    a, b = mine.answer, theirs.answer
    pairs = [(a, b)] if a and b and _about(mine, theirs, a, b) else _in_place(mine, theirs)
    pairs = [(a, b) for a, b in pairs if _differ(a, b, mine.values, theirs.values)]
    return (
        pairs[0]
        if len(pairs) == 1 and not _other_time(*pairs[0], mine.values, theirs.values)
        else None
    )


def _about(mine: _Said, theirs: _Said, a: Fact, b: Fact) -> bool:
    """Are they about the same names, in much the same words, and did the same happen to what is counted?"""
    one, other = mine.without(a), theirs.without(b)
    alike = len(one & other) >= max(3, ABOUT * min(len(one), len(other)))
    return (
        alike
        and (mine.names <= theirs.names or theirs.names <= mine.names)
        and mine.done(a) == theirs.done(b)
    )


def _in_place(mine: _Said, theirs: _Said) -> list[tuple[Fact, Fact]]:
    """The values where the other sentence has others, between the same words; only one of them may say more."""
    ops = SequenceMatcher(None, mine.words.stems, theirs.words.stems, autojunk=False).get_opcodes()
    alike = 2 * sum(i2 - i1 for tag, i1, i2, _, _ in ops if tag == "equal")
    if alike < ALIKE * (len(mine.words.words) + len(theirs.words.words)):
        return []
    held = [
        (mine.only(i1, i2), theirs.only(j1, j2)) for tag, i1, i2, j1, j2 in ops if tag == "replace"
    ]
    known = [(a, b, mine.without(a), theirs.without(b)) for a, b in held if a and b]
    return [(a, b) for a, b, one, other in known if one <= other or other <= one]


def _differ(a: Fact, b: Fact, ours: list[Fact], others: list[Fact]) -> bool:
    """Values of one kind and unit, each only in its own sentence."""
    if a.kind != b.kind or (
        a.kind == "number" and (a.value[1] != b.value[1] or (year(a) is None) != (year(b) is None))
    ):
        return False
    return not any(same(a, fact) or same(fact, a) for fact in others) and not any(
        same(b, f) or same(f, b) for f in ours
    )


def _other_time(a: Fact, b: Fact, ours: list[Fact], others: list[Fact]) -> bool:
    """Each sentence dates what it says, and differently: both can hold."""
    mine = [f for f in ours if (f.kind == "date" or year(f)) and f.start != a.start]
    theirs = [f for f in others if (f.kind == "date" or year(f)) and f.start != b.start]
    return bool(mine and theirs) and not any(same(x, y) or same(y, x) for x in mine for y in theirs)
