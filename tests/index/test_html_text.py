"""All text of a piece of HTML: which tables are written row by row, and which only place a page's parts."""

import pytest

from index.html_text import page_text

TABLE = "<table><tr><td>Orren</td><td>14 million</td></tr></table>"
PLACING = "<table><tr><td><h2>Otters return</h2></td><td>It rained.</td></tr></table>"


@pytest.mark.parametrize("number", [1, 40])
def test_tables_are_told_from_those_that_only_place(number: int) -> None:
    text = page_text(f"<html><body>{(PLACING + TABLE) * number}</body></html>")
    assert text.count("| Orren | 14 million |") == number
    assert text.count("\n\nIt rained.") == number
    assert "| Otters" not in text
