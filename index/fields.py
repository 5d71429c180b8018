"""Checks an article's fields one by one: each as it is stored, or a ValueError with what is wrong
and the remedy, without where."""

import re
import reprlib
import unicodedata

from index.addresses import ADDRESS
from index.dates import written_day

LONGEST_TEXT = 20_000_000  # characters
LONGEST_FIELD = 2_000
LONGEST_COLLECTION = 100
MOST_COLLECTIONS = 100  # of one article
SHOWN = 80  # characters of a wrong value that are told

UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]|([\ud800-\udfff])")

# What ends a line or is not to be seen: "\n" in "two\nlines", U+2028.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def clean(text: str) -> str:
    """The text with a blank or U+FFFD for each character that cannot be stored: offsets hold."""
    return UNSTORABLE.sub(lambda match: "\ufffd" if match[1] else " ", text)


def body(value: object) -> str:
    """The text of an article."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(f"its text is not text of at most {LONGEST_TEXT:,} characters; split it")
    text = clean(value)
    if not any(map(str.isalnum, text)):
        raise ValueError("has no text; give it some or leave it out")
    return text


def line(name: str, value: object) -> str | None:
    """A field of one line; None for an empty one."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{name} is {_shown(value)}, not text; put it in quotes")
    if len(value) > LONGEST_FIELD:
        most = f"{LONGEST_FIELD:,} are the most"
        raise ValueError(f"{name} has {len(value):,} characters; {most}")
    return " ".join(clean(value).split()) or None


def identifier(value: object) -> str | None:
    return line("id", composed(value) if isinstance(value, str) else value)


def composed(name: str | None) -> str | None:
    """The two ways to write an é make one id; one with a line break or a control character would be
    no name."""
    if not name or not (name := name.strip()):
        return None
    if odd := CONTROL.search(name):
        raise ValueError(f"its id has the control character {odd[0]!r}; take it out of the id")
    return unicodedata.normalize("NFC", name)


def url(value: object) -> str | None:
    address = line("url", value)
    if address is not None and not ADDRESS.fullmatch(address):
        shown = address[:SHOWN]
        raise ValueError(f"url is {shown!r}; give an http(s) address or leave it out")
    return address


def day(value: object) -> str | None:
    """The ISO date of a written one (see `index.dates`); None for nothing."""
    if value is None or value == "":
        return None
    try:
        return written_day(value).isoformat()
    except ValueError:
        reason = f"published is {_shown(value)}, not a date; write it like 2025-10-17"
        raise ValueError(reason) from None


def collections(value: object) -> list[str] | None:
    """The names of a list, or of a text that separates them by commas; None for nothing."""
    if value is None:
        return None
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or len(names) > MOST_COLLECTIONS:
        most = f"not up to {MOST_COLLECTIONS} names"
        raise ValueError(f"collections is {_shown(value)}, {most}; write them as [one, two]")
    lines = [line("collections", name) for name in names]
    named = [name for name in lines if name]
    for name in named:
        if len(name) > LONGEST_COLLECTION:
            most = f"{LONGEST_COLLECTION} characters are the most"
            raise ValueError(f"collections has {name[:SHOWN]!r}; {most}")
    return named


def check(name: str, value: object) -> None:
    """Raises ValueError for a value that the field of this name, but for the text, cannot have."""
    if name == "published":
        day(value)
    elif name == "url":
        url(value)
    elif name == "collections":
        collections(value)
    elif name == "id":
        identifier(value)
    elif name != "text":
        line(name, value)


def _shown(value: object) -> str:
    return reprlib.repr(value)[:SHOWN]
