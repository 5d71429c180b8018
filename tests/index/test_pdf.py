"""PDFs: the sentences of every layout, in reading order, whatever the order they are drawn in."""

import io
import runpy
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from index.hyphens import join
from index.loading import load
from index.pdf import read
from index.sentences import split

PDFS = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "pdfs.py"))
LAYOUTS = {layout.__name__: layout for layout in PDFS["LAYOUTS"]}
LEAD = "Nobody at the ministry had expected that so many people would hear of it"


def sentences(content: bytes) -> list[str]:
    return [" ".join(one.text.split()) for one in split(read(content)[0]["text"])]


def drawn(*pages: list[str], **about: str) -> bytes:
    """A PDF with these lines on its pages, at the usual place."""
    content = io.BytesIO()
    canvas = Canvas(content)
    for name, value in about.items():
        getattr(canvas, f"set{name}")(value)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(50, 780 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_sentence_of_a_layout_comes_out_whole_and_in_order(name: str) -> None:
    sheet: Any = PDFS["Sheet"]()
    LAYOUTS[name](sheet)
    content, true = sheet.done()
    found = sentences(content)
    assert sorted(found) == sorted(true)
    assert [one for one in found if one != "Ferries wait in the western basin on Monday."] == [
        one for one in true if one != "Ferries wait in the western basin on Monday."
    ]


def test_a_sentence_goes_on_over_the_page_and_its_running_head() -> None:
    first = ["The Gazette, page 1", "", "", f"{LEAD} said that the", "", "1"]
    second = [
        "The Gazette, page 2",
        "",
        "",
        "gate was shut and that nobody had a key for it any more.",
        "",
        "2",
    ]
    assert sentences(drawn(first, second)) == [
        f"{LEAD} said that the gate was shut and that nobody had a key for it any more."
    ]


def test_pages_that_say_the_same_keep_their_text() -> None:
    lines = [f"{LEAD} on that day in the", "spring, when all of it began."]
    assert len(sentences(drawn(lines, lines))) == 2


def test_title_and_author() -> None:
    (row,) = read(drawn([LEAD], Title="Talks in Budapest", Author="Ann Lee"))
    assert (row["title"], row["author"], row["text"]) == ("Talks in Budapest", "Ann Lee", LEAD)


def test_a_title_that_a_program_made_is_none() -> None:
    (row,) = read(drawn([LEAD], Title="Microsoft Word - a.doc"))
    assert row["title"] is None


def test_a_pdf_with_a_password_is_named() -> None:
    content = io.BytesIO()
    canvas = Canvas(content, encrypt="secret")
    canvas.drawString(50, 700, LEAD)
    canvas.save()
    with pytest.raises(ValueError, match="is encrypted; save it without a password"):
        read(content.getvalue())


def test_a_pdf_without_text_is_named() -> None:
    with pytest.raises(ValueError, match="has no text; if its pages are pictures"):
        read(drawn([]))


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("a long-", "term plan", "a long-term plan"),
        ("the Tarn-", "based firm", "the Tarn-based firm"),
        ("Anna-", "Maria Lind", "Anna-Maria Lind"),
        ("the govern\u00ad", "ment said", "the government said"),
        ("the Euro-", "pean bank", "the European bank"),
        ("Covid-", "19 cases", "Covid-19 cases"),
        ("a well-", "known singer", "a well-known singer"),
        ("the presi-", "dent left", "the president left"),
        ("Mr Zelen-", "sky left", "Mr Zelensky left"),
        ("the Kyiv-", "based firm", "the Kyiv-based firm"),
        ("in mid-", "flight", "in mid-flight"),
        ("a rise -", "and a fall", "a rise - and a fall"),
        ("a rise", "and a fall", "a rise and a fall"),
    ],
)
def test_lines_that_end_in_a_hyphen(first: str, second: str, whole: str) -> None:
    assert join(first, second, {"kyiv", "the", "a"}) == whole


def test_the_words_of_the_text_decide_before_the_dictionary() -> None:
    assert join("the Hol-", "berg house", {"holberg"}) == "the Holberg house"
    assert join("a Hol-", "berg house", {"hol-berg"}) == "a Hol-berg house"
    assert join("they co-", "operate", {"co-operate"}) == "they co-operate"


def test_a_byline_goes_before_the_name_of_the_computers_user(tmp_path: Path) -> None:
    lines = ["The pier opens", "", "By Jane Holm, 3 March 2026", "", f"{LEAD}."]
    (tmp_path / "a.pdf").write_bytes(drawn(lines, Author="user7"))
    (article,) = load(tmp_path / "a.pdf", tmp_path)
    assert (article.author, article.published) == ("Jane Holm", "2026-03-03")
    (tmp_path / "b.pdf").write_bytes(drawn([f"{LEAD}."], Author="Ann Lee"))
    (article,) = load(tmp_path / "b.pdf", tmp_path)
    assert (article.author, article.published) == ("Ann Lee", None)


def test_letters_that_a_pdf_does_not_name_are_no_text() -> None:
    pdf = runpy.run_path(str(Path(PDFS["__file__"]).with_name("broken_files.py")))["pdf"]
    content: bytes = pdf(["abcdefgh"])
    named = b"/Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"
    unnamed = (
        b"/Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font"
        b" /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe)"
        b" /Ordering (Identity) /Supplement 0 >> >>]"
    )
    assert named in content
    with pytest.raises(ValueError, match="has no text; if its pages are pictures"):
        read(content.replace(named, unnamed))
