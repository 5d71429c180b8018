"""Reads a byline, a line of its own at the top of a text: `By Jane Holm, 3 March 2026`."""

import re
from dataclasses import dataclass
from itertools import pairwise

from index.fields import day
from index.tables import Fields

OPENING = 4000  # characters
LINES = 6  # from the top, those that say something
WORDS = range(2, 9)  # of its names: "Jane Holm", "Ana de la Cruz and Tom Ray"
BYLINE = re.compile(r"(?:By|BY):? (?P<names>[^,|–—·•\d]{3,90}?)(?: ?[,|–—·•] ?(?P<rest>.{1,60}))?")
NUMERIC = re.compile(
    r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}"
)  # 04/03/2026: a date even if nobody knows which
PARTS = re.compile(r" ?[,|–—·•] ?")  # "Reuters | March 3, 2026"


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an article, and when as it is written there."""

    author: str
    published: str | None


def byline(line: str) -> Byline | None:
    """What a line says as a byline; None when it is something else."""
    plain = line.strip().strip("*_").strip()
    found = BYLINE.fullmatch(plain)
    if not found or plain[-1] in ".!?:;":
        return None
    names = found["names"].split()
    if len(names) not in WORDS or not (names[0][0].isupper() and names[-1][0].isupper()):
        return None
    author = " ".join(names)
    parts = PARTS.split(found["rest"] or "")
    for number, part in enumerate(parts):
        if re.search(r"\d", part):
            written = ", ".join(parts[number:])
            return Byline(author, written) if is_date(written) else None
    return Byline(author, None)


def is_date(written: str) -> bool:
    """Whether it is a day, of which nothing but the order of its figures may be in doubt."""
    if NUMERIC.fullmatch(written):
        return True
    try:
        return day(written) is not None
    except ValueError:
        return False


def with_byline(row: Fields) -> Fields:
    """The fields with author and day from the text's byline, where nothing else gives them."""
    opening = str(row.get("text", ""))[:OPENING]
    lines = [line for line in opening.splitlines() if line.strip()][:LINES]
    for line, below in pairwise([*lines, ""]):
        if written := byline(line):
            dated = written.published or _day_line(below)
            return row | {
                "author": row.get("author") or written.author,
                "published": row.get("published") or dated,
            }
    return row


def _day_line(line: str) -> str | None:
    """A line that is a day and nothing else."""
    written = line.strip(" *_\t")
    return written if is_date(written) else None
