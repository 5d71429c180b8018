"""Takes the text of a PDF in reading order: columns, tables row by row, small print behind the paragraph it stands in.

Which signs form a line and which lines a block is pdfminer.six's layout analysis; the order of the blocks is a recursive cut
along the white space between them. Lengths are points.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, cast

from index.hyphens import SOFT_HYPHEN, join

PAGES = 500
SAME = 2.0  # lines whose feet differ by less stand beside each other
SMALL = 0.88  # of the usual size; captions and footnotes are no larger
CELL = 0.75  # of the way to the next one, at most: a column of prose fills it
PHRASE = 3  # words; cells are shorter in one column at least
GUTTER = 6.0  # white space between columns
UNKNOWN = "\ufffd"  # a sign whose letter the PDF does not name
DIGITS = re.compile(r"\d+")
WORDS = re.compile(r"[\w-]*\w(?!-?\w*-$)")  # those of a line but what is divided at its end
ENDED = re.compile(r"[.!?:|][\"'”’)\]]*$")  # The bridge is "safe."

Fields = dict[str, Any]


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


def read(content: bytes) -> list[Fields]:
    """The one article of a PDF; raises ValueError with the reason when there is none."""
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    try:
        document = PDFDocument(PDFParser(io.BytesIO(content)))
    except PDFPasswordIncorrect:
        raise ValueError("is encrypted; save it without a password") from None
    pages = list(PDFPage.create_pages(document))
    if len(pages) > PAGES:
        raise ValueError(f"has {len(pages):,} pages; {PAGES} are the most: split it")
    blocks = [_blocks(page) for page in pages]
    text = _text(_without_running_heads(blocks))
    if 2 * text.count(UNKNOWN) >= len(text):
        raise ValueError("has no text; if its pages are pictures, recognise their text first")
    about = document.info[0] if document.info else {}
    title = _told(about.get("Title"))
    named = title if title and " " in title and " - " not in title else None
    return [{"text": text, "title": named, "author": _told(about.get("Author"))}]


def _told(value: Any) -> str | None:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    value = resolve1(value)
    return (decode_text(value).strip() or None) if isinstance(value, bytes) else None


def _blocks(page: Any) -> list[Block]:
    """The blocks of a page, turned so that most of its letters stand upright, in no order."""
    lines = _lines(page)
    turns = Counter(_turn(line) for line, _ in lines)
    turn = turns.most_common(1)[0][0] if turns else 0
    if turn:
        page.rotate = (page.rotate + turn) % 360
        lines = _lines(page)
    rows = list(_rows([line for line, _ in lines]))
    celled = {id(cell) for row in rows for cell in row}
    boxes: dict[int, list[Any]] = {}
    for line, box in lines:
        if id(line) not in celled:
            boxes.setdefault(box, []).append(line)
    return [_block(box) for box in boxes.values()] + [_row(row) for row in rows]


def _lines(page: Any) -> list[tuple[Any, int]]:
    """The lines of a page, each with the number of its box."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.encodingdb import EncodingDB
    from pdfminer.layout import LAParams, LTContainer, LTTextBox, LTTextLine
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

    EncodingDB.win2unicode[0xAD] = SOFT_HYPHEN  # the library's table has a blank there
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(boxes_flow=None, all_texts=True))
    device.handle_undefined_char = lambda font, cid: UNKNOWN  # type: ignore[method-assign]
    PDFPageInterpreter(resources, device).process_page(page)
    found = []
    left: list[Any] = list(cast(Iterable[Any], device.get_result()))
    for number, item in enumerate(left):
        if isinstance(item, LTTextBox):
            found += [(one, number) for one in item if isinstance(one, LTTextLine)]
        elif isinstance(item, LTContainer):
            left += list(item)  # a form or a figure
    return [(line, box) for line, box in found if line.get_text().strip()]


def _turn(line: Any) -> int:
    """By how many degrees clockwise the page must be turned for this line to run from left to right."""
    from pdfminer.layout import LTChar

    char = next((one for one in line if isinstance(one, LTChar)), None)
    if char is None or abs(char.matrix[0]) >= abs(char.matrix[1]):
        return 180 if char is not None and char.matrix[0] < 0 else 0
    return 90 if char.matrix[1] > 0 else 270


def _block(lines: Sequence[Any]) -> Block:
    texts = tuple(" ".join(line.get_text().split()) for line in lines)
    left, bottom = min(line.x0 for line in lines), min(line.y0 for line in lines)
    right, top = max(line.x1 for line in lines), max(line.y1 for line in lines)
    return Block(left, bottom, right, top, texts, median(line.height for line in lines))


def _row(cells: Sequence[Any]) -> Block:
    block = _block(cells)
    text = f"| {' | '.join(block.lines)} |"
    return Block(block.left, block.bottom, block.right, block.top, (text,), block.size, True)


def _rows(lines: Sequence[Any]) -> Iterator[list[Any]]:
    """The rows of tables: cells beside each other, at least two rows with the same beginnings under each other."""
    beside: list[list[Any]] = []
    for line in sorted(lines, key=lambda one: (-one.y0, one.x0)):
        if beside and abs(beside[-1][0].y0 - line.y0) < SAME:
            beside[-1].append(line)
        else:
            beside.append([line])
    tables: list[list[list[Any]]] = []
    above: list[Any] = []
    for row in beside:
        row.sort(key=lambda one: one.x0)
        if _celled(row):
            if above and _aligned(row, above):
                tables[-1].append(row)
            else:
                tables.append([row])
            above = row
        else:
            above = []
    for rows in tables:
        if len(rows) > 1 and not _is_prose(rows):
            yield from rows


def _is_prose(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether they are columns of text with much white space between them: no column has cells of a
    word or two."""
    columns = zip(*rows, strict=True)
    return all(median(len(cell.get_text().split()) for cell in one) >= PHRASE for one in columns)


def _celled(row: Sequence[Any]) -> bool:
    pairs = list(pairwise(row))
    return bool(pairs) and all(one.x1 - one.x0 < CELL * (other.x0 - one.x0) for one, other in pairs)


def _aligned(row: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether as many cells begin, end or have their middle at the same places."""
    if len(row) != len(other):
        return False
    return all(
        abs(one.x0 - two.x0) < SAME
        or abs(one.x1 - two.x1) < SAME
        or abs(one.x0 + one.x1 - two.x0 - two.x1) < 2 * SAME
        for one, two in zip(row, other, strict=True)
    )


def _ordered(blocks: Sequence[Block]) -> list[Block]:
    """In reading order: columns from left to right where white space runs down between them, else from top to bottom."""
    if len(blocks) < 2:
        return list(blocks)
    for parts in (_columns(blocks), _strips(blocks)):
        if len(parts) > 1:
            return [block for part in parts for block in _ordered(part)]
    return sorted(blocks, key=lambda one: (-one.top, one.left))


def _columns(blocks: Sequence[Block]) -> list[list[Block]]:
    parts: list[list[Block]] = []
    right = float("-inf")
    for block in sorted(blocks, key=lambda one: one.left):
        if not parts or block.left - right > GUTTER:
            parts.append([])
        parts[-1].append(block)
        right = max(right, block.right)
    return parts


def _strips(blocks: Sequence[Block]) -> list[list[Block]]:
    """From top to bottom; strips that have the same columns stay together, so that each column is read to its end."""
    parts: list[list[Block]] = []
    bottom = float("inf")
    for block in sorted(blocks, key=lambda one: -one.top):
        if not parts or block.top <= bottom:
            parts.append([])
        parts[-1].append(block)
        bottom = min(bottom, block.bottom)
    joined: list[list[Block]] = []
    for part in parts:
        if joined and len(_columns(part)) > 1 and len(_columns(joined[-1] + part)) > 1:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _without_running_heads(pages: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Without the lines that stand in the same place on other pages, but for their figures: heads, feet, page numbers."""
    places = Counter(place for page in pages for place in {_place(block) for block in page})
    return [
        [block for block in page if len(block.lines) > 1 or places[_place(block)] < 2]
        for page in pages
    ]


def _place(block: Block) -> tuple[str, int, int]:
    return DIGITS.sub("0", " ".join(block.lines)), round(block.left), round(block.bottom)


def _text(pages: Sequence[Sequence[Block]]) -> str:
    """The paragraphs of all pages."""
    blocks = [block for page in pages for block in page]
    lines = [line for block in blocks for line in block.lines]
    if not lines:
        return ""
    width = sorted(map(len, lines))[len(lines) * 9 // 10]
    usual = median(block.size for block in blocks for _ in block.lines)
    known = {word.lower() for line in lines for word in WORDS.findall(line)}
    paragraphs: list[str] = []
    notes: list[str] = []
    for page in pages:
        above: Block | None = None
        for block in _ordered(page):
            if block.size < SMALL * usual and not block.table:
                notes += _paragraphs(block.lines, width, known)
                continue
            below = above is not None and block.top <= above.bottom
            whole = below or block.table or not paragraphs or ENDED.search(paragraphs[-1])
            if whole:
                paragraphs += notes
                notes = []
                paragraphs += _paragraphs(block.lines, width, known)
            else:  # it goes on at the top of the next column or page
                paragraphs += _paragraphs((paragraphs.pop(), *block.lines), width, known)
            above = block
    return "\n\n".join([*paragraphs, *notes])


def _paragraphs(lines: Sequence[str], width: int, known: set[str]) -> list[str]:
    """A line goes on in the next one unless it is short, or where the next begins with a small letter."""
    paragraphs: list[str] = []
    short = True
    for line in lines:
        if paragraphs and (line[0].islower() or not short):
            paragraphs[-1] = join(paragraphs[-1], line, known)
        else:
            paragraphs.append(line)
        short = len(line) <= 0.6 * width
    return paragraphs
