"""Finds where the sentences chosen for a question contradict each other on a number, a date or a name, and says so.

Precision first: two articles must say the same thing in much the same words, and differ in one value of one kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import Literal

from qa.checking.dates import as_of
from qa.checking.facts import Fact, facts, plain, same
from qa.checking.wording import Words
from qa.choose import Candidate
from qa.records import Note

ALIKE, NAMES = 0.6, 0.75  # share of the words that stand in the same order in both; two people may do the same thing
ABOUT = 0.5  # share of the shorter sentence's other words in the longer, when both hold a short answer to one question
LONGEST = 6  # words that a differing value may take
CODES = {"update": "conflict_in_time", "disagreement": "sources_disagree"}
Kind = Literal["update", "disagreement"]


@dataclass(frozen=True, slots=True)
class Dated:
    """A sentence with its article; `answer` are the offsets in it of the words that answer the question, where known."""

    text: str
    article_id: str
    published: str | None = None
    source: str = ""
    answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides: the number of its sentence among those given, and what it says."""

    index: int
    value: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sides that cannot both hold, the newer first; an update when their articles are of different days."""

    kind: Kind
    what: str
    sides: tuple[Side, Side]


def find(sentences: Sequence[Dated]) -> list[Conflict]:
    """The contradictions between sentences of different articles, at most one for each two sentences."""
    conflicts = []
    for (i, one), (j, other) in combinations(enumerate(sentences), 2):
        if one.article_id != other.article_id and (rivals := _rivals(one, other)):
            sides = [(one.published or "", Side(i, rivals[0].text)), (other.published or "", Side(j, rivals[1].text))]
            sides.sort(key=lambda side: side[0], reverse=True)
            kind: Kind = "update" if sides[1][0] and sides[0][0][:10] != sides[1][0][:10] else "disagreement"
            conflicts.append(Conflict(kind, rivals[0].kind, (sides[0][1], sides[1][1])))
    return conflicts


def among(chosen: Sequence[Candidate]) -> tuple[list[Note], list[Candidate]]:
    """The notes for the reader, and the chosen sentences with those that contradict each other in front, the newest first."""
    sentences = [_dated(one) for one in chosen]
    conflicts = find(sentences)
    notes = [Note(CODES[one.kind], told(one, sentences)) for one in conflicts]
    sides = {side.index for conflict in conflicts for side in conflict.sides}
    order = sorted(sorted(sides), key=lambda n: sentences[n].published or "", reverse=True)
    return notes, [chosen[n] for n in dict.fromkeys([*order, *range(len(chosen))])]


def told(conflict: Conflict, sentences: Sequence[Dated]) -> str:
    """Both sides in one line, each with its source and day."""
    update, parts = conflict.kind == "update", []
    for side in conflict.sides:
        one = sentences[side.index]
        where = ", ".join(part for part in (one.source, as_of(one.published) if update else one.published) if part)
        parts.append(f'"{side.value}" ({where})' if where else f'"{side.value}"')
    return f"{'The newer article differs from the older' if update else 'The sources disagree'}: {' and '.join(parts)}."


def _dated(one: Candidate) -> Dated:
    first, last, span = one.sentence.start, one.sentence.end, one.span
    answer = (span.start - first, span.end - first) if span and first <= span.start < span.end <= last else None
    return Dated(one.sentence.text, one.article.id, one.article.published, one.article.source, answer)


def _rivals(one: Dated, other: Dated) -> tuple[Fact, Fact] | None:
    mine, theirs = Words.of(plain(one.text)), Words.of(plain(other.text))
    ours, others = facts(mine.text, one.published), facts(theirs.text, other.published)
    a, b = _answer(one, mine, ours), _answer(other, theirs, others)
    pairs = [(a, b)] if a and b and _about(mine, theirs, a, b) else _in_place(mine, theirs, ours, others)
    pairs = [(a, b) for a, b in pairs if _differ(a, b, ours, others)]
    return pairs[0] if len(pairs) == 1 and not _other_time(*pairs[0], ours, others) else None


def _in_place(mine: Words, theirs: Words, ours: list[Fact], others: list[Fact]) -> list[tuple[Fact, Fact]]:
    """The values where the other sentence has others, between the same words."""
    ops = SequenceMatcher(None, mine.stems, theirs.stems, autojunk=False).get_opcodes()
    alike = (
        2 * sum(i2 - i1 for tag, i1, i2, _, _ in ops if tag == "equal") / max(1, len(mine.words) + len(theirs.words))
    )
    replaced = [spans for tag, *spans in ops if tag == "replace" and alike >= ALIKE]
    held = [(_only(mine, ours, i1, i2), _only(theirs, others, j1, j2)) for i1, i2, j1, j2 in replaced]
    return [(a, b) for a, b in held if a and b and alike >= (NAMES if a.kind == "name" else ALIKE)]


def _only(words: Words, known: list[Fact], first: int, last: int) -> Fact | None:
    """The only fact among these few words, quotations aside."""
    left, right = words.starts[first], words.starts[last - 1]
    held = [fact for fact in known if fact.start <= right and fact.end > left and fact.kind != "quote"]
    return held[0] if len({fact.start for fact in held}) == 1 and last - first <= LONGEST else None


def _answer(one: Dated, words: Words, known: list[Fact]) -> Fact | None:
    """The fact that is the short answer, if one is."""
    said = plain(one.text[slice(*one.answer)]) if one.answer else ""
    start = words.text.find(said) if said else -1
    held = [f for f in known if f.kind != "quote" and f.start < start + len(said) and f.end > start >= 0]
    short = {"number"} if len(said.split()) <= 4 else {}  # "57 people", not "the president of 57 countries"
    return next((f for f in held if len(f.text) > 0.6 * len(said) or f.kind in short), None)


def _about(mine: Words, theirs: Words, a: Fact, b: Fact) -> bool:
    """Are the two sentences, their short answers aside, about the same?"""
    one, other = (Words.of(w.text[: f.start] + w.text[f.end :]).content() for w, f in ((mine, a), (theirs, b)))
    return len(one & other) >= max(3, ABOUT * min(len(one), len(other)))


def _differ(a: Fact, b: Fact, ours: list[Fact], others: list[Fact]) -> bool:
    """Values of one kind and unit, each only in its own sentence."""
    if a.kind != b.kind or (a.kind == "number" and (a.value[1] != b.value[1] or _year(a) != _year(b))):
        return False
    return not any(same(a, fact) or same(fact, a) for fact in others) and not any(
        same(b, f) or same(f, b) for f in ours
    )


def _year(fact: Fact) -> bool:
    return fact.kind == "number" and fact.text.isdigit() and 1000 <= int(fact.text) <= 2100


def _other_time(a: Fact, b: Fact, ours: list[Fact], others: list[Fact]) -> bool:
    """Each sentence dates what it says, and differently: both can hold."""
    mine = [f for f in ours if (f.kind == "date" or _year(f)) and f.start != a.start]
    theirs = [f for f in others if (f.kind == "date" or _year(f)) and f.start != b.start]
    return bool(mine and theirs) and not any(same(x, y) or same(y, x) for x in mine for y in theirs)
