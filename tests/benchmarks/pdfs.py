"""Makes PDFs as newspapers lay them out, with the sentences that each holds, and measures what reads them.

    python tests/benchmarks/pdfs.py

Prints for each layout the share of its sentences that come out as exactly one sentence, and the share of what comes out that
is one of them. Lines are drawn one by one, in the order that the layout names.
"""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.pdf import read
from index.sentences import split

WIDTH, HEIGHT = A4
FONT, SIZE, LEADING = "Helvetica", 10, 12.5
MARGIN, GUTTER = 50, 22
SUBJECTS = (
    "The harbour",
    "The council",
    "Anna Holm",
    "The ministry",
    "A spokeswoman",
    "The Tarn bridge",
    "The union",
    "Mayor Reed",
)
VERBS = (
    "will cost 4.2 million euros, which is twice what the engineers had expected last spring",
    "said that fuel costs had doubled in a year and that no ferry would sail before Friday",
    "opened again on 9 September after long repairs to the western gate and its two pumps",
    "expects 1,200 visitors a day in summer, most of them families who arrive by train",
    "did not answer questions about the inspection of March or the letter that followed it",
    "voted by 31 to 12 for the new line after a debate of more than five hours",
    "named four firms that may build the tower, two of which are from the region",
)


def sentences(count: int, first: int = 0) -> list[str]:
    made = []
    for n in range(first, first + count):
        made.append(f"{SUBJECTS[n % 8]} {VERBS[n % 7]} ({n + 1}).")
    return made


@dataclass
class Sheet:
    """A PDF in the making, and the sentences it holds in reading order."""

    content: io.BytesIO = field(default_factory=io.BytesIO)
    true: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.content, pagesize=A4)

    def line(self, x: float, y: float, text: str, size: float = SIZE, font: str = FONT) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)

    def done(self) -> tuple[bytes, list[str]]:
        self.canvas.save()
        return self.content.getvalue(), self.true


def wrapped(text: str, width: float, size: float = SIZE) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, FONT, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def paragraphs(count: int, each: int = 3) -> list[list[str]]:
    return [sentences(each, n * each) for n in range(count)]


def column_lines(paras: list[list[str]], width: float) -> list[str]:
    """Lines, an empty one between paragraphs."""
    lines: list[str] = []
    for para in paras:
        lines += [*wrapped(" ".join(para), width), ""]
    return lines[:-1]


def columns(sheet: Sheet, count: int, by_rows: bool, top: float, paras: int = 4) -> None:
    width = (WIDTH - 2 * MARGIN - (count - 1) * GUTTER) / count
    all_paras = paragraphs(paras * count)
    sheet.true += [s for para in all_paras for s in para]
    texts = [column_lines(all_paras[n * paras : (n + 1) * paras], width) for n in range(count)]
    places = [(n, row) for n in range(count) for row in range(len(texts[n]))]
    if by_rows:
        places.sort(key=lambda place: (place[1], place[0]))
    for n, row in places:
        if texts[n][row]:
            sheet.line(MARGIN + n * (width + GUTTER), top - row * LEADING, texts[n][row])


def headline(sheet: Sheet, y: float = HEIGHT - 80) -> None:
    sheet.line(MARGIN, y, "Harbour repairs will last until spring", 22, "Helvetica-Bold")
    sheet.true.append("Harbour repairs will last until spring")


def one_column(sheet: Sheet) -> None:
    headline(sheet)
    columns(sheet, 1, False, HEIGHT - 120, 6)


def two_columns(sheet: Sheet) -> None:
    headline(sheet)
    columns(sheet, 2, False, HEIGHT - 120)


def two_columns_by_rows(sheet: Sheet) -> None:
    headline(sheet)
    columns(sheet, 2, True, HEIGHT - 120)


def three_columns_by_rows(sheet: Sheet) -> None:
    headline(sheet)
    columns(sheet, 3, True, HEIGHT - 120, 2)


def rotated(sheet: Sheet) -> None:
    sheet.canvas.translate(WIDTH, 0)
    sheet.canvas.rotate(90)
    headline(sheet, WIDTH - 60)
    columns(sheet, 2, True, WIDTH - 90, 3)


def table(sheet: Sheet) -> None:
    headline(sheet)
    paras = paragraphs(2)
    y = HEIGHT - 120
    for n, para in enumerate(paras):
        for line in wrapped(" ".join(para), WIDTH - 2 * MARGIN):
            sheet.line(MARGIN, y, line)
            y -= LEADING
        sheet.true += para
        y -= 2 * LEADING
        if n == 0:
            rows = [
                ["Place", "Cost", "Chief"],
                ["Orren", "14 million", "Ann Lee"],
                ["Tarn", "4 million", "Tom Ray"],
            ]
            for row in rows:
                for x, cell in zip((MARGIN, MARGIN + 150, MARGIN + 320), row, strict=True):
                    sheet.line(x, y, cell)
                y -= 1.5 * LEADING
                sheet.true.append(f"| {' | '.join(row)} |")
            y -= LEADING


def caption(sheet: Sheet) -> None:
    headline(sheet)
    width = (WIDTH - 2 * MARGIN - GUTTER) / 2
    paras = paragraphs(6)
    left, right = column_lines(paras[:4], width), column_lines(paras[4:], width)
    for row, line in enumerate(left):
        sheet.line(MARGIN, HEIGHT - 120 - row * LEADING, line)
    x = MARGIN + width + GUTTER
    sheet.canvas.rect(x, HEIGHT - 280, width, 160, fill=1)
    for row, line in enumerate(wrapped("Ferries wait in the western basin on Monday.", width, 8)):
        sheet.line(x, HEIGHT - 295 - row * 10, line, 8, "Helvetica-Oblique")
    for row, line in enumerate(right):
        sheet.line(x, HEIGHT - 340 - row * LEADING, line)
    sheet.true += [s for para in paras for s in para] + [
        "Ferries wait in the western basin on Monday."
    ]


def footnotes(sheet: Sheet) -> None:
    headline(sheet)
    columns(sheet, 1, False, HEIGHT - 120, 5)
    note = "The figures are those of the port authority for last year."
    sheet.canvas.line(MARGIN, 100, MARGIN + 150, 100)
    sheet.line(MARGIN, 86, note, 7.5)
    sheet.true.append(note)


def running_heads(sheet: Sheet) -> None:
    lines = column_lines(paragraphs(24), WIDTH - 2 * MARGIN)
    sheet.true += sentences(72)
    for page, first in enumerate(range(0, len(lines), 40), 1):
        if page > 1:
            sheet.canvas.showPage()
        sheet.line(MARGIN, HEIGHT - 40, "The Gazette", 8)
        sheet.line(WIDTH - MARGIN - 90, HEIGHT - 40, "Friday 17 October 2025", 8)
        for row, line in enumerate(lines[first : first + 40]):
            sheet.line(MARGIN, HEIGHT - 80 - row * LEADING, line)
        sheet.line(WIDTH / 2, 30, f"Page {page}", 8)


LAYOUTS: tuple[Callable[[Sheet], None], ...] = (
    one_column,
    two_columns,
    two_columns_by_rows,
    three_columns_by_rows,
    rotated,
    table,
    caption,
    footnotes,
    running_heads,
)


def made() -> Iterator[tuple[str, bytes, list[str]]]:
    for layout in LAYOUTS:
        sheet = Sheet()
        layout(sheet)
        content, true = sheet.done()
        yield layout.__name__, content, true


def shares(true: list[str], found: list[str]) -> tuple[float, float]:
    """Of the true sentences those found, of those found the true ones."""
    known = {" ".join(one.split()) for one in found}
    right = sum(one in known for one in true)
    return right / len(true), right / max(1, len(known))


def main() -> None:
    for name, content, true in made():
        begun = time.process_time()
        found = [" ".join(one.text.split()) for one in split(read(content)[0]["text"])]
        seconds = time.process_time() - begun
        recall, precision = shares(true, found)
        print(f"{name:24} {recall:.2f} / {precision:.2f} {seconds:.2f} s")


if __name__ == "__main__":
    main()
