"""Finds the rows of tables among the lines of a PDF's page: cells that stand beside each other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

SAME = 2.0  # points; lines whose feet differ by less stand beside each other
CELL = 0.75  # of the way to the next one, at most: a column of prose fills it
PHRASE = 3  # words; cells are shorter in one column at least

Row = list[Any]  # the library's lines, from left to right


def rows_of(lines: Sequence[Any]) -> Iterator[Row]:
    """The rows of tables: at least two with the same beginnings under each other."""
    for rows in _tables(_beside(lines)):
        if len(rows) > 1 and not _is_prose(rows):
            yield from rows


def _beside(lines: Sequence[Any]) -> list[Row]:
    """The lines that stand beside each other, from top to bottom."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: (-line.y0, line.x0)):
        if rows and abs(rows[-1][0].y0 - line.y0) < SAME:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.x0)
    return rows


def _tables(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of cells under each other that are alike, a list for each table."""
    tables: list[list[Row]] = []
    above: Row = []
    for row in rows:
        if not _has_cells(row):
            above = []
            continue
        if above and _is_aligned(row, above):
            tables[-1].append(row)
        else:
            tables.append([row])
        above = row
    return tables


def _is_prose(rows: Sequence[Row]) -> bool:
    """Whether they are columns of text with much white space between them: no column has cells of a
    word or two."""
    columns = zip(*rows, strict=True)
    return all(_usual_words(column) >= PHRASE for column in columns)


def _usual_words(cells: Sequence[Any]) -> float:
    return median(len(cell.get_text().split()) for cell in cells)


def _has_cells(row: Row) -> bool:
    """Whether it has several, and white space behind each but the last."""
    if len(row) < 2:
        return False
    return all(_is_cell(line, following) for line, following in pairwise(row))


def _is_cell(line: Any, following: Any) -> bool:
    width: float = line.x1 - line.x0
    room: float = following.x0 - line.x0
    return width < CELL * room


def _is_aligned(row: Row, other: Row) -> bool:
    """Whether as many cells begin, end or have their middle at the same places."""
    if len(row) != len(other):
        return False
    return all(_is_under(cell, above) for cell, above in zip(row, other, strict=True))


def _is_under(cell: Any, above: Any) -> bool:
    left: float = cell.x0 - above.x0
    right: float = cell.x1 - above.x1
    middle = (left + right) / 2
    return min(abs(left), abs(right), abs(middle)) < SAME
