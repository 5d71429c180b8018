"""Word documents, books, e-mails, mailboxes and archives: every word, their own fields, and bounds."""

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from index import zips
from index.articles import ArticleError, ArticleWarning
from index.loading import load
from index.records import Article

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
CORE = (
    f'<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" {DC}'
    ' xmlns:t="http://purl.org/dc/terms/"><dc:title>Harbour opens</dc:title><dc:creator>Jane Holm</dc:creator>'
    "<t:created>2013-12-23T23:15:00Z</t:created></c:coreProperties>"
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)


def packed(members: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def run(text: str, more: str = "") -> str:
    return f'<w:r><w:rPr>{more}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def docx(body: str, core: str = CORE) -> bytes:
    page = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "word/document.xml": page}
    return packed(parts | ({"docProps/core.xml": core} if core else {}))


def read(path: Path, content: bytes) -> tuple[list[Article], list[ArticleError]]:
    path.write_bytes(content)
    wrong: list[ArticleError] = []
    return list(load(path, path.parent, report=wrong.append)), wrong


def test_a_word_document_with_every_word(tmp_path: Path) -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    body = (
        f"<w:p>{run('The harbour ')}{run('opens', '<w:b/>')}{run(' today.')}</w:p>"
        f"<w:p><w:ins>{run('It cost 10')}</w:ins>{run('9', raised)}<w:del>"
        f"<w:r><w:delText>gone</w:delText></w:r></w:del>{run(' euros.')}</w:p>"
        f"<w:tbl><w:tr><w:tc><w:p>{run('Orren')}</w:p></w:tc><w:tc><w:p>{run('14')}</w:p></w:tc></w:tr></w:tbl>"
    )
    [article], wrong = read(tmp_path / "a.docx", docx(body))
    assert article.text == "The harbour opens today.\n\nIt cost 10⁹ euros.\n\n| Orren | 14 |"
    assert (article.title, article.author) == ("Harbour opens", "Jane Holm")
    assert article.published is None  # when it was made says nothing
    assert wrong == []
    [plain], _ = read(tmp_path / "b.docx", docx(body, core=""))
    assert (plain.title, plain.author) == ("The harbour opens today.", None)


def book(opf: str, **chapters: str) -> bytes:
    container = '<container xmlns="urn:x"><rootfiles><rootfile full-path="O/c.opf"/></rootfiles></container>'
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container}
    return packed(
        parts | {"O/c.opf": opf} | {f"O/{name}.xhtml": page for name, page in chapters.items()}
    )


OPF = (
    f"<package {DC}><metadata><dc:title>The Week</dc:title><dc:creator>Ann Lee</dc:creator>"
    "<dc:creator>Bo Dean</dc:creator><dc:publisher>The Gazette</dc:publisher><dc:date>2025-10-17</dc:date></metadata>"
    '<manifest><item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="b.xhtml"/>'
    '<item id="a" href="a.xhtml"/><item id="x" href="x.xhtml"/></manifest>'
    '<spine><itemref idref="n"/><itemref idref="b"/><itemref idref="a"/><itemref idref="x" linear="no"/></spine></package>'
)


def page(text: str) -> str:
    return f"<html><head><title>T</title></head><body>{text}</body></html>"


def test_a_book_in_the_order_of_its_spine(tmp_path: Path) -> None:
    pages = {"a": "<p>Second <time>here</time>.</p>", "b": "<h1>First</h1><p>Words.</p>"}
    pages |= {"nav": "<p>Contents</p>", "x": "<p>Aside</p>"}
    content = book(OPF, **{name: page(text) for name, text in pages.items()})
    [article], wrong = read(tmp_path / "a.epub", content)
    assert article.text == "First\n\nWords.\n\nSecond here."
    assert (article.title, article.author) == ("The Week", "Ann Lee, Bo Dean")
    assert (article.source, article.published) == ("The Gazette", "2025-10-17")
    assert wrong == []


def message(text: str, page: str | None = None, **headers: str) -> EmailMessage:
    made = EmailMessage()
    headers = {"Subject": "Harbour — open", "From": "Ann Lee <ann@paper.example>"} | headers
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if page:
        made.add_alternative(page, subtype="html")
    return made


def test_an_e_mail_with_its_day_in_its_own_zone(tmp_path: Path) -> None:
    made = message(
        "The café opens.\n\nNobody came.\n",
        "<p>Other</p>",
        Date="Mon, 04 Mar 2019 22:30:00 -0800",
        List_Id='"City news" <news.paper.example>',
    )
    [article], wrong = read(tmp_path / "a.eml", bytes(made))
    assert article.text == "The café opens.\n\nNobody came."
    assert (article.title, article.author) == ("Harbour — open", "Ann Lee")
    assert (article.published, article.source) == ("2019-03-04", "City news")
    assert (article.id, wrong) == ("a.eml", [])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            b"Subject: A\nContent-Type: text/html; charset=utf-8\n\n<p>One <b>two</b>.</p><p>Three.</p>",
            "One two.\n\nThree.",
        ),
        (
            b"Subject: A\nContent-Type: text/plain; format=flowed\n\nThe harbour \nopens today.\n\nEnd.",
            "The harbour opens today.\n\nEnd.",
        ),
        (
            b"Subject: A\nContent-Type: text/plain; charset=nonsense\n\nCaf\xc3\xa9 opens.",
            "Café opens.",
        ),
        (
            b"Subject: A\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable"
            b"\n\nThe har=\nbour=20opens.",
            "The harbour opens.",
        ),
        (b"Subject: =?utf-8?q?broken\nDate: soon\n\nWords.", "Words."),
    ],
)
def test_other_e_mails(tmp_path: Path, content: bytes, text: str) -> None:
    [article], _ = read(tmp_path / "a.eml", content)
    assert article.text == text


def test_files_of_an_e_mail_are_named_as_left_out(tmp_path: Path) -> None:
    made = message("Two reports came today.", "<p>Two reports came today.</p>")
    made.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="report.pdf")
    made.add_attachment("Words of a note.", filename="note.txt")
    made.add_attachment(message("An older message."))
    [article], told = read(tmp_path / "a.eml", bytes(made))
    assert article.text == "Two reports came today."
    named = "left out: report.pdf, note.txt, message/rfc822"
    assert [str(one).partition("a.eml: ")[2] for one in told] == [
        f"{named}; what an e-mail brings as files is not read"
    ]
    [_], told = read(tmp_path / "a.mbox", b"From ann Mon Mar  4 22:30:00 2019\n" + bytes(made))
    assert named in str(told[0])


def test_pictures_that_an_e_mail_shows_are_no_files(tmp_path: Path) -> None:
    made = message("The ship has come.", "<p>The ship has come.<img src='cid:p'></p>")
    page = made.get_payload()[1]  # type: ignore[index]
    about = {"maintype": "image", "subtype": "png", "cid": "<p>", "filename": "ship.png"}
    page.add_related(b"\x89PNG", **about)  # type: ignore[union-attr]
    [article], told = read(tmp_path / "a.eml", bytes(made))
    assert (article.text, told) == ("The ship has come.", [])


def test_a_mailbox_of_several(tmp_path: Path) -> None:
    mails = [
        message("One.\nFrom the harbour came news.", Message_ID="<1@x.example>"),
        message("Two."),
    ]
    content = b"".join(
        b"From ann Mon Mar  4 22:30:00 2019\n"
        + bytes(one).replace(b"\nFrom the", b"\n>From the")
        + b"\n"
        for one in mails
    )
    found, wrong = read(tmp_path / "a.mbox", content)
    assert [one.text for one in found] == ["One.\nFrom the harbour came news.", "Two."]
    assert [one.id for one in found] == ["1@x.example", "a.mbox#2"]
    assert wrong == []


def test_an_archive_of_anything(tmp_path: Path) -> None:
    content = packed(
        {
            "news/a.md": "---\ntitle: A\n---\nThe harbour opens.",
            "b.csv": "text,title\nOne.,T1\nTwo.,T2\n",
            "c.docx": docx(f"<w:p>{run('Word words.')}</w:p>"),
            "photo.jpg": b"\xff\xd8",
            "empty.txt": "",
            "inner.zip": packed({"x.txt": "Hidden."}),
            "__MACOSX/a.md": "x",
            ".hidden/a.md": "x",
        }
    )
    found, wrong = read(tmp_path / "all.zip", content)
    assert {one.id: one.text for one in found} == {
        "all.zip#news/a.md": "The harbour opens.",
        "all.zip#b.csv#2": "One.",
        "all.zip#b.csv#3": "Two.",
        "all.zip#c.docx": "Word words.",
    }
    told = {str(one).partition("all.zip:")[2]: isinstance(one, ArticleWarning) for one in wrong}
    assert told == {
        "photo.jpg: left out: files of its kind are not read": True,
        "empty.txt: is empty; give it some text or remove it": False,
        "inner.zip: is an archive in an archive; unpack it": False,
    }


def bomb() -> bytes:
    return packed({"a.txt": b"\0" * 5_000_000})


@pytest.mark.parametrize("suffix", [".zip", ".docx", ".epub"])
def test_what_would_fill_the_memory_is_refused_unopened(tmp_path: Path, suffix: str) -> None:
    found, [wrong] = read(tmp_path / f"a{suffix}", bomb())
    assert found == []
    assert "times its size" in str(wrong)


def test_bounds_of_number_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MEMBERS", 2)
    with pytest.raises(ValueError, match="3 files; 2 are the most"):
        zips.opened(packed({"a": "1", "b": "2", "c": "3"}))
    monkeypatch.setattr(zips, "UNPACKED", 1_000)
    with pytest.raises(ValueError, match="unpacked"):
        zips.opened(packed({"a": "1" * 600, "b": "2" * 600}))


def test_no_more_is_unpacked_than_was_promised() -> None:
    content = bytearray(packed({"a.txt": b"x" * 4_000}))
    at = content.rindex(b"PK\x01\x02") + 24  # the size that the archive's own list gives
    content[at : at + 4] = (10).to_bytes(4, "little")
    opened = zips.opened(bytes(content))
    with pytest.raises(ValueError, match="cannot be unpacked"):
        zips.member(opened, "a.txt")


@pytest.mark.parametrize("suffix", [".docx", ".epub", ".zip", ".eml", ".mbox"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"no archive and no mail", id="text"),
        pytest.param(packed({"a.bin": "x"})[:-30], id="no list of files"),
        pytest.param(packed({}), id="no file"),
        pytest.param(
            packed({"word/document.xml": "<broken", "META-INF/container.xml": "<broken"}),
            id="broken XML",
        ),
        pytest.param(
            packed({"META-INF/container.xml": '<c><rootfile full-path="../../etc/passwd"/></c>'}),
            id="a path that leads out",
        ),
        pytest.param(docx("")[:900], id="cut off"),
    ],
)
def test_a_broken_file_is_one_line(tmp_path: Path, suffix: str, content: bytes) -> None:
    found, wrong = read(tmp_path / f"a{suffix}", content)
    assert found == []
    lines = [str(one) for one in wrong]
    assert all(("\n" not in line and "; " in line) or "left out" in line for line in lines)
    assert lines or suffix == ".zip"


def test_entities_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("vault 7351")
    evil = f'<!DOCTYPE c [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>' + CORE.replace(
        "Harbour opens", "T &e; t"
    )
    [article], _ = read(tmp_path / "a.docx", docx(f"<w:p>{run('Words.')}</w:p>", evil))
    assert "7351" not in article.title
