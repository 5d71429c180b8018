"""Reads the rows of tables: JSON Lines and CSV of any length, with or without a column map."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from index.encoding import SAMPLE, encoding_of

LIMIT = 20_000_000  # bytes of one file, or of one row of a table; tables themselves may be of any size
BAD_ROWS = 100  # after so many a table is given up
COLUMNS = {
    "id": ("id",),
    "text": ("text", "body", "content", "article", "maintext"),
    "title": ("title", "headline"),
    "source": ("source", "publisher", "sitename", "site"),
    "url": ("url", "link"),
    "author": ("author", "authors", "byline"),
    "published": ("published", "date", "published_at", "publishedat", "date_published", "date_publish", "pubdate"),
}

Fields = dict[str, Any]
Row = tuple[int, Fields | ValueError]  # its number, from 1; 0 when the file is one article


def table(file: io.BufferedReader, kind: str, columns: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a table, `lines` (JSON), `csv` or `tsv`; raises ValueError where it cannot go on."""
    number, bad = 0, 0
    for number, row in _json_lines(file) if kind == "lines" else _csv_rows(file, "\t" if kind == "tsv" else None):
        found = row if isinstance(row, ValueError) else fields(row, columns)
        yield number, found
        bad += isinstance(found, ValueError)
        if bad == BAD_ROWS:
            raise ValueError(f"{BAD_ROWS} rows cannot be read; the rest is left out")
    if not number:
        raise ValueError("has no rows; give it some or remove it")


def fields(row: object, columns: Mapping[str, str]) -> Fields | ValueError:
    """The fields of one row of a table, by the column map or else the usual names of columns."""
    if not isinstance(row, dict):
        return ValueError("is not an object with named fields; write one object a row")
    cells = {str(name).strip().lower(): value for name, value in row.items() if value not in (None, "", [])}
    found: Fields = {}
    for field, usual in COLUMNS.items():
        names = [columns[field].strip().lower()] if field in columns else usual
        value = next((cells[name] for name in names if name in cells), None)
        if isinstance(value, dict):
            value = value.get("name")  # {"name": "The Paper"}
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = ", ".join(value)
        found[field] = str(value) if field == "id" and isinstance(value, int) else value
    if not found["text"]:
        return ValueError(f"has no text among {', '.join(map(str, row))[:200]}; name its column with text=COLUMN")
    return found


def parse(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}; is it complete?") from None


def _lines(file: io.BufferedReader) -> Iterator[tuple[int, bytes | ValueError]]:
    number = 0
    while line := file.readline(LIMIT + 1):
        number += 1
        if len(line) > LIMIT:
            while line and not line.endswith(b"\n"):
                line = file.readline(LIMIT)
            yield number, ValueError(f"the line is longer than {LIMIT // 1_000_000} MB; split it")
        elif line.strip():
            yield number, line


def _json_lines(file: io.BufferedReader) -> Iterator[tuple[int, object]]:
    for number, line in _lines(file):
        try:
            yield number, line if isinstance(line, ValueError) else parse(line.removeprefix(b"\xef\xbb\xbf"))
        except ValueError as error:
            yield number, error


def _csv_rows(file: io.BufferedReader, delimiter: str | None) -> Iterator[tuple[int, object]]:
    sample = file.peek(SAMPLE)
    encoding = encoding_of(sample[: sample.rfind(b"\n") + 1] or sample)

    def lines() -> Iterator[str]:
        for _, line in _lines(file):
            if isinstance(line, ValueError):
                raise line
            yield line.decode(encoding)

    csv.field_size_limit(LIMIT)
    first = sample.split(b"\n", 1)[0].decode(encoding, "replace")
    table = csv.reader(lines(), delimiter=delimiter or max(",;\t|", key=first.count), strict=True)
    header: list[str] = []
    while True:
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield table.line_num, ValueError(f"is not CSV: {error}; quote its cells")
            continue
        if header and len(cells) != len(header):
            yield table.line_num, ValueError(f"has {len(cells)} cells and the header {len(header)}; quote its cells")
        elif header:
            yield table.line_num, dict(zip(header, cells, strict=True))
        header = header or cells
