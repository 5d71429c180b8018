"""Numbers with their units and calendar dates, as they stand in a text."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


def _table(text: str) -> dict[str, str]:
    """`km: kilometer kilometers; m: meter` as {"kilometer": "km", "kilometers": "km", "meter": "m"}."""
    rows = [row.partition(":") for row in text.split(";")]
    return {word: name.strip() for name, _, words in rows for word in words.split()}


def listed(text: str) -> list[str]:
    """A word list that is kept in one string."""
    return text.split()


_ONES = listed("zero one two three four five six seven eight nine ten eleven twelve")
_TEENS = listed("thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = listed("ten twenty thirty forty fifty sixty seventy eighty ninety")
_RANKS = listed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
_CARDINALS = {w: n for n, w in enumerate(_ONES + _TEENS)} | {w: 10 * n for n, w in enumerate(_TENS, 1)}
_ORDINALS = {w: n for n, w in enumerate(_RANKS, 1)} | {f"{w}th": n for n, w in enumerate(_TEENS, 13)}
_ORDINALS |= {f"{w[:-1]}ieth": 10 * n for n, w in enumerate(_TENS[1:], 2)}
_LARGE = {"dozen": 12, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALES = _LARGE | {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_MONEY = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_UNIT = _table(
    "km: km kilometer kilometre kilometers kilometres; mile: mile miles mi; m: meter metre meters metres; cm: cm centimeters"
    " centimetres; mm: mm millimeters millimetres; foot: foot feet ft; inch: inch inches; kg: kg kilogram kilograms; lb: lb lbs"
    " pound pounds; t: ton tons tonne tonnes; g: gram grams; second: seconds; minute: minute minutes; hour: hour hours; day: day"
    " days; week: week weeks; month: month months; year: year years; decade: decade decades; century: century centuries; %: %"
    " percent percentage; USD: dollar dollars; EUR: euro euros; JPY: yen"
)
_WORD = "|".join(sorted([*_CARDINALS, *_ORDINALS, *_LARGE], key=len, reverse=True))
_NUMBER = re.compile(
    r"(?P<money>US\$|[$€£¥])?\s?(?P<digits>(?:(?<![\w.,])|(?<=\D[.,]))(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s?(?P<part>[½¼¾⅓⅔])?"
    r"(?P<suffix>st\b|nd\b|rd\b|th\b|'?s\b)?(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|tn|m|k)\b)?"
    rf"|(?P<lone>[½¼¾⅓⅔])|\b(?P<words>(?:{_WORD})(?:(?:\s|-|\sand\s)(?:{_WORD}))*)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s-]*(%|per\s?cent(?:age)?|[a-z]+)", re.IGNORECASE)
_BOUNDS = {
    ">": r"more than|over|at least|exceeding|above|greater than|no less than|upwards of|minimum of",
    "<": r"less than|under|fewer than|at most|up to|below|no more than|nearly|almost|maximum of",
    "~": r"about|around|approximately|roughly|some|circa|c\.|estimated",
}
_BOUND = [(sign, re.compile(rf"\b(?:{said})\s+(?:an?\s|the\s)?$", re.IGNORECASE)) for sign, said in _BOUNDS.items()]
_MONTHS = listed("jan feb mar apr may jun jul aug sep oct nov dec")
_DAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
_LEANS = re.compile(
    r"\b(?:in|of|since|by|until|last|next|late|early) $"
)  # May and March alone are months only behind these
_MONTH = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
_MONTH += r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
_DATE = re.compile(
    r"\b(?P<iso>[12]\d{3}-\d\d-\d\d)\b|\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    + _MONTH
    + r"(?:\s*(?P<d2>\d{1,2})"
    r"(?:st|nd|rd|th)?(?!\d|,\d)(?:\s?[-–]\s?(?P<d3>\d{1,2})\b)?)?(?:\s*,?\s*(?P<year>[12]\d{3})\b)?"
    r"|\b(?P<day>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b|\b(?P<near>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight)\b"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One checkable piece of a text: `value` is what is compared, `text` what is shown, `start` and `end` are in plain()."""

    kind: str  # number, date, name or quote
    text: str
    start: int
    end: int
    value: tuple[Any, ...]


def plain(text: str) -> str:
    """One spelling of quotation marks, dashes, spaces and initials, so that offsets and words compare."""
    text = re.sub(r"``|''|[“”„«»]", '"', re.sub(r"[‘’ʼ`](?!`)", "'", text)).replace("…", "...")
    text = re.sub(
        r"\b(?:[A-Z]\.\s?){2,}", lambda m: re.sub(r"[.\s]", "", m[0]) + (" " if m[0][-1] == " " else ""), text
    )
    return re.sub(r"\s+", " ", text.translate({0x2010: "-", 0x2011: "-", 0x2014: "–", 0xA0: " "})).strip()


def _amount(words: str) -> tuple[float, bool]:
    total = group = 0.0
    ordinal = False
    for word in re.findall(r"[a-z]+", words.lower().replace(" and ", " ")):
        ordinal = word in _ORDINALS
        if word in _SCALES:
            group = max(group, 1) * _SCALES[word]
            total, group = (total + group, 0.0) if _SCALES[word] >= 1000 else (total, group)
        else:
            group += _CARDINALS.get(word, _ORDINALS.get(word, 0))
    return total + group, ordinal


def numbers(text: str, taken: Iterable[Fact] = ()) -> Iterator[Fact]:
    """Amounts outside the facts `taken`; value: (amount, unit, bound, grain), the grain being the last digit's worth.

    A grain of 0 tells that the number is meant to the digit: it has no scale word and no "about", "over" or "under".
    """
    busy = [(fact.start, fact.end) for fact in taken]
    for found in _NUMBER.finditer(text):
        start, end = found.start() + len(found[0]) - len(found[0].lstrip()), found.end()
        if any(a < end and start < b for a, b in busy):
            continue
        digits, suffix, scale = (found["digits"] or "").replace(",", ""), found["suffix"] or "", found["scale"] or ""
        after = _AFTER.match(text, end)
        word = re.sub(r"\s", "", after[1].lower()) if after else ""
        measured = _UNIT.get("%" if word.startswith("percent") else word, "")
        if found["words"]:
            amount, ordinal = _amount(found["words"])
        else:
            amount, ordinal = float(digits or 0) + _PARTS.get(found["part"] or found["lone"] or "", 0), bool(suffix)
            amount *= _SCALES.get(scale.lower(), 1)
        unit = (
            "decade"
            if suffix[-1:] == "s" and amount % 10 == 0
            else "ordinal"
            if ordinal
            else _MONEY.get(found["money"] or "", measured)
        )
        bound = next((sign for sign, pattern in _BOUND if pattern.search(text[max(0, start - 24) : start])), "")
        if text[start:end].lower() == "two" and text[max(0, start - 6) : start].lower().endswith(
            ("the ", "these ", "those ")
        ):
            bound = "the"  # two things that were named before
        zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits else digits.index(".") + 1 - len(digits)
        grain = 10.0**zeros * _SCALES.get(scale.lower(), 1) if digits and (bound or scale) else 0.0
        shown = text[start : after.end() if after and measured else end].strip()
        yield Fact("number", shown, start, end, (amount, unit, bound, grain))


def dates(text: str, published: str | None = None) -> Iterator[Fact]:
    """Calendar dates; value: (year, month, day, weekday), None where not said. `published` (ISO) resolves today and Thursday."""
    known = date.fromisoformat(published[:10]) if published else None
    for found in _DATE.finditer(text):
        values: list[tuple[int | None, int | None, int | None, int | None]] = []
        if found["iso"]:
            year, month, day = map(int, found["iso"].split("-"))
            values += [(year, month, day, None)]
        elif found["month"]:
            name, days = found["month"][:3].lower(), [int(found[d]) for d in ("d1", "d2", "d3") if found[d]]
            said = int(found["year"]) if found["year"] else None
            if (
                days
                or said
                or name not in ("may", "mar")
                or _LEANS.search(text[max(0, found.start() - 9) : found.start()])
            ):
                values += [(said, _MONTHS.index(name) + 1, day, None) for day in days or (None,)]
        else:
            near = {"yesterday": -1, "tomorrow": 1}.get((found["near"] or "").lower(), 0)
            weekday = _DAYS.index(found["day"].lower()) if found["day"] else None
            values += [(None, None, None, weekday)] if found["day"] else []
            moved = [known + timedelta(n) for n in (range(-7, 8) if found["day"] else [near])] if known else []
            values += [(d.year, d.month, d.day, None) for d in moved if weekday is None or d.weekday() == weekday]
        for value in filter(_exists, values):
            yield Fact("date", found[0].strip(" ,."), found.start(), found.end(), value)


def _exists(value: tuple[int | None, int | None, int | None, int | None]) -> bool:
    year, month, day, _ = value
    return month is None or (1 <= month <= 12 and 1 <= (day or 1) <= monthrange(year or 2000, month)[1])
