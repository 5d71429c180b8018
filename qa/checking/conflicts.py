"""Finds where two sentences chosen for a question contradict each other on one number or date, and
says so.

Precision first: they come from different articles, differ in exactly one such value, and one of
them with the other's value in the place of its own would be borne out by the other.
"""

from collections.abc import Sequence
from itertools import combinations

from index.records import Article
from qa.checking.dates import as_of, resolve
from qa.checking.facts import Fact, facts, plain, same, year
from qa.checking.sides import Sides
from qa.checking.verify import Verifier
from qa.reading.choose import Candidate
from qa.reading.premise import Source
from qa.records import Note

Rivals = tuple[int, int, Fact, Fact]


def among(chosen: Sequence[Candidate], verifier: Verifier) -> tuple[list[Note], list[Candidate]]:
    """The notes for the reader, and the chosen sentences with those that contradict each other in
    front, the newest first."""
    days = [one.article.published or "" for one in chosen]
    notes, sides = [], set[int]()
    for one, other, value, rival in _contradicting(
        chosen, _differing(chosen, verifier.sides), verifier
    ):
        values = {one: value, other: rival}
        newer, older = sorted(values, key=days.__getitem__, reverse=True)
        update = bool(days[older]) and days[newer][:10] != days[older][:10]
        told = " and ".join(
            _told(chosen[n].article, values[n].text, update) for n in (newer, older)
        )
        opening = "The newer article differs from the older" if update else "The sources disagree"
        notes.append(
            Note("conflict_in_time" if update else "sources_disagree", f"{opening}: {told}.")
        )
        sides |= {one, other}
    order = sorted(sorted(sides), key=days.__getitem__, reverse=True)
    return notes, [chosen[n] for n in dict.fromkeys([*order, *range(len(chosen))])]


def _told(article: Article, value: str, update: bool) -> str:
    day = as_of(article.published) if update else article.published
    where = ", ".join(part for part in (article.source, day) if part)
    return f'"{value}" ({where})' if where else f'"{value}"'


def _differing(chosen: Sequence[Candidate], sides: Sides) -> list[Rivals]:
    """Pairs of different articles whose sentences differ in one number or date."""
    values = _values(chosen, sides)
    pairs = []
    for one, other in combinations(range(len(chosen)), 2):
        if chosen[one].article.id == chosen[other].article.id:
            continue
        mine = _unmatched(values[one], values[other])
        rivals = _unmatched(values[other], values[one])
        if len(mine) == len(rivals) == 1 and _comparable(mine[0], rivals[0]):
            pairs.append((one, other, mine[0], rivals[0]))
    return pairs


def _values(chosen: Sequence[Candidate], sides: Sides) -> list[list[Fact]]:
    """The numbers and dates of each."""
    told = [(plain(one.sentence.text), one.article.published) for one in chosen]
    return [
        [fact for fact in facts(text, resolved) if fact.kind in ("number", "date")]
        for (text, _), resolved in zip(told, resolve(told, sides), strict=True)
    ]


def _unmatched(values: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    return [v for v in values if not any(same(v, other) or same(other, v) for other in others)]


def _comparable(one: Fact, other: Fact) -> bool:
    """Of one kind and, for numbers, of one unit; a year is no amount."""
    if one.kind != other.kind:
        return False
    if one.kind == "date":
        return True
    return bool(one.value[1] == other.value[1]) and (year(one) is None) == (year(other) is None)


def _contradicting(
    chosen: Sequence[Candidate], pairs: Sequence[Rivals], verifier: Verifier
) -> list[Rivals]:
    """Those pairs of which one, with its value exchanged for the other's, is borne out by the
    other."""
    found = []
    for one, other, value, rival in pairs:
        ways = (
            (chosen[one], value, rival, chosen[other]),
            (chosen[other], rival, value, chosen[one]),
        )
        if any(_exchanged(*way, verifier) for way in ways):
            found.append((one, other, value, rival))
    return found


def _exchanged(
    mine: Candidate, value: Fact, rival: Fact, theirs: Candidate, verifier: Verifier
) -> bool:
    text = plain(mine.sentence.text)
    claim = text[: value.start] + rival.text + text[value.start + len(value.text) :]
    (verdict,) = verifier.verdicts(claim, [[_source(theirs)]])
    return verdict.support == "supported"


def _source(one: Candidate) -> Source:
    return Source(one.sentence.text, one.article.published, one.article.title)
