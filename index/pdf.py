"""Takes the text of a PDF in reading order: columns, tables row by row, small print behind the
paragraph it stands in."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from index.hyphens import join
from index.pdf_layout import UNKNOWN, Block, blocks_of
from index.pdf_order import ordered
from index.tables import Fields

PAGES = 500
SMALL = 0.88  # of the usual size; captions and footnotes are no larger
FULL = 0.6  # of the usual length: a shorter line ends its paragraph
DIGITS = re.compile(r"\d+")
WORDS = re.compile(r"[\w-]*\w(?!-?\w*-$)")  # those of a line but what is divided at its end
ENDED = re.compile(r"[.!?:|][\"'”’)\]]*$")  # The bridge is "safe."


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
    blocks = [blocks_of(page) for page in pages]
    text = _text(_without_running_heads(blocks))
    if 2 * text.count(UNKNOWN) >= len(text):
        raise ValueError("has no text; if its pages are pictures, recognise their text first")
    about = document.info[0] if document.info else {}
    title = _metadata(about.get("Title"))
    is_title = title is not None and " " in title and " - " not in title  # else a file's name
    author = _metadata(about.get("Author"))
    return [{"text": text, "title": title if is_title else None, "author": author}]


def _metadata(value: Any) -> str | None:
    """A field of the document's own; None for an empty one."""
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    value = resolve1(value)
    return (decode_text(value).strip() or None) if isinstance(value, bytes) else None


def _without_running_heads(pages: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Without the lines that stand in the same place on other pages, but for their figures: heads,
    feet, page numbers."""
    counts: Counter[tuple[str, int, int]] = Counter()
    for page in pages:
        counts.update({_place(block) for block in page})
    kept = []
    for page in pages:
        kept.append([one for one in page if len(one.lines) > 1 or counts[_place(one)] < 2])
    return kept


def _place(block: Block) -> tuple[str, int, int]:
    text = DIGITS.sub("0", " ".join(block.lines))
    return text, round(block.left), round(block.bottom)


def _text(pages: Sequence[Sequence[Block]]) -> str:
    """The paragraphs of all pages."""
    blocks = [block for page in pages for block in page]
    if not any(block.lines for block in blocks):
        return ""
    text = Text(blocks)
    for page in pages:
        text.add(ordered(page))
    return "\n\n".join([*text.paragraphs, *text.notes])


class Text:
    """The paragraphs so far; `notes` are the small print met since the last whole one."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        """`blocks` are those of all pages: they say which size and length of line are usual."""
        lines = [line for block in blocks for line in block.lines]
        lengths = sorted(map(len, lines))
        self.paragraphs: list[str] = []
        self.notes: list[str] = []
        self._width = lengths[len(lines) * 9 // 10]
        self._size = median(block.size for block in blocks for _ in block.lines)
        self._words = {word.lower() for line in lines for word in WORDS.findall(line)}

    def add(self, page: Iterable[Block]) -> None:
        """Takes the blocks of one page, in reading order."""
        above: Block | None = None
        for block in page:
            if block.size < SMALL * self._size and not block.table:
                self.notes += self._joined(block.lines)
                continue
            if self._begins(block, above):
                self.paragraphs += self.notes
                self.notes = []
                self.paragraphs += self._joined(block.lines)
            else:  # it goes on at the top of the next column or page
                last = self.paragraphs.pop()
                self.paragraphs += self._joined((last, *block.lines))
            above = block

    def _begins(self, block: Block, above: Block | None) -> bool:
        """Whether a block begins a paragraph."""
        if block.table or not self.paragraphs:
            return True
        below = above is not None and block.top <= above.bottom
        return below or ENDED.search(self.paragraphs[-1]) is not None

    def _joined(self, lines: Sequence[str]) -> list[str]:
        """The paragraphs of a block: a line goes on in the next one unless it is short, or where
        the next begins with a small letter."""
        paragraphs: list[str] = []
        short = True
        for line in lines:
            if paragraphs and (line[0].islower() or not short):
                paragraphs[-1] = join(paragraphs[-1], line, self._words)
            else:
                paragraphs.append(line)
            short = len(line) <= FULL * self._width
        return paragraphs
