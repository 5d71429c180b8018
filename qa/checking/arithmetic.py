"""Tells whether a number or date follows from those of a source by one step: "by seven votes" from
"31 to 24"."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import permutations
from math import isclose

from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

from qa.checking.amounts import Fact

UNITS = {  # one of the first is so many of the second
    ("century", "decade"): 10,
    ("decade", "year"): 10,
    ("year", "month"): 12,
    ("week", "day"): 7,
    ("day", "hour"): 24,
    ("hour", "minute"): 60,
    ("minute", "second"): 60,
    ("t", "kg"): 1000,
    ("kg", "g"): 1000,
    ("km", "m"): 1000,
    ("m", "cm"): 100,
    ("cm", "mm"): 10,
}
ROUNDED = 0.05  # how far a number with a grain ("about 48,000", "1.2 million") may be off
MOST = 20  # different numbers of a source; of more any number would follow, and that takes long
LONGEST = 200  # years, months, weeks or days that are counted from a day


def follows(fact: Fact, source: Sequence[Fact], published: str | None) -> bool:
    """Whether the number or date `fact`, which the source does not state, is one step from its
    facts and the article's date.

    For numbers a step is a sum, difference, product or quotient of two, a share or part in percent,
    the double, the half or another unit of one; for dates so many days, weeks, months or years
    before or after, or the weekday next to the article's date.
    """
    days = list(_days(source, published))
    if fact.kind == "date":
        return any(_is_day(fact, day) for day in days)
    wanted, unit, bound, grain = fact.value
    years = {day.year for day in days}
    if wanted in years:
        return True
    slack = ROUNDED if grain or bound else 1e-6
    known = {amount for one in source if (amount := _amount(one))[0]}
    known |= {(float(year), "") for year in years}
    return any(isclose(wanted, value, rel_tol=slack) for value in _steps(known, str(unit)))


def _amount(fact: Fact) -> tuple[float, str]:
    """Value and unit; 0 for what is no amount, and for the ends of a range, of which nothing
    follows."""
    if fact.kind == "number":
        return (0.0 if fact.value[2] == "-" else float(fact.value[0])), str(fact.value[1])
    return float(fact.value[0] or 0) if fact.kind == "date" else 0.0, ""


def _steps(known: Collection[tuple[float, str]], wanted: str) -> Iterator[float]:
    """What follows from the (value, unit) pairs in the unit `wanted`; from more than MOST of them
    only what follows from one."""
    for value, unit in known:
        yield from (value * 2, value / 2)
        yield from _converted(value, unit)
        if unit == wanted == "%":
            yield 100 - value
    if len(known) > MOST:
        return
    for (one, unit), (other, _) in permutations(known, 2):
        yield from (one + other, one - other, one * other, one / other)
        if wanted == "%":
            yield 100 * one / other
        if unit == "%":
            yield one * other / 100


def _converted(value: float, unit: str) -> Iterator[float]:
    for (large, small), many in UNITS.items():
        if unit == large:
            yield value * many
        if unit == small:
            yield value / many


def _days(source: Sequence[Fact], published: str | None) -> Iterator[date]:
    """The article's day, the source's whole dates, the weekdays beside the article's, and the days
    that lie as far from these as the source's spans of time say."""
    starts = [day for fact in source if (day := _whole_date(fact))]
    base = _day(published)
    if base:
        starts += [base, *_weekdays(source, base)]
    yield from starts
    for fact in source:
        if fact.kind != "number" or fact.value[1] not in ("day", "week", "month", "year"):
            continue
        if fact.value[0] <= LONGEST:
            span = relativedelta(**{f"{fact.value[1]}s": int(fact.value[0])})
            yield from _moved(starts, span)


def _moved(starts: Iterable[date], span: relativedelta) -> Iterator[date]:
    for day in starts:
        for sign in (-1, 1):
            try:
                yield day + sign * span
            except (OverflowError, ValueError):
                continue  # beyond the calendar


def _weekdays(source: Sequence[Fact], base: date) -> Iterator[date]:
    dated = [fact for fact in source if fact.kind == "date"]
    resolved = {fact.start for fact in dated if fact.value[2]}  # by the tense of its sentence
    wanted = {fact.value[3] for fact in dated if fact.start not in resolved} - {None}
    for distance in range(-7, 8):
        try:
            day = base + timedelta(distance)
        except OverflowError:
            continue  # beyond the calendar
        if day.weekday() in wanted:
            yield day


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def _whole_date(fact: Fact) -> date | None:
    if fact.kind != "date" or not all(fact.value[:3]):
        return None
    try:
        return date(*fact.value[:3])
    except ValueError:
        return None


def _is_day(fact: Fact, day: date) -> bool:
    """Whether the day is one of those that the fact names."""
    year, month, number, weekday = fact.value
    pairs = ((year, day.year), (month, day.month), (number, day.day), (weekday, day.weekday()))
    return all(said is None or said == real for said, real in pairs)
