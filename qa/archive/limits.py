"""What of a question limits the articles: outlets, authors and collections that the index has, and
days, as the calendar has them."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index import names
from index.index import Index
from index.records import Filters
from qa.archive.naming import Meant, Naming
from qa.checking.dates import Resolved, dates, resolve
from qa.checking.sides import Sides

Span = tuple[date, date]
EDGE = re.compile(
    r"(?:\b(before|until|till|by|after|since|from|on|in|during|of|for)\s+)?(?:the\s+)?$", re.I
)
THEY = "the articles"  # in the place of an outlet or an author, whose articles are meant
POSSESSIVE = re.compile(r"^['’]s?(?!\w)")  # behind a name
UNTIL = ("until", "till", "by")


@dataclass(frozen=True, slots=True)
class Limits:
    """The filters that a question asks for, and the question without the words that ask for
    them: the outlets and authors that it names are `the articles` in it."""

    filters: Filters
    question: str
    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


class Names:
    """The outlets, authors and collections of an index as questions name them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._naming = Naming(index.embedder)

    def limits(self, question: str, given: Filters) -> Limits:
        """Outlets by their whole names as the index has them; authors and collections in any case,
        when the question means the articles by or of them. What is `given` with the question goes
        before what is in it."""
        outlets, rest = named(question, self._index.sources(given.bounds))
        authors, rest = self._authors(rest, given.bounds)
        collections, rest = self._collections(rest, given.bounds)
        found = replace(
            given,
            sources=given.sources or outlets,
            authors=given.authors or authors,
            collections=given.collections or collections,
        )
        return Limits(found, " ".join(rest.split()), outlets, authors)

    def _authors(self, question: str, bounds: Filters) -> tuple[tuple[str, ...], str]:
        return self._meant("author", question, self._index.authors_in(question, bounds))

    def _collections(self, question: str, bounds: Filters) -> tuple[tuple[str, ...], str]:
        held = {names.look(name): name for name in self._index.collection_names(bounds)}
        places = {look: place for look, place in names.runs(question).items() if look in held}
        there = [(held[look], place) for look, place in names.apart(places)]
        return self._meant("collection", question, there)

    def _meant(
        self, label: Meant, question: str, there: Sequence[tuple[str, tuple[int, int]]]
    ) -> tuple[tuple[str, ...], str]:
        """Those names that limit the question, and the question with the rest of its words."""
        meant = [one for one in there if self._naming.means(label, question, *one[1])]
        for _, (start, end) in sorted(meant, key=lambda one: -one[1][0]):
            instead = THEY if label == "author" else ""
            question = question[:start] + instead + POSSESSIVE.sub("", question[end:])
        return tuple(sorted({name for name, _ in meant})), question


def dated(limits: Limits, as_of: str | None, given: Filters, sides: Sides) -> Limits:
    """Limited to the days that the question asks for too; "last week" counts from `as_of`."""
    (resolved,) = resolve([(limits.question, as_of)], sides)
    after, before, rest = _days(limits.question, as_of, resolved)
    found = replace(
        limits.filters,
        published_after=given.published_after or after,
        published_before=given.published_before or before,
    )
    return replace(limits, filters=found, question=" ".join(rest.split()))


def named(question: str, sources: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The outlets whose whole name is in the question, written as the index has it, and the
    question with THEY in their place."""
    found: list[str] = []
    for outlet in sorted(sources, key=len, reverse=True):  # the Post is no part of the Morning Post
        name = re.compile(rf"(?:\bthe\s+)?(?<!\w){re.escape(outlet)}(?!\w)")
        if name.search(question):
            found.append(outlet)
            question = name.sub(THEY, question)
    return tuple(sorted(found)), question


def _days(
    question: str, as_of: str | None, resolved: Sequence[Resolved]
) -> tuple[str | None, str | None, str]:
    """The first and last day asked for, and the question without them; only its first date
    counts."""
    place = _first(question, as_of, resolved)
    if place is None:
        return None, None, question
    (first, last), start, end = place
    edge = EDGE.search(question[:start])
    word = (edge[1] or "").lower() if edge else ""
    rest = question[: edge.start() if edge else start] + question[end:]
    if word == "before":
        return None, (first - timedelta(1)).isoformat(), rest
    if word in UNTIL:
        return None, last.isoformat(), rest
    if word == "after":
        return (last + timedelta(1)).isoformat(), None, rest
    if word == "since":
        return first.isoformat(), None, rest
    return first.isoformat(), last.isoformat(), rest


def _first(
    question: str, as_of: str | None, resolved: Sequence[Resolved]
) -> tuple[Span, int, int] | None:
    for one in resolved:
        return (one.first, one.last), one.start, one.end
    for fact in dates(question):
        if span := span_of(fact.value, as_of):
            return span, fact.start, fact.end
    return None


def span_of(value: tuple[int | None, ...], as_of: str | None) -> Span | None:
    """The days of a (year, month, day, weekday); without a year the last such time that had begun
    on `as_of`."""
    year, month, day, _ = value
    if month is None and year is None:
        return None
    today = date.fromisoformat(as_of[:10]) if as_of else None
    if year is None:
        if today is None or month is None:
            return None
        year = today.year - ((month, day or 1) > (today.month, today.day))
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        last = day or monthrange(year, month)[1]
        return date(year, month, day or 1), date(year, month, last)
    except ValueError:
        return None
