"""The days in a text, and what an article's "Thursday", "last year" or "in August" means, counted
from its day of publication.

Careful by design: what has two readings ("next Friday" on a Monday), or may be no day at all, stays
open."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qa.checking.amounts import Fact
from qa.checking.sides import Side, Sides
from qa.checking.times import DAY, DAYS, MONTH, MONTHS, Span, Time, times, whole_month
from qa.records import Citation, Note

_DATE = re.compile(  # as the calendar has it; May and March alone are months only behind _LEANS
    r"\b(?P<iso>[12]\d{3}-\d\d-\d\d)\b|\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"\b(?P<month>{MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b\.?(?:\s*(?P<d2>\d{{1,2}})"
    r"(?:st|nd|rd|th)?(?!\d|,\d)(?:\s?[-–]\s?(?P<d3>\d{1,2})\b)?)?(?:\s*,?\s*(?P<year>[12]\d{3})\b)?"
    rf"|\b(?P<day>{DAY})s?\b"
)
_LEANS = re.compile(r"\b(?:in|of|since|by|until|last|next|late|early) $", re.I)


@dataclass(frozen=True, slots=True)
class Resolved:
    """`sentence[start:end] == text` is the time from `first` to `last`, both included; `shown` is
    how people read it."""

    start: int
    end: int
    text: str
    first: date
    last: date
    shown: str

    @property
    def fact(self) -> Fact:
        """With what all days of the time share of year, month and day."""
        a, b = self.first, self.last
        year, month = (
            (a.year if a.year == b.year else None),
            (a.month if (a.year, a.month) == (b.year, b.month) else None),
        )
        return Fact(
            "date", self.text, self.start, self.end, (year, month, a.day if a == b else None, None)
        )


def resolve(told: Sequence[tuple[str, str | None]], sides: Sides) -> list[list[Resolved]]:
    """For each (sentence, its article's date) the relative times in it, in their order; none where
    the date is unknown."""
    found = [(text, list(_times(text, published))) for text, published in told]
    asked = [(text, one.start, one.end) for text, own in found for one in own if not one.sure]
    known = dict(zip(asked, sides(asked) if asked else (), strict=True))
    return [
        [
            Resolved(one.start, one.end, text[one.start : one.end], *span, _shown(*span))
            for one in own
            if (span := _span(one, known.get((text, one.start, one.end), "day")))
        ]
        for text, own in found
    ]


def _times(text: str, published: str | None) -> Iterator[Time]:
    try:
        base = date.fromisoformat((published or "")[:10])
    except ValueError:
        return iter(())
    return times(text, base)


def _span(time: Time, side: Side) -> Span | None:
    if time.ahead == time.behind:
        return None if side == "open" else time.ahead
    return {"ahead": time.ahead, "behind": time.behind}.get(side)


def dates(text: str, resolved: Sequence[Resolved] = ()) -> Iterator[Fact]:
    """Calendar dates and the `resolved` times of the text; value: (year, month, day, weekday), None
    where not said."""
    relative = [one.fact for one in resolved]
    for found in _DATE.finditer(text):
        days = [int(found[name]) for name in ("d1", "d2", "d3") if found[name]]
        values: list[tuple[int | None, ...]] = []
        if found["iso"]:
            values = [(*map(int, found["iso"].split("-")), None)]
        elif found["day"]:
            values = [(None, None, None, DAYS.index(found["day"].lower()))]
        elif (
            days
            or found["year"]
            or found["month"][:3] not in ("May", "Mar")
            or _LEANS.search(text[: found.start()][-9:])
        ):
            month, year = (
                MONTHS.index(found["month"][:3].lower()) + 1,
                int(found["year"] or 0) or None,
            )
            values = [(year, month, day, None) for day in days or (None,)]
        own = [one for one in relative if one.start < found.end() and found.start() < one.end]
        relative = [one for one in relative if one not in own]
        for value in [*filter(_exists, values), *(one.value for one in own)]:
            yield Fact("date", found[0].strip(" ,."), found.start(), found.end(), value)
    yield from relative


def _exists(value: tuple[int | None, ...]) -> bool:
    year, month, day, _ = value
    return month is None or (
        1 <= month <= 12 and 1 <= (day or 1) <= monthrange(year or 2000, month)[1]
    )


def describe(resolved: Resolved) -> str:
    """For example `"Thursday" is 2025-10-16`."""
    return f'"{resolved.text}" is {resolved.shown}'


def noted(citations: Sequence[Citation], sides: Sides) -> list[Note]:
    """One note for each relative time in a cited sentence, counted from its article's date."""
    found = resolve([(one.text, one.published) for one in citations], sides)
    return [
        Note("date", f"{describe(one)} in [{citation.number}].")
        for citation, own in zip(citations, found, strict=True)
        for one in own
    ]


def as_of(published: str | None) -> str:
    """How an answer dates what may have changed since; empty when the day is unknown."""
    return f"as of {published[:10]}" if published else ""


def _shown(first: date, last: date) -> str:
    if (first, last) == whole_month(first.year, first.month):
        return f"{first:%B %Y}"
    whole_year = (last - first).days > 363 and first.day == first.month == 1
    return str(first.year) if whole_year else str(first) if first == last else f"{first} to {last}"
