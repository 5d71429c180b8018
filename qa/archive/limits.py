"""What of a question limits the articles: outlets that the index has, and days, as the calendar has
them."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.records import Filters
from qa.checking.dates import dates, resolve

Span = tuple[date, date]
EDGE = re.compile(
    r"(?:\b(before|until|till|by|after|since|from|on|in|during|of|for)\s+)?(?:the\s+)?$", re.I
)
UNTIL = ("until", "till", "by")


@dataclass(frozen=True, slots=True)
class Limits:
    """The filters that a question asks for, and the question without the words that ask for
    them."""

    filters: Filters
    question: str
    outlets: tuple[str, ...] = ()


def limits(question: str, sources: Sequence[str], as_of: str | None, given: Filters) -> Limits:
    """`as_of` is the day from which "last week" counts; what is `given` with the question goes
    before what is in it."""
    outlets, rest = named(question, sources)
    after, before, rest = _days(rest, as_of)
    found = replace(
        given,
        published_after=given.published_after or after,
        published_before=given.published_before or before,
        sources=given.sources or outlets,
    )
    return Limits(found, " ".join(rest.split()), outlets)


def named(question: str, sources: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The outlets whose whole name is in the question, written as the index has it, and the
    question without them."""
    found: list[str] = []
    for outlet in sorted(sources, key=len, reverse=True):  # the Post is no part of the Morning Post
        name = re.compile(rf"(?:\bthe\s+)?(?<!\w){re.escape(outlet)}(?!\w)")
        if name.search(question):
            found.append(outlet)
            question = name.sub("", question)
    return tuple(sorted(found)), question


def _days(question: str, as_of: str | None) -> tuple[str | None, str | None, str]:
    """The first and last day asked for, and the question without them; only its first date
    counts."""
    place = _first(question, as_of)
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


def _first(question: str, as_of: str | None) -> tuple[Span, int, int] | None:
    for one in resolve(question, as_of):
        return (one.first, one.last), one.start, one.end
    for fact in dates(question, as_of):
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
