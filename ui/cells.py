"""Cells of a table for spreadsheets: none of them is taken for a formula, and each can be read back
as it was."""

import re

# OWASP, "CSV Injection": what makes a spreadsheet reckon, in its full-width forms too.
FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")  # =1+1, '=1+1
MARK = "'"  # that a spreadsheet reads as the sign of a text


def guarded(cell: str) -> str:
    """The cell with a mark in front when a spreadsheet would reckon with it; `plain` takes the mark
    away again."""
    return MARK + cell if FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """What was there before `guarded`."""
    marked = cell.startswith(MARK) and FORMULA.match(cell)
    return cell.removeprefix(MARK) if marked else cell
