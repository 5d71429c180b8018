"""Finds the lines and blocks of a PDF's page, by pdfminer.six's layout analysis. Lengths are
points."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, cast

from index.hyphens import SOFT_HYPHEN
from index.pdf_rows import rows_of

UNKNOWN = "\ufffd"  # a sign whose letter the PDF does not name


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand under each other; `size` is the height of their letters."""

    left: float
    bottom: float
    right: float
    top: float
    lines: tuple[str, ...]
    size: float = 0.0
    table: bool = False


def blocks_of(page: Any) -> list[Block]:
    """The blocks of a page, turned so that most of its letters stand upright, in no order."""
    lines = _lines(page)
    turn = _turn(line for line, _ in lines)
    if turn:
        page.rotate = (page.rotate + turn) % 360
        lines = _lines(page)
    rows = list(rows_of([line for line, _ in lines]))
    cells = {id(cell) for row in rows for cell in row}
    boxes: dict[int, list[Any]] = {}
    for line, box in lines:
        if id(line) not in cells:
            boxes.setdefault(box, []).append(line)
    blocks = [_block(box) for box in boxes.values()]
    return blocks + [_row(row) for row in rows]


def _lines(page: Any) -> list[tuple[Any, int]]:
    """The lines of a page, each with the number of its box."""
    from pdfminer.layout import LTContainer, LTTextBox, LTTextLine

    lines = []
    items = _items(page)
    for number, item in enumerate(items):
        if isinstance(item, LTTextBox):
            lines += [(line, number) for line in item if isinstance(line, LTTextLine)]
        elif isinstance(item, LTContainer):
            items += list(item)  # a form or a figure
    return [(line, box) for line, box in lines if line.get_text().strip()]


def _items(page: Any) -> list[Any]:
    """What the library's analysis makes of a page: text boxes, figures and the like."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.encodingdb import EncodingDB
    from pdfminer.layout import LAParams
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

    EncodingDB.win2unicode[0xAD] = SOFT_HYPHEN  # the library's table has a blank there
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(boxes_flow=None, all_texts=True))
    device.handle_undefined_char = lambda font, cid: UNKNOWN  # type: ignore[method-assign]
    PDFPageInterpreter(resources, device).process_page(page)
    return list(cast(Iterable[Any], device.get_result()))


def _turn(lines: Iterable[Any]) -> int:
    """By how many degrees clockwise a page must be turned for most of its lines to run from left to
    right."""
    turns = Counter(map(_line_turn, lines)).most_common(1)
    return turns[0][0] if turns else 0


def _line_turn(line: Any) -> int:
    """The same for one line, by the matrix of its first letter."""
    from pdfminer.layout import LTChar

    letter = next((part for part in line if isinstance(part, LTChar)), None)
    if letter is None:
        return 0
    along, across = letter.matrix[:2]
    if abs(along) >= abs(across):
        return 180 if along < 0 else 0
    return 90 if across > 0 else 270


def _block(lines: Sequence[Any]) -> Block:
    return Block(
        left=min(line.x0 for line in lines),
        bottom=min(line.y0 for line in lines),
        right=max(line.x1 for line in lines),
        top=max(line.y1 for line in lines),
        lines=tuple(" ".join(line.get_text().split()) for line in lines),
        size=median(line.height for line in lines),
    )


def _row(cells: Sequence[Any]) -> Block:
    """The cells of a table's row as one line: `| Orren | 14 million |`."""
    block = _block(cells)
    text = f"| {' | '.join(block.lines)} |"
    return replace(block, lines=(text,), table=True)
