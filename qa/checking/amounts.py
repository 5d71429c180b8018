"""The facts of a text, and the first kind of them: numbers with their units, shares and times of
day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from qa.words import listed


def table(text: str) -> dict[str, str]:
    """`km: kilometer kilometers; m: meter` as {"kilometer": "km", "kilometers": "km", "meter":
    "m"}."""
    rows = [row.partition(":") for row in text.split(";")]
    return {word: name.strip() for name, _, words in rows for word in words.split()}


_ONES = listed("zero one two three four five six seven eight nine ten eleven twelve")
_TEENS = listed("thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = listed("ten twenty thirty forty fifty sixty seventy eighty ninety")
_RANKS = listed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
CARDINALS = {w: n for n, w in enumerate(_ONES + _TEENS)} | {
    w: 10 * n for n, w in enumerate(_TENS, 1)
}
_ORDINALS = {w: n for n, w in enumerate(_RANKS, 1)} | {
    f"{w}th": n for n, w in enumerate(_TEENS, 13)
}
_ORDINALS |= {f"{w[:-1]}ieth": 10 * n for n, w in enumerate(_TENS[1:], 2)}
_LARGE = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
_SCALES = _LARGE | {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_MONEY = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_UNIT = table(
    "km: km kilometer kilometre kilometers kilometres; mile: mile miles mi;"
    " m: meter metre meters metres; cm: cm centimeters centimetres; mm: mm millimeters millimetres;"
    " foot: foot feet ft; inch: inch inches; kg: kg kilogram kilograms; lb: lb lbs pound pounds;"
    " t: ton tons tonne tonnes; g: gram grams; second: seconds; minute: minute minutes;"
    " hour: hour hours; day: day days; week: week weeks; month: month months; year: year years;"
    " decade: decade decades; century: century centuries; %: % percent percentage;"
    " pp: %points %point percentpoints percentpoint percentagepoints percentagepoint;"
    " USD: dollar dollars; EUR: euro euros; JPY: yen"
)
_WORD = "|".join(sorted([*CARDINALS, *_ORDINALS, *_LARGE], key=len, reverse=True))
_TIME = (
    r"\b(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>\d\d))?\s?(?P<noon>[ap])\.?\s?m\b\.?"
    r"|\b(?<![\d:.])(?P<hours>[01]?\d|2[0-3]):(?P<minutes>[0-5]\d)\b(?![\d:])"
)
_SHARES = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_NUMBER = re.compile(
    _TIME
    + r"|\b(?:(?P<many>an?|one|two|three|four)[\s-](?P<share>half|third|quarter|fifth|tenth)s?"
    r"|(?P<half>half))"
    r"(?=\s(?:of|the|its|their|all)\b)"
    r"|(?:(?P<money>US\$|[$€£¥])\s?)?"
    r"(?P<digits>(?:(?<![\w.,])|(?<=\D[.,]))(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"\s?(?P<part>[½¼¾⅓⅔])?(?P<suffix>st\b|nd\b|rd\b|th\b|'?s\b)?"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|tn|m|k)\b)?"
    rf"|(?P<lone>[½¼¾⅓⅔])|\b(?P<words>(?:{_WORD})(?:(?:\s|-|\sand\s)(?:{_WORD}))*)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s-]*((?:%|per\s?cent(?:age)?)(?:[\s-]points?)?|[a-z]+)", re.IGNORECASE)
_BOUNDS = {
    ">": r"more than|over|at least|exceeding|above|greater than|no less than|upwards of|minimum of",
    "<": r"less than|under|fewer than|at most|up to|below|no more than|nearly|almost|maximum of",
    "~": r"about|around|approximately|roughly|some|circa|c\.|estimated",
}
_BOUND = [
    (sign, re.compile(rf"\b(?:{said})\s+(?:an?\s|the\s)?$", re.IGNORECASE))
    for sign, said in _BOUNDS.items()
]
_SPAN = re.compile(r"(?:\s?(?:%|per\s?cent))?\s?(?:[-–]|\b(?:to|or)\b)\s?[$€£¥]?")
_LONG = {
    "United States": "US",
    "United Kingdom": "UK",
    "European Union": "EU",
    "United Nations": "UN",
}
LONGEST = 120  # characters of an amount; what is longer is no amount, and no computer counts so far
_LONGER = re.compile(rf"\b({'|'.join(_LONG)})\b(?: of America\b)?")


@dataclass(frozen=True, slots=True)
class Fact:
    """One checkable piece of a text: `value` is what is compared, `text` what is shown, `start` and
    `end` are in plain()."""

    kind: str  # number, date, name or quote
    text: str
    start: int
    end: int
    value: tuple[Any, ...]


def plain(text: str) -> str:
    """One spelling of quotation marks, dashes, spaces, initials and great bodies, so that offsets
    and words compare."""
    text = re.sub(r"``|''|[“”„«»]", '"', re.sub(r"[‘’ʼ`](?!`)", "'", text)).replace("…", "...")
    text = re.sub(
        r"\b(?:[A-Z]\.\s?){2,}",
        lambda m: re.sub(r"[.\s]", "", m[0]) + (" " if m[0][-1] == " " else ""),
        text,
    )
    text = re.sub(
        r"\s+", " ", text.translate({0x2010: "-", 0x2011: "-", 0x2014: "–", 0xA0: " "})
    ).strip()
    return _LONGER.sub(lambda found: _LONG[found[1]], text)


def _amount(words: str) -> tuple[float, bool]:
    total = group = 0.0
    ordinal = False
    for word in re.findall(r"[a-z]+", words.lower().replace(" and ", " ")):
        ordinal = word in _ORDINALS
        if word in _SCALES:
            group = max(group, 1) * _SCALES[word]
            total, group = (total + group, 0.0) if _SCALES[word] >= 1000 else (total, group)
        else:
            group += CARDINALS.get(word, _ORDINALS.get(word, 0))
    return total + group, ordinal


def numbers(text: str, taken: Iterable[Fact] = ()) -> list[Fact]:
    """Amounts outside the facts `taken`; value: (amount, unit, bound, grain), the grain being the
    last digit's worth.

    A grain of 0 tells that the number is meant to the digit: it has no scale word and no "about",
    "over" or "under". The bound of both ends of a range is "-".
    """
    busy = [(fact.start, fact.end) for fact in taken]
    made: list[Fact] = []
    short = (found for found in _NUMBER.finditer(text) if len(found[0]) <= LONGEST)
    for fact in (_number(text, found) for found in short):
        if any(a < fact.end and fact.start < b for a, b in busy):
            continue
        if made and _ranges(text, made[-1], fact):
            low = made.pop()
            shown = text[low.start : fact.start] + fact.text
            made += [
                replace(end, text=shown, value=(*end.value[:2], "-", 0.0)) for end in (low, fact)
            ]
        else:
            made.append(fact)
    return made


def _number(text: str, found: re.Match[str]) -> Fact:
    start, end = found.start(), found.start() + len(found[0].rstrip())
    before = text[max(0, start - 24) : start]
    bound = next((sign for sign, pattern in _BOUND if pattern.search(before)), "")
    if found["hour"] or found["hours"]:
        hour, minute = (
            int(found["hour"] or found["hours"]),
            int(found["minute"] or found["minutes"] or 0),
        )
        if found["noon"]:
            hour = hour % 12 + (12 if found["noon"].lower() == "p" else 0)
        return Fact("number", text[start:end], start, end, (60 * hour + minute, "time", bound, 0.0))
    if share := found["share"] or found["half"]:
        many = CARDINALS.get((found["many"] or "a").lower(), 1)
        return Fact(
            "number", text[start:end], start, end, (many * _SHARES[share.lower()], "%", bound, 1.0)
        )
    digits, suffix, scale = (
        (found["digits"] or "").replace(",", ""),
        found["suffix"] or "",
        found["scale"] or "",
    )
    after = _AFTER.match(text, end)
    word = re.sub(r"[\s-]", "", after[1].lower()) if after else ""
    unit = _MONEY.get(found["money"] or "") or _UNIT.get(word, "")
    if found["words"]:
        amount, ordinal = _amount(found["words"])
        if (
            amount == 2
            and not ordinal
            and re.search(r"\b(?:the|these|those) $", before, re.IGNORECASE)
        ):
            bound = "the"  # two things that were named before
    else:
        amount, ordinal = (
            float(digits or 0) + _PARTS.get(found["part"] or found["lone"] or "", 0),
            bool(suffix),
        )
        amount *= _SCALES.get(scale.lower(), 1)
    if ordinal:
        unit = "decade" if suffix[-1:] == "s" and amount % 10 == 0 else "ordinal"
    zeros = (
        len(digits) - len(digits.rstrip("0"))
        if "." not in digits
        else digits.index(".") + 1 - len(digits)
    )
    grain = 10.0**zeros * _SCALES.get(scale.lower(), 1) if digits and (bound or scale) else 0.0
    shown = text[start : after.end() if after and word in _UNIT else end]
    return Fact("number", shown.strip(), start, end, (amount, unit, bound, grain))


def _ranges(text: str, low: Fact, high: Fact) -> bool:
    """Whether they are the two ends of one range, which years, results of games and changes (from 3
    to 5) are not."""
    gap, before = text[low.end : high.start], text[: low.start].rstrip()
    joined = bool(_SPAN.fullmatch(gap)) and not before.lower().endswith("from")
    joined |= gap == " and " and before.lower().endswith("between")
    return joined and low.value[0] < high.value[0] and not 1000 <= high.value[0] <= 2100
