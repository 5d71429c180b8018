"""The days in a text, and what an article's "Thursday", "last year" or "in August" means, counted
from its day of publication.

Careful by design: what has two readings ("next Friday" on a Monday), stands in a quotation or
carries its own date stays open.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qa.checking.amounts import CARDINALS, Fact
from qa.records import Citation, Note
from qa.words import PAST

Span = tuple[date, date]
_DAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS, MONTHS = _DAY.lower().split("|"), [name[:3] for name in _MONTH.lower().split("|")]

_DATE = re.compile(  # as the calendar has it; May and March alone are months only behind _LEANS
    r"\b(?P<iso>[12]\d{3}-\d\d-\d\d)\b|\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"\b(?P<month>{_MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b\.?(?:\s*(?P<d2>\d{{1,2}})"
    r"(?:st|nd|rd|th)?(?!\d|,\d)(?:\s?[-–]\s?(?P<d3>\d{1,2})\b)?)?(?:\s*,?\s*(?P<year>[12]\d{3})\b)?"
    rf"|\b(?P<day>{_DAY})s?\b"
)
_LEANS = re.compile(r"\b(?:in|of|since|by|until|last|next|late|early) $", re.I)
_FIND = re.compile(
    r"\b(?P<day>[Tt]oday|[Tt]onight|[Tt]omorrow|[Yy]esterday|[Ll]ast night|[Tt]his (?:morning|afternoon|evening))\b"
    rf"|\b(?P<ago>\d{{1,2}}|(?i:{'|'.join(list(CARDINALS)[1:11])})) days ago\b"
    # A weekday with its own date, as a habit or in a name (Black Friday, the Sunday Times) is no
    # day of these weeks.
    rf"|\b(?P<lead>(?i:this past|last|past|next|this coming|coming|this) )?(?P<week>{_DAY})\b"
    r"(?!,? (?:the |of )?(?:\d|(?:last|next|this) )|,? [A-Z][a-z]{2,8}\.? \d|[-–/]|s\b)"
    r"|\b(?P<which>(?:[Ee]arlier |[Ll]ater )?[Tt]his|[Ll]ast|[Nn]ext) (?P<unit>week|weekend|month|year)\b"
    rf"|(?<![Ii]n )\b(?P<month>{_MONTH}|(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.?) (?P<md>\d{{1,2}})\b(?!,? \d{{4}}|[-–:.]\d)"
    rf"|\b(?P<dm>\d{{1,2}}) (?P<month2>{_MONTH})\b(?!,? \d{{4}})"
    rf"|\b[Ii]n (?:early |mid-?|late )?(?P<month3>{_MONTH})\b(?!,? (?:of )?(?:\d|last|next|this|each|every))"
)
_QUOTED = re.compile(r"^[^“\"]*”|[“\"][^”\"]*(?:[”\"]|$)")
_NAMED = re.compile(
    r"(?i:black|good|bloody|super|palm|easter|cyber|ash|holy|sheffield|every|each|most|mail on|bowl) $"
)
_THESE_DAYS = re.compile(r",? (?:\S+ ){0,4}?(?:is|are|has|have|remains?)\b")

_HEADS = "is|are|set|due|expected|scheduled|planned|poised|likely|going|plans|hopes|wants|agreed|promised|vowed"
_CUE = re.compile(  # what is open may be a plan, kept or not, or a headline's past: nothing follows from it
    rf"\b(?P<future>(?:will|shall|would|won['’]t|(?:{_HEADS}) to)(?: (?:not|also|be|have|then))* \w+|ahead of|upcoming|"
    r"(?:scheduled|planned|slated|due|set) (?:for|on)|going to)\b"
    r"|\b(?P<open>(?:was|were|been) (?:to|due|set|scheduled|expected|planned|supposed)\b(?: (?:to|be|for|on))*(?: \w+)?|to be \w+|"
    r"meets|arrives|begins|starts|opens|holds|faces|hosts|visits|heads|travels|votes|leaves|speaks|is|are|takes|comes|runs|goes|"
    r"expires|ends|closes|returns|resumes|falls)\b"
    rf"|\b(?P<past>was|were|had|did|{PAST}|[a-z]{{2,}}ed)\b"
)


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


def resolve(sentence: str, published: str | None) -> list[Resolved]:
    """The relative times in one sentence, in their order; none when the article's date is
    unknown."""
    try:
        base = date.fromisoformat((published or "")[:10])
    except ValueError:
        return []
    quoted = [
        found.span() for found in _QUOTED.finditer(sentence)
    ]  # the speaker's day need not be the article's
    found = [
        one for one in _FIND.finditer(sentence) if not any(a <= one.start() < b for a, b in quoted)
    ]
    return [
        Resolved(*one.span(), one[0], *span, _shown(*span))
        for one in found
        if (span := _span(one, base))
    ]


def dates(text: str, published: str | None = None) -> Iterator[Fact]:
    """Calendar dates and resolved times; value: (year, month, day, weekday), None where not
    said."""
    resolved = [one.fact for one in resolve(text, published)]
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
        own = [one for one in resolved if one.start < found.end() and found.start() < one.end]
        resolved = [one for one in resolved if one not in own]
        for value in [*filter(_exists, values), *(one.value for one in own)]:
            yield Fact("date", found[0].strip(" ,."), found.start(), found.end(), value)
    yield from resolved


def _exists(value: tuple[int | None, ...]) -> bool:
    year, month, day, _ = value
    return month is None or (
        1 <= month <= 12 and 1 <= (day or 1) <= monthrange(year or 2000, month)[1]
    )


def describe(resolved: Resolved) -> str:
    """For example `"Thursday" is 2025-10-16`."""
    return f'"{resolved.text}" is {resolved.shown}'


def noted(citations: Sequence[Citation]) -> list[Note]:
    """One note for each relative time in a cited sentence, counted from its article's date."""
    return [
        Note("date", f"{describe(one)} in [{citation.number}].")
        for citation in citations
        for one in resolve(citation.text, citation.published)
    ]


def as_of(published: str | None) -> str:
    """How an answer dates what may have changed since; empty when the day is unknown."""
    return f"as of {published[:10]}" if published else ""


def _span(found: re.Match[str], base: date) -> Span | None:
    """None too where the calendar ends: articles are dated 0001-01-01 and 9999-12-31 by programs
    that know no date."""
    try:
        return _counted(found, base)
    except (OverflowError, ValueError):
        return None


def _counted(found: re.Match[str], base: date) -> Span | None:
    word = (found["day"] or found["ago"] or "").lower()
    if not word:
        return (_weekday if found["week"] else _unit if found["unit"] else _month)(found, base)
    if word == "today" and found.start() == 0 and _THESE_DAYS.match(found.string, found.end()):
        return None
    back = CARDINALS[word] if word in CARDINALS else int(word) if word.isdigit() else 0
    return (
        base + timedelta({"tomorrow": 1, "yesterday": -1, "last night": -1}.get(word, -back)),
    ) * 2


def _weekday(found: re.Match[str], base: date) -> Span | None:
    before, after = found.string[: found.start()], found.string[found.end() :]
    if _NAMED.search(before) or (
        re.match(r" [A-Z]", after) and not re.search(r"\b[Oo]n $", before)
    ):
        return None
    wanted, lead = DAYS.index(found["week"].lower()), (found["lead"] or "").lower().strip()
    back, ahead = (base.weekday() - wanted) % 7, (wanted - base.weekday()) % 7
    offset = 0 if back == 0 else {1: ahead, -1: -back}.get(_tense(found))
    if lead == "last":
        offset = -(back or 7) if wanted >= base.weekday() else None
    elif lead == "next":
        offset = (ahead or 7) if wanted <= base.weekday() else None
    elif lead:
        offset = -(back or 7) if "past" in lead else ahead
    return None if offset is None else (base + timedelta(offset),) * 2


def _unit(found: re.Match[str], base: date) -> Span | None:
    which, unit = found["which"].lower(), found["unit"]
    step = {"last": -1, "next": 1}.get(which, 0)
    if unit == "year":
        first, last = date(base.year + step, 1, 1), date(base.year + step, 12, 31)
    elif unit == "month":
        first, last = _whole(base.year, base.month + step)
    else:
        first = base - timedelta(base.weekday()) + timedelta(7 * step)
        last = first + timedelta(6)
        if unit == "weekend":
            return (
                (first + timedelta(5), last)
                if which == "this" or (which == "last" and base.weekday() < 5)
                else None
            )
    return base if which.startswith("later") else first, base if which.startswith(
        "earlier"
    ) else last


def _month(found: re.Match[str], base: date) -> Span | None:
    if re.search(r"\bborn\b", found.string[: found.start()]):
        return None  # of any year
    name, day = (
        found["month"] or found["month2"] or found["month3"],
        int(found["md"] or found["dm"] or 0),
    )
    month = MONTHS.index(name[:3].lower()) + 1
    spans = [_whole(year, month) for year in (base.year - 1, base.year, base.year + 1)]
    if day:
        spans = [(first.replace(day=day),) * 2 for first, last in spans if 1 <= day <= last.day]
    past = next((span for span in reversed(spans) if span[0] <= base), None)
    future = next((span for span in spans if span[1] >= base), None)
    opens = " " not in found.string[: found.start()].strip()
    return past if past == future else {1: future, -1: past}.get(_tense(found, commas=int(opens)))


def _whole(year: int, month: int) -> Span:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _tense(found: re.Match[str], commas: int = 99) -> int:
    """What the nearest verb outside quotations, at most so many commas away, says: 1 ahead, -1
    back, 0 neither."""
    near = (len(found.string) * 100, 0)
    for cue in _CUE.finditer(_QUOTED.sub(lambda quote: " " * len(quote[0]), found.string)):
        gap = max(found.start() - cue.end(), cue.start() - found.end())
        between = found.string[min(found.end(), cue.end()) : max(found.start(), cue.start())].count(
            ","
        )
        if between <= commas:
            near = min(
                near, (gap + 80 * between, {"future": 1, "past": -1}.get(cue.lastgroup or "", 0))
            )
    return near[1]


def _shown(first: date, last: date) -> str:
    if (first, last) == _whole(first.year, first.month):
        return f"{first:%B %Y}"
    whole_year = (last - first).days > 363 and first.day == first.month == 1
    return str(first.year) if whole_year else str(first) if first == last else f"{first} to {last}"
