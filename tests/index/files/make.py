"""Makes the files that nobody writes by hand: PDFs, Word documents, books, archives, encodings.

    python tests/index/files/make.py

The same bytes come out each time. What a reader sees in each is written by hand in the
expected.jsonl beside it.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
WIDTH, HEIGHT = A4
LEADING = 13
LEFT, MIDDLE, TOP = 50, 310, HEIGHT - 120  # points

BRIDGE = [
    "The Tarn bridge will be shut for two years, the county said on",
    "Monday. Trains must take the long way by Hanmoor.",
    "",
    "Engineers had found cracks in three of the nine piers. The old-",
    "est of them was built in 1871, of stone that was cut in win-",
    "ter. A long-term plan is due in May.",
    "",
    "The Tarn-based firm that looked after the piers has gone. Anna-",
    "Maria Voss, who led it, lives abroad.",
]
FUEL = [
    "The union said that fuel costs",
    "had doubled in a year. No ferry",
    "would sail before Friday.",
    "",
    "Its speaker, Tom Ray, called the",
    "offer a joke. The owners did not",
    "laugh, he said.",
]
REPAIR = [
    "The repair will cost 4.2 million",
    "euros. That is twice what the",
    "engineers had expected.",
    "",
    "A new crane comes from Vell. It",
    "lifts 90 tonnes, and its driver",
    "lifts nothing.",
]
WEATHER = [
    "Snow is expected from",
    "noon on. The pass may",
    "be shut again.",
    "",
    "Drivers need chains.",
    "Buses have them.",
]
MILK = [
    "Milk is dearer than",
    "beer in Ridgeton. A",
    "pint costs 2.10 euros.",
    "",
    "Farmers get a third of",
    "that. They want half.",
]
CHESS = [
    "A boy of nine has beaten",
    "the master of Hanmoor.",
    "It took 31 moves.",
    "",
    "The master asked for",
    "another game. He lost.",
]


class Sheet:
    """A PDF in the making."""

    def __init__(self, title: str = "", author: str = "") -> None:
        self.content = io.BytesIO()
        self.canvas = Canvas(self.content, pagesize=A4, invariant=1)
        self.canvas.setTitle(title or "untitled")
        self.canvas.setAuthor(author)

    def head(self, text: str, y: float = HEIGHT - 80) -> None:
        self.line(LEFT, y, text, 20, "Helvetica-Bold")

    def line(
        self, x: float, y: float, text: str, size: float = 10, font: str = "Helvetica"
    ) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)

    def lines(self, x: float, y: float, texts: Sequence[str], size: float = 10) -> float:
        """Draws them under each other; returns where the next one would stand."""
        for text in texts:
            if text:
                self.line(x, y, text, size)
            y -= LEADING * size / 10
        return y

    def done(self) -> bytes:
        self.canvas.save()
        return self.content.getvalue()


def one_column() -> bytes:
    sheet = Sheet("Bridge shut for two years", "Min-ji Park")
    sheet.head("Bridge shut for two years")
    sheet.lines(LEFT, TOP, BRIDGE)
    return sheet.done()


def columns_in_turn() -> bytes:
    sheet = Sheet()
    sheet.head("Ferries stay in harbour")
    sheet.lines(LEFT, TOP, FUEL)
    sheet.lines(MIDDLE, TOP, REPAIR)
    return sheet.done()


def columns_by_rows() -> bytes:
    sheet = Sheet()
    sheet.head("Ferries stay in harbour")
    for row, (left, right) in enumerate(zip(FUEL, REPAIR, strict=True)):
        sheet.lines(LEFT, TOP - row * LEADING, [left])
        sheet.lines(MIDDLE, TOP - row * LEADING, [right])
    return sheet.done()


def three_columns() -> bytes:
    sheet = Sheet()
    sheet.head("The region in brief")
    for row in range(len(MILK)):
        for number, column in enumerate((WEATHER, MILK, CHESS)):
            sheet.lines(LEFT + number * 175, TOP - row * LEADING, [column[row]])
    return sheet.done()


def table() -> bytes:
    sheet = Sheet("What the bridges cost", "Min-ji Park")
    sheet.head("What the bridges cost")
    above = [
        "The county has paid for three bridges since 2019. Only one of them",
        "was opened in time, as the auditors wrote on Tuesday.",
    ]
    y = sheet.lines(LEFT, TOP, above) - LEADING
    rows = (
        ("Bridge", "Cost", "Opened"),
        ("Orren", "14 million", "2021"),
        ("Tarn", "4.2 million", "2022"),
        ("Vell Gate", "31 million", "not yet"),
    )
    for row in rows:
        for number, cell in enumerate(row):
            sheet.line(LEFT + number * 120, y, cell)
        y -= 1.3 * LEADING
    below = ["The steel for Vell Gate had been ordered twice. It cannot be given back."]
    sheet.lines(LEFT, y - LEADING, below)
    return sheet.done()


def caption_and_note() -> bytes:
    sheet = Sheet("Night train to the coast is back", "Ivo Brandt")
    sheet.head("Night train to the coast is back")
    above = [
        "After eleven years a night train runs from Vell to the coast again.",
        "The first one left on Sunday at 9:52 p.m. with 187 passengers.",
    ]
    y = sheet.lines(LEFT, TOP, above)
    sheet.canvas.rect(LEFT, y - 90, 200, 90)
    sheet.line(LEFT, y - 102, "The driver has waited for this since 2014.", 7.5)
    below = [
        "A bed costs from 49 euros. Breakfast is brought by a woman from Hanmoor",
        "who bakes it herself.",
    ]
    sheet.lines(LEFT, y - 130, below)
    sheet.line(LEFT, 70, "The fares hold until 31 December.", 7)
    return sheet.done()


def running_heads() -> bytes:
    sheet = Sheet("The long strike", "Leo Marsh")
    pages = (
        [
            "The bus drivers of Sallport have not worked for forty days. Their",
            "children bring them soup, and the soup is cold when it comes, as",
            "everybody who has stood at the gate in this wind knows, for the",
        ],
        [
            "depot lies on a hill. A mediator came on Thursday and left on",
            "Friday. She will not come back, she said.",
        ],
        [
            "The company has sold nine buses. It needs the garage for the rest,",
            "said a spokesman.",
        ],
    )
    for number, page in enumerate(pages, 1):
        sheet.line(LEFT, HEIGHT - 40, f"THE HARBOUR TIMES   Monday, 1 December 2025   {number}", 8)
        if number == 1:
            sheet.head("The long strike")
        sheet.lines(LEFT, TOP, page)
        sheet.line(WIDTH / 2, 30, f"Page {number} of 3", 8)
        sheet.canvas.showPage()
    return sheet.done()


def turned() -> bytes:
    sheet = Sheet("Map room flooded", "Ida Reeve")
    sheet.canvas.translate(WIDTH, 0)
    sheet.canvas.rotate(90)
    sheet.line(60, WIDTH - 80, "Map room flooded", 18, "Helvetica-Bold")
    texts = [
        "Water stood in the map room of the museum on Sunday. A pipe had burst.",
        "The sea charts floated, which a guard found fitting.",
    ]
    sheet.lines(60, WIDTH - 120, texts)
    return sheet.done()


def byline() -> bytes:
    sheet = Sheet()
    sheet.head("Bank robber brings the money back")
    sheet.line(LEFT, HEIGHT - 105, "By Jane Holm, 3 March 2026")
    texts = [
        "A man who took 11,400 euros from a bank in 1994 has brought it back. He put",
        "it on the counter in a biscuit tin.",
    ]
    sheet.lines(LEFT, TOP - 20, texts)
    return sheet.done()


def ligatures() -> bytes:
    """The font that comes with the library; a soft hyphen at a line's end."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    sheet = Sheet("Coffin maker retires", "Pia Oster")
    sheet.line(
        LEFT, HEIGHT - 80, "Co\ufb03n maker retires".replace("\ufb03", "f\ufb01"), 20, "Vera"
    )
    texts = [
        "The last cof\ufb01n maker of Vell retires. He has made 9,000 of them and \ufb01lled",
        "none, he says, and the \ufb01rst was for a parrot. The govern\u00ad",
        "ment gave him a medal. He uses it to open paint.",
    ]
    for row, text in enumerate(texts):
        sheet.line(LEFT, TOP - row * LEADING, text, 10, "Vera")
    return sheet.done()


def packed(members: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, content)
    return file.getvalue()


OFFICE = "http://schemas.openxmlformats.org"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
MAIN = f"{OFFICE}/officeDocument/2006/relationships/officeDocument"
TYPES = (
    f'<Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def related(*targets: tuple[str, str]) -> str:
    """A part that names other parts, by (type, target)."""
    made = f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    for number, (kind, target) in enumerate(targets, 1):
        made += f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"/>'
    return f"{made}</Relationships>"


def run(text: str, more: str = "") -> str:
    return f'<w:r><w:rPr>{more}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def para(*runs: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{''.join(one if one[:1] == '<' else run(one) for one in runs)}</w:p>"


def docx(*body: str, title: str = "", author: str = "", notes: str = "") -> bytes:
    space = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main"'
    page = f"<w:document {space}><w:body>{''.join(body)}</w:body></w:document>"
    parts: dict[str, str | bytes] = {"[Content_Types].xml": TYPES}
    parts |= {"_rels/.rels": related((MAIN, "word/document.xml")), "word/document.xml": page}
    if notes:
        kind = f"{OFFICE}/officeDocument/2006/relationships/footnotes"
        parts["word/_rels/document.xml.rels"] = related((kind, "footnotes.xml"))
        parts["word/footnotes.xml"] = f"<w:footnotes {space}>{notes}</w:footnotes>"
    if title or author:
        parts["docProps/core.xml"] = (
            f'<c:coreProperties xmlns:c="{OFFICE}/package/2006/metadata/core-properties" {DC}'
            ' xmlns:t="http://purl.org/dc/terms/">'
            f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
            "<t:created>2013-12-23T23:15:00Z</t:created></c:coreProperties>"
        )
    return packed(parts)


RAISED, LOWERED, BOLD = (
    '<w:vertAlign w:val="superscript"/>',
    '<w:vertAlign w:val="subscript"/>',
    "<w:b/>",
)


def row(*cells: str) -> str:
    made = "".join(f"<w:tc>{para(cell)}</w:tc>" for cell in cells)
    return f"<w:tr>{made}</w:tr>"


def documents() -> dict[str, bytes]:
    note = (
        '<w:footnote w:id="2">' + para(" The oldest record is a letter of 1172.") + "</w:footnote>"
    )
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    struck = "<w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
    return {
        "plain.docx": docx(
            para("Choir loses its roof", style="Heading1"),
            para(
                "The choir of St. Anne's sings ",
                run("outside", BOLD),
                " until June. Its roof fell in.",
            ),
            para("Nobody was singing at the time. “Luckily,” said the alto."),
            title="Choir loses its roof",
            author="Zofia Krall",
        ),
        "no-fields.docx": docx(
            para("Ducks cross Depot Lane at 8 a.m. daily. Trams wait for them."),
            para("The ducks have never been late."),
        ),
        "figures.docx": docx(
            para(
                "The lake holds 10",
                run("9", RAISED),
                " litres. Its CO",
                run("2", LOWERED),
                " is low.",
            ),
            para(
                "On the 21",
                run("st", RAISED),
                " of May the board meets. It covers 41 km",
                run("2", RAISED),
                ".",
            ),
            title="Lake in figures",
            author="Tomas Wren",
        ),
        "table.docx": docx(
            para("Four bridges were built. One was in time."),
            f"<w:tbl>{row('Bridge', 'Cost')}{row('Orren', '14 million')}"
            f"{row('Tarn', '4 million')}</w:tbl>",
            para("The rest is late."),
            title="Bridges",
            author="Min-ji Park",
        ),
        "tracked.docx": docx(
            para(
                "The mayor will ",
                struck,
                "<w:ins>" + run("gladly ") + "</w:ins>",
                "resign. She said so.",
            ),
            title="Mayor to go",
            author="Pia Oster",
        ),
        "note.docx": docx(
            para("The town lived on salt.", mark, " It boiled brine."),
            para("Then came the law."),
            title="Salt",
            author="Vera Molnar",
            notes=note,
        ),
        "breaks.docx": docx(
            para("First line of the poem", "<w:r><w:br/></w:r>", "and the second, which rhymes."),
            para("A tab", "<w:r><w:tab/></w:r>", "stands here. Nothing else."),
            title="Poem wins prize",
            author="Ann Lee, Bo Dean",
        ),
    }


def book(opf: str, **chapters: str) -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="O/c.opf"/></rootfiles></container>'
    )
    parts: dict[str, str | bytes] = {"mimetype": "application/epub+zip"}
    parts |= {"META-INF/container.xml": container, "O/c.opf": opf}
    for name, body in chapters.items():
        page = f"<html><head><title>{name}</title></head><body>{body}</body></html>"
        parts[f"O/{name}.xhtml"] = page
    return packed(parts)


def package(about: str, spine: Sequence[str], more: str = "") -> str:
    items = "".join(f'<item id="{one}" href="{one}.xhtml"/>' for one in spine)
    order = "".join(f'<itemref idref="{one}"/>' for one in spine)
    return (
        f"<package {DC}><metadata>{about}</metadata><manifest>{more}{items}</manifest>"
        f'<spine><itemref idref="nav"/>{order}</spine></package>'
    )


NAV = '<item id="nav" href="nav.xhtml" properties="nav"/>'


def books() -> dict[str, bytes]:
    week = (
        "<dc:title>The Week in Vell</dc:title><dc:creator>Ann Lee</dc:creator><dc:creator>Bo Dean"
        "</dc:creator><dc:publisher>Vell Evening Mail</dc:publisher><dc:date>2025-10-17</dc:date>"
    )
    poor = "<dc:title>Tides</dc:title><dc:date>2024</dc:date>"
    return {
        "week.epub": book(
            package(week, ["two", "one"], NAV),
            nav="<nav><ol><li>Contents</li></ol></nav>",
            one="<h1>Sport</h1><p>Hanmoor won <time>on Sunday</time>. Vell did not play.</p>",
            two="<h1>Town</h1><p>The goose is back.<sup>1</sup> It is iron.</p>"
            "<p>1. See page 9.</p>",
        ),
        "tides.epub": book(
            package(poor, ["a"], NAV),
            nav="<nav>Contents</nav>",
            a="<p>The tide rose 10<sup>2</sup> times. It fell as often.</p><dl><dt>Ebb</dt>"
            "<dd>The sea goes.</dd></dl><blockquote>It always comes back.</blockquote>",
        ),
        "table.epub": book(
            package("<dc:title>Games</dc:title><dc:creator>Kit Farrow</dc:creator>", ["a"], NAV),
            nav="<nav>Contents</nav>",
            a="<h2>Results</h2><table><tr><th>Rank</th><th>Name</th></tr><tr><td>1</td>"
            "<td>Rhys Pugh</td></tr></table><p>Owen Hale was second. He said <q>fine</q>.</p>",
        ),
    }


def archives() -> dict[str, bytes]:
    matter = "---\ntitle: Kite stuck\nauthor: Pia Oster\ndate: 2025-09-01\n---\n"
    note = f"{matter}A kite hangs in the mast.\n"
    page = (
        "<html><head><title>Mast painted</title><meta name='author' content='Leo Marsh'>"
        "<meta name='date' content='2025-09-02'></head><body><h1>Mast painted</h1>"
        "<p>The mast of the harbour office is red again. It took two painters nine days, and a"
        " kite.</p><p>The kite had hung there since <time>1 September</time>. A boy has it back.</p>"
        "</body></html>"
    )
    rows = "title,text,published\nFlag,The flag is new. It is blue.,2025-09-03\n"
    return {
        "mixed.zip": packed(
            {
                "notes/kite.md": note,
                "pages/mast.html": page,
                "photo.jpg": b"\xff\xd8\xff",
                "__MACOSX/notes/._kite.md": b"\x00\x05",
                "flags.csv": rows,
            }
        ),
        "documents.zip": packed(
            {
                "a.docx": docx(
                    para("The well is deep. It is dry."), title="Well", author="Ann Lee"
                ),
                "b.txt": "Bucket found\n\nThe bucket hung on a nail. It has no hole.\n".encode(
                    "utf-16"
                ),
            }
        ),
    }


CYRILLIC = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">
<title>Новый мост открыт</title><meta name="author" content="Анна Волкова">
<meta name="date" content="2024-05-06"></head><body><h1>Новый мост открыт</h1>
<p>В субботу в городе открыли новый мост через реку. По нему прошли первые двести человек.</p>
<p>Строили его четыре года. Мэр сказал: «Мы успели», и перерезал ленту.</p>
<p>Старый мост закроют осенью. Его построили в 1931 году из дерева и камня.</p></body></html>
"""
WESTERN = (
    "Café burns in Liège\n\n"
    "The café “Chez Zoé” in Liège burned on Friday night. The owner said that it had been “a"
    " matter of minutes.”\n\n"
    "A kitchen costs €40,000 \u2013 and a table by the window cannot be bought. The guests were not"
    " hurt.\n"
)
OLD_MAC = (
    "Pump stolen\r\rThe pump of the fire brigade was stolen.\r\r"
    "The brigade used buckets. It was quick.\r"
)
WINDOWS = (
    "---\r\ntitle: Pump returned\r\ndate: 2025-02-02\r\nauthor: Walt Dunn\r\n---\r\n"
    "The pump is back. It was on\r\nthe doorstep, said the chief.\r\n\r\nIt had been cleaned.\r\n"
)
TWO_BYTES = """title\ttext\tpublished
Z\u00fcrich trams\tTrams in Z\u00fcrich are late. Nobody believes it.\t17.10.2025
"""
DECLARED = (
    '<html><head><meta charset="iso-8859-15"><title>Crêpe seller fined €50</title>\n'
    '<meta name="author" content="Renée Gauthier"><meta name="date" content="2023-02-02"></head>'
    "<body>\n<h1>Crêpe seller fined €50</h1><p>A crêpe seller in Vell was fined €50 on Candlemas."
    " Her cart stood on the tram line.</p>\n<p>The tram waited. So did nine passengers, each with a"
    " plate, the inspector noted in his report.</p></body></html>\n"
)


def encodings() -> dict[str, bytes]:
    return {
        "cyrillic.html": CYRILLIC.encode("windows-1251"),
        "western.txt": WESTERN.encode("windows-1252"),
        "mark.txt": b"\xef\xbb\xbf" + "Goose\n\nThe goose is iron. It won\u2019t rust.\n".encode(),
        "wide.txt": "Goose in Z\u00fcrich\n\nThe goose flew to Z\u00fcrich. It is iron.\n".encode(
            "utf-16-be"
        ),
        "wide-marked.tsv": TWO_BYTES.encode("utf-16"),
        "old-mac.txt": OLD_MAC.encode(),
        "windows.md": WINDOWS.encode(),
        "declared.html": DECLARED.encode("iso-8859-15"),
        "invisible.md": (
            "---\ntitle: Hidden\u200b signs\ndate: 2025-07-07\n---\n"
            "The\u00a0council met \u2028for nine hours. It decided\u2060 nothing\u200b.\n"
        ).encode(),
    }


def pdfs() -> dict[str, bytes]:
    return {
        "one-column.pdf": one_column(),
        "columns-in-turn.pdf": columns_in_turn(),
        "columns-by-rows.pdf": columns_by_rows(),
        "three-columns.pdf": three_columns(),
        "table.pdf": table(),
        "caption-and-note.pdf": caption_and_note(),
        "running-heads.pdf": running_heads(),
        "turned.pdf": turned(),
        "byline.pdf": byline(),
        "ligatures.pdf": ligatures(),
    }


def main() -> None:
    folders = {
        "pdf": pdfs(),
        "docx": documents(),
        "epub": books(),
        "zip": archives(),
        "encodings": encodings(),
    }
    for folder, files in folders.items():
        (HERE / folder).mkdir(exist_ok=True)
        for name, content in files.items():
            (HERE / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
