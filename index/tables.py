"""Reads the rows of tables: JSON Lines and CSV of any length, with or without a column map."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.encoding import SAMPLE, encoding_of

# Bytes of one file, or of one row of a table; tables themselves may be of any size.
LIMIT = 20_000_000
# Lists and objects of one piece of JSON. No other thread runs while Python makes them: 3,000,000
# take a second.
PARTS = 500_000
HEADER = 20_000  # characters of a table's first row, which is looked at again for every other
COLUMNS = {
    "id": ("id",),
    "text": ("text", "body", "content", "article", "maintext"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "sitename", "site"),
    "url": ("url", "link"),
    "author": ("author", "authors", "byline"),
    "published": (
        "published",
        "date",
        "published_at",
        "publishedat",
        "date_published",
        "date_publish",
        "pubdate",
    ),
    "collections": ("collections", "collection"),
}
WRAPPED = (
    "name",
    "$date",
    "$numberLong",
    "iso",
)  # {"name": "The Paper"}; dates of MongoDB and Parse
MISSING = (
    "",
    "nan",
    "NaN",
    "NaT",
    "<NA>",
    "None",
    "null",
)  # what pandas, Python and databases write

Fields = dict[str, Any]
# Its number, from 1, or its name in an archive; 0 when the file is one article.
Row = tuple[int | str, Fields | ValueError]


class NoText(ValueError):
    """A row of a table in which no text is recognised, and the names of its columns."""

    def __init__(self, columns: Iterable[object]) -> None:
        self.columns = tuple(map(str, columns))
        shown = ", ".join(self.columns)[:200]
        super().__init__(f"has no text among {shown}; name its column with text=COLUMN")


def table(file: io.BufferedReader, kind: str, columns: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a table, `lines` (JSON), `csv` or `tsv`; raises ValueError where it cannot go
    on."""
    if kind == "lines":
        rows = _json_lines(file)
    else:
        rows = _csv_rows(file, "\t" if kind == "tsv" else None)
    number = 0
    for number, row in rows:
        yield number, row if isinstance(row, ValueError) else fields(row, columns)
    if not number:
        raise ValueError("has no rows; give it some or remove it")


def fields(row: object, columns: Mapping[str, str]) -> Fields | ValueError:
    """The fields of one row of a table, by the column map or else the usual names of columns."""
    if not isinstance(row, dict):
        return ValueError("is not an object with named fields; write one object a row")
    cells = {str(name).strip().lower(): value for name, value in row.items() if not _missing(value)}
    found: Fields = {}
    for field, usual in COLUMNS.items():
        names = [columns[field].strip().lower()] if field in columns else usual
        value = next((cells[name] for name in names if name in cells), None)
        found[field] = _written(field, value)
    if not found["text"]:
        return NoText(row)
    return found


def _missing(value: object) -> bool:
    """Is it nothing, or what other programs write for nothing?"""
    if isinstance(value, str):
        return value.strip() in MISSING
    not_a_number = isinstance(value, float) and math.isnan(value)
    return not_a_number or value is None or value == []


def _written(field: str, value: object) -> object:
    """The text of a value that other programs write as an object, a list or a number; any other
    value as it is."""
    value = _inside(value)
    if isinstance(value, list) and field == "collections":
        return [str(part) if isinstance(part, int) else part for part in map(_inside, value)]
    if isinstance(value, list):
        parts = [_inside(part) for part in value]
        if all(isinstance(part, str) for part in parts):
            return ("\n\n" if field == "text" else ", ").join(map(str, parts))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number and field != "published" else value


def _inside(value: object) -> object:
    """What an object with one of the keys in WRAPPED stands for."""
    while isinstance(value, dict) and (key := next((key for key in WRAPPED if key in value), None)):
        value = value[key]
    return value


def parse(text: bytes) -> Any:
    if text.count(b"[") + text.count(b"{") > PARTS:
        raise ValueError(f"has more than {PARTS:,} lists and objects; split it")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}; is it complete?") from None


def _json_lines(file: io.BufferedReader) -> Iterator[tuple[int, object]]:
    number = 0
    while line := file.readline(LIMIT + 1):
        number += 1
        try:
            if len(line) > LIMIT:
                while line and not line.endswith(b"\n"):
                    line = file.readline(LIMIT)
                raise ValueError(f"the line is longer than {LIMIT // 1_000_000} MB; split it")
            if line.strip():
                yield number, parse(line.removeprefix(b"\xef\xbb\xbf"))
        except ValueError as error:
            yield number, error


def _csv_rows(file: io.BufferedReader, delimiter: str | None) -> Iterator[tuple[int, object]]:
    """Numbered by rows, the header is 1, so that a longer cell above renames no article; blank
    lines do not count."""
    sample = file.peek(SAMPLE)
    encoding = encoding_of(sample[: sample.rfind(b"\n") + 1] or sample)
    first = sample.decode(encoding, "replace").split("\n", 1)[0]
    delimiter = delimiter or max(",;\t|", key=first.count)
    csv.field_size_limit(LIMIT)
    header: list[str] = []
    number = 0
    with io.TextIOWrapper(file, encoding, newline="") as text:
        table = csv.reader(iter(lambda: text.readline(LIMIT), ""), delimiter=delimiter, strict=True)
        while True:
            try:
                cells = next(table, None)
            except csv.Error as error:
                number += 1
                yield number, ValueError(f"is not CSV: {error}; quote its cells")
                continue
            if cells is None:
                return
            if len(cells) < 2 and not "".join(cells).strip():
                continue
            number += 1
            if header and len(cells) != len(header):
                counts = f"has {len(cells)} cells and the header {len(header)}"
                yield number, ValueError(f"{counts}; quote its cells")
            elif header:
                yield number, dict(zip(header, cells, strict=True))
            elif sum(map(len, cells)) > HEADER:
                raise ValueError(
                    f"names of columns take more than {HEADER:,} characters; shorten them"
                )
            header = header or cells
