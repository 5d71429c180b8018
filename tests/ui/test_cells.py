"""No cell is a formula to a spreadsheet, and each is read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.cells import guarded, plain

STARTS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("start", STARTS)
def test_a_formula_becomes_text(start: str) -> None:
    cell = f'{start}HYPERLINK("http://127.0.0.1/"&A1)'
    assert guarded(cell) == f"'{cell}"
    assert guarded(f"'{cell}") == f"''{cell}"


@pytest.mark.parametrize("cell", ["", "'", "It's = so", "2 - 1", "'quoted'", "He said -5"])
def test_other_cells_stay(cell: str) -> None:
    assert guarded(cell) == cell
    assert plain(cell) == cell


@given(st.text(alphabet=f"'a {STARTS}") | st.text())
def test_each_cell_is_read_back(cell: str) -> None:
    assert plain(guarded(cell)) == cell
    assert not guarded(cell).startswith(tuple(STARTS))
