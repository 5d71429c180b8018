"""Reads the day of a date as it is written; what can be read in two ways is no date."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

LONGEST = 60  # characters of a written date
ISO = re.compile(r"\d{4}-\d\d-\d\d")
COMPACT = re.compile(r"\d{8}")  # 20251017
SECONDS = re.compile(
    r"[0-9]{10}(?:[0-9]{3}|\.[0-9]+)?"
)  # 1760659200, in thousandths, or 1760659200.5

# What differs between the days read with each of them is not in the text.
DEFAULTS = (datetime(2001, 1, 1), datetime(2002, 2, 2))


def written_day(value: object) -> date:
    """The day of a text that writes one without ambiguity, in the zone it is written in, or of
    seconds from 1970. Raises ValueError for anything else."""
    written = " ".join(str(value).split())
    if not isinstance(value, (str, int, float)) or len(written) >= LONGEST:
        raise ValueError
    for read in (_iso, _seconds, _spelt):
        try:
            return read(written)
        except (ValueError, OverflowError):
            continue
    raise ValueError


def _iso(written: str) -> date:
    """`2025-10-17`, `2025/10/17` or `20251017`, whatever time follows the first two."""
    if COMPACT.fullmatch(written):
        return date.fromisoformat(written)
    day = written[:10].replace("/", "-")
    longer = written[10:11].isdigit()
    if longer or not ISO.fullmatch(day):
        raise ValueError
    return date.fromisoformat(day)


def _seconds(written: str) -> date:
    """Those of a day since 2001, or thousandths: a shorter number may be a year."""
    if not SECONDS.fullmatch(written):
        raise ValueError
    return datetime.fromtimestamp(int(written[:10]), UTC).date()


def _spelt(written: str) -> date:
    """Any other form that has a day, a month and a year and can be read in one way only:
    `04/03/2025` can be read in two."""
    if not re.search(r"\d", written) or written.isdigit():
        raise ValueError
    readings = set(_readings(written))
    if len(readings) != 1:
        raise ValueError
    return readings.pop()


def _readings(written: str) -> Iterator[date]:
    from dateutil import parser  # type: ignore[import-untyped]

    for default, dayfirst in product(DEFAULTS, (False, True)):
        read = parser.parse(written, default=default, dayfirst=dayfirst, ignoretz=True)
        yield read.date()
