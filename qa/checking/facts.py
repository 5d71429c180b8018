"""The exact facts of a sentence (numbers, dates, quotations) and their comparison with those of a
source."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from math import isclose

from qa.checking.amounts import Fact, numbers, plain
from qa.checking.arithmetic import follows
from qa.checking.dates import Resolved, dates

__all__ = ["Fact", "facts", "missing", "plain", "same", "year"]

_QUOTE = re.compile(r'(?<!\w)"([^"]{3,}?)"(?!\w)')  # "the words"
_YEAR = re.compile(r"\b[12]\d{3}\b")  # 2025


def quotes(text: str) -> Iterator[Fact]:
    """Quotations; value: their parts, cut at an ellipsis, without brackets and closing punctuation,
    in lower case."""
    for found in _QUOTE.finditer(text):
        parts = re.split(r"\.\.\.", re.sub(r"[\[\]]", "", found[1]).lower())
        value = tuple(part.strip(" .,;:!?") for part in parts)
        yield Fact("quote", found[0], found.start(), found.end(), value)


def facts(text: str, resolved: Sequence[Resolved] = ()) -> list[Fact]:
    """Every fact of a plain() text, with the days that its `resolved` times are."""
    known = list(dates(text, resolved))
    return [*known, *numbers(text, known), *quotes(text)]


def same(claim: Fact, source: Fact) -> bool:
    """Whether the source's fact bears out the claim's."""
    if claim.kind != source.kind:
        return False
    if claim.kind == "number":
        return _same_number(claim, source)
    return claim.kind == "date" and _same_date(claim, source)


def _same_number(claim: Fact, source: Fact) -> bool:
    (a, unit, bound, grain), (b, other, limit, _) = claim.value, source.value
    strict = {unit, other} & {"ordinal", "%", "decade", "time"}
    if unit != other and ((unit and other) or strict):
        return False
    if {bound, limit} == {"<", ">"} or (limit == "-" and bound in ("", "~")):
        return False
    if isclose(a, b, rel_tol=1e-9):
        return True
    if not grain or limit not in ("", "~"):
        return False
    rounded = abs(a - b) <= min(grain / 2, a / 20)
    above = bound == ">" and a < b <= 1.5 * a
    below = bound == "<" and a > b >= a / 1.5
    return bool(rounded or above or below)


def _same_date(claim: Fact, source: Fact) -> bool:
    (year_, month, day, weekday), (y, m, d, w) = claim.value, source.value
    if weekday is not None:
        whole = y and m and d
        return bool(weekday == w or (whole and date(y, m, d).weekday() == weekday))
    return bool(m == month and (day is None or d == day) and (not year_ or not y or y == year_))


def year(fact: Fact) -> int | None:
    """The year that a date or a bare number names."""
    if fact.kind == "date":
        return int(fact.value[0]) if fact.value[0] else None
    bare = fact.kind == "number" and re.fullmatch(r"1\d{3}|20\d\d", fact.text)
    return int(fact.text) if bare else None


def missing(
    claim: Sequence[Fact],
    source: str,
    context: str = "",
    published: str | None = None,
    resolved: Sequence[Resolved] = (),
) -> dict[Fact, str]:
    """The claim's facts that the source neither states nor bears out by one step of arithmetic,
    each with the reason. `context` may supply years and numbers to reckon with, and the article's
    date its own; `resolved` are the source's times."""
    theirs, around = facts(source, resolved), facts(context)
    years = {int(found) for found in _YEAR.findall(f"{source} {context}")}
    years |= {known for fact in (*theirs, *around) if (known := year(fact))}
    if published:
        years.add(int(published[:4]))
    faults = {}
    for fact in claim:
        if _borne_out(fact, theirs, source, years):
            continue
        if fact.kind == "quote" or not follows(fact, [*theirs, *around], published):
            faults[fact] = _reason(fact, claim, theirs)
    return faults


def _borne_out(fact: Fact, theirs: Sequence[Fact], source: str, years: set[int]) -> bool:
    if fact.kind == "quote":
        return _quoted(fact, source)
    found = any(same(fact, other) for other in theirs)
    if fact.kind == "number":
        small = fact.value[0] in (0, 1) or fact.value[2] == "the"
        return found or small or year(fact) in years
    return found and (not fact.value[0] or fact.value[0] in years)


def _reason(fact: Fact, claim: Sequence[Fact], theirs: Sequence[Fact]) -> str:
    if fact.kind == "quote":
        return f"the source does not have the words {fact.text}"
    for other in theirs:
        if other.kind == fact.kind and not any(same(one, other) for one in claim):
            return f"the source says {other.text}, the answer {fact.text}"
    return f"the source does not say {fact.text}"


def _quoted(quote: Fact, source: str) -> bool:
    """Its parts stand in the source, word for word and in this order."""
    text, at = re.sub(r'[\[\]"]', "", source).lower(), 0
    for part in quote.value:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
