"""Checks of what a request holds: each gives the value back as it is used, or says what is wrong
with a code of its own."""

import re
from contextlib import suppress
from datetime import date

from pydantic_core import PydanticCustomError

WORD = "[0-9A-Za-z\u00aa-\U0010ffff]"  # every regular-expression dialect agrees on this one
HALF = re.compile(r"[\ud800-\udfff]")  # of a surrogate pair
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # 2025-10-17


def storable(text: str) -> str:
    if HALF.search(text):
        raise PydanticCustomError(
            "bad_text", "holds half a surrogate pair; send whole Unicode characters"
        )
    return text


def one_line(text: str) -> str:
    line = CONTROL.sub(" ", storable(text)).strip()
    if not line:
        raise PydanticCustomError("empty_question", "a question needs at least one word")
    return line


def iso_date(text: str) -> str:
    if ISO.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text).isoformat()
    raise PydanticCustomError("bad_date", "must be a day written as 2025-10-17")


def whole(number: object) -> object:
    """JSON does not tell 3.0 from 3."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
