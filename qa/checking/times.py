"""The times in a sentence that count from its article's day ("Thursday", "last year", "in August"),
and which days they are when they lie behind it and when they lie ahead."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from qa.checking.amounts import CARDINALS

Span = tuple[date, date]  # both included
DAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT = r"(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.?"
DAYS, MONTHS = DAY.lower().split("|"), [name[:3] for name in MONTH.lower().split("|")]
OFFSETS = {  # days from the article's
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
    "this afternoon": 0,
    "this morning": 0,
    "this evening": 0,
    "last night": -1,
    "yesterday": -1,
    "tomorrow": 1,
    "tonight": 0,
    "today": 0,
}
_NTH = r"(?:st|nd|rd|th)?"
_PATTERNS = (
    rf"\b(?P<word>(?i:{'|'.join(OFFSETS)}))\b",  # tomorrow
    rf"\b(?P<ago>\d{{1,2}}|(?i:{'|'.join(list(CARDINALS)[1:11])})) days ago\b",  # three days ago
    # on Monday, but not Monday the 3rd
    rf"\b(?P<lead>(?i:this past|this coming|last|past|next|coming|this) )?(?P<week>{DAY})\b"
    r"(?! week\b|,? (?:the |of )?(?:\d|last |next |this )|,? [A-Z][a-z]{2,8}\.? \d|[-–/])",
    r"\b(?P<which>(?i:earlier |later )?(?i:this|last|next)) (?P<unit>week|weekend|month|year)\b",
    rf"\b(?:(?P<day1>{DAY}),? )?(?<!\b[Ii]n )"
    rf"\b(?P<month1>{MONTH}|{SHORT}) (?P<md>\d{{1,2}}){_NTH}\b"
    r"(?!,? \d{4}|[-–:.]\d)",  # Friday, Oct. 3
    rf"\b(?:(?P<day2>{DAY}),? )?(?:the )?(?P<dm>\d{{1,2}}){_NTH} (?:of )?(?P<month2>{MONTH})\b"
    r"(?!,? \d{4})",  # 3rd of October
    rf"\b(?i:in|since|by|until) (?:early |mid-?|late )?(?P<name>{MONTH})\b"
    r"(?!,? (?:of )?(?:\d|last|next|this|each|every))",  # in early March
)
_FIND = re.compile("|".join(_PATTERNS))
_QUOTED = re.compile(r"^[^“\"]*”|[“\"][^”\"]*(?:[”\"]|$)")  # “the words”, cut off or not
_PART = re.compile(r"\b(?:day|week|month|year)s? (?:ago|from|on) $")  # a week on Monday


@dataclass(frozen=True, slots=True)
class Time:
    """`sentence[start:end]`, and the days that it is `behind` the article's day and `ahead` of it,
    None where it cannot be; `sure` when its words tell which."""

    start: int
    end: int
    behind: Span | None
    ahead: Span | None
    sure: bool


def times(sentence: str, base: date) -> Iterator[Time]:
    """In their order. Left out are those that count from another day: the speaker's in a quotation,
    or one of another week."""
    quoted = [found.span() for found in _QUOTED.finditer(sentence)]
    for found in _FIND.finditer(sentence):
        start, end = found.span("name") if found["name"] else found.span()
        spoken = any(a <= start < b for a, b in quoted)
        own = found["word"] or found["ago"] or found["unit"]
        if (own and spoken) or _PART.search(sentence[:start]):
            continue
        sure = bool(found["ago"] or found["unit"] or found["lead"])
        behind, ahead = _counted(found, base)
        if behind or ahead:
            yield Time(start, end, behind, ahead, sure)


def whole_month(year: int, month: int) -> Span:
    """Its days; months below 1 and above 12 are those of other years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _counted(found: re.Match[str], base: date) -> tuple[Span | None, Span | None]:
    """Behind and ahead; None where the calendar ends too: articles are dated 0001-01-01 and
    9999-12-31 by programs that know no date."""
    try:
        if found["week"]:
            return _weekday(found, base)
        if found["unit"]:
            return (_unit(found, base),) * 2
        if found["word"] or found["ago"]:
            return ((_near(found, base),) * 2,) * 2
        return _date(found, base)
    except (OverflowError, ValueError):
        return None, None


def _near(found: re.Match[str], base: date) -> date:
    if found["word"]:
        return base + timedelta(OFFSETS[found["word"].lower()])
    ago = found["ago"].lower()
    return base - timedelta(CARDINALS[ago] if ago in CARDINALS else int(ago))


def _weekday(found: re.Match[str], base: date) -> tuple[Span | None, Span | None]:
    """With "last" and "next" only where no day of this week comes into question."""
    wanted, lead = DAYS.index(found["week"].lower()), (found["lead"] or "").lower().strip()
    back, on = (base.weekday() - wanted) % 7, (wanted - base.weekday()) % 7
    behind, ahead = (base - timedelta(back),) * 2, (base + timedelta(on),) * 2
    if not lead:
        return behind, ahead if on else None  # today's or that of next week
    if lead == "last":
        return ((base - timedelta(back or 7),) * 2 if wanted >= base.weekday() else None,) * 2
    if lead == "next":
        return ((base + timedelta(on or 7),) * 2 if wanted <= base.weekday() else None,) * 2
    return ((base - timedelta(back or 7),) * 2 if "past" in lead else ahead,) * 2


def _unit(found: re.Match[str], base: date) -> Span | None:
    which, unit = found["which"].lower(), found["unit"]
    step = {"last": -1, "next": 1}.get(which, 0)
    if unit == "year":
        first, last = date(base.year + step, 1, 1), date(base.year + step, 12, 31)
    elif unit == "month":
        first, last = whole_month(base.year, base.month + step)
    else:
        first = base - timedelta(base.weekday()) + timedelta(7 * step)
        last = first + timedelta(6)
    if unit == "weekend":
        open_ = which not in ("this", "last") or (which == "last" and base.weekday() >= 5)
        return None if open_ else (first + timedelta(5), last)
    if which.startswith("later"):
        return base, last
    return first, base if which.startswith("earlier") else last


def _date(found: re.Match[str], base: date) -> tuple[Span | None, Span | None]:
    """The last such day or month that had begun and the first that is not over, of those on the
    weekday that is named."""
    name = found["month1"] or found["month2"] or found["name"]
    day, weekday = int(found["md"] or found["dm"] or 0), found["day1"] or found["day2"]
    month = MONTHS.index(name[:3].lower()) + 1
    spans = [whole_month(year, month) for year in (base.year - 1, base.year, base.year + 1)]
    if day:
        spans = [(first.replace(day=day),) * 2 for first, last in spans if 1 <= day <= last.day]
    if weekday:
        spans = [span for span in spans if span[0].weekday() == DAYS.index(weekday.lower())]
    behind = next((span for span in reversed(spans) if span[0] <= base), None)
    ahead = next((span for span in spans if span[1] >= base), None)
    return behind, ahead
