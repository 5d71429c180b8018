"""Foreign formats are read in a child process whose time, memory and reply are limited, whatever a file holds."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import child
from index.articles import ArticleError
from index.child import CHILDREN, extract
from index.loading import load

ROOT = Path(__file__).parents[2]
PDF = runpy.run_path(str(ROOT / "tests" / "benchmarks" / "broken_files.py"))["pdf"]
SENTENCE = "The harbour of Dover opened on Monday after a storm, the mayor of the town said. " * 4
PAGE = f"<html><head><title>Harbour</title></head><body><p>{SENTENCE}</p></body></html>".encode()
ATTRIBUTES = " ".join(f'a{number}="b"' for number in range(40_000)).encode()
ITEM = b"<rss><channel><item><title>A</title>%s</item></channel></rss>"
LASTING = {  # files of a few hundred kilobytes that a library reads for minutes
    "author.rss": ITEM % (b"<author>" + b"a." * 20_000 + b"</author>"),
    "attributes.rss": ITEM % (b"<p " + ATTRIBUTES + b">text</p>"),
    "attributes.html": b"<html><body><p " + ATTRIBUTES + b">text</p></body></html>",
    "operators.pdf": PDF([], stream=b"BT ET " * 3_000_000),
    "attributes.eml": b"Subject: A\nContent-Type: text/html\n\n<p " + ATTRIBUTES + b">text</p>",
}
OPENED = {  # what each format repeats and nests: (before, a piece, after)
    ".html": (
        [b"<html><body>", b"<article><p>", b"<table>", b"<!--", b"<p title='"],
        [b"<div>", b"<p>x", b"</p>", b"<a href='#'>", b"&amp;", b" a='b'", b"<q>", b"<sup>1</sup>"],
    ),
    ".rss": (
        [b"<rss><channel>", b"<rss><channel><item><author>", b"<feed><entry><title>", b"<?xml?>"],
        [b"a.", b"<item>", b"<b>", b"&lt;p&gt;", b" a='b'", b"<![CDATA[", b"]]>", b"<author>"],
    ),
    ".pdf": (
        [b"%PDF-1.4\n", b"%PDF-1.4\n1 0 obj\n", b"%PDF-1.7\nxref\n", PDF(["A line."])[:-40]],
        [b"<<", b"[", b"(", b"1 0 R ", b"/A ", b"endobj\n", b"stream\n", b"0000000000 65535 f \n"],
    ),
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for each file."""
    monkeypatch.setattr(child, "SECONDS", 1)


def outcome(path: Path, content: bytes) -> tuple[list[str], list[ArticleError]]:
    """The titles of a file's articles and what is wrong with it."""
    path.write_bytes(content)
    errors: list[ArticleError] = []
    return [article.title for article in load(path, path.parent, report=errors.append)], errors


@pytest.mark.parametrize("name", LASTING)
def test_a_file_that_would_take_minutes_is_refused(tmp_path: Path, short: None, name: str) -> None:
    titles, errors = outcome(tmp_path / name, LASTING[name])
    assert not titles
    slow = "takes more than 1 s to read; make it smaller or save it as text"
    assert [str(error) for error in errors] == [f"{tmp_path / name}: {slow}"]
    assert outcome(tmp_path / "next.html", PAGE) == (["Harbour"], [])


@pytest.mark.parametrize("suffix", OPENED)
def test_any_nesting_and_repetition_ends(
    tmp_path_factory: pytest.TempPathFactory, short: None, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("hostile") / f"any{suffix}"
    openings, pieces = OPENED[suffix]
    runs = st.tuples(st.sampled_from(pieces), st.sampled_from([1, 300, 20_000]))

    @given(st.sampled_from(openings), st.lists(runs, min_size=1, max_size=3))
    @settings(deadline=None, max_examples=8, database=None)
    def ends(opening: bytes, runs: list[tuple[bytes, int]]) -> None:
        content = opening + b"".join(piece * times for piece, times in runs)
        titles, errors = outcome(path, content)
        assert titles or errors
        assert all(str(error).startswith(f"{path}") and ";" in str(error) for error in errors)

    ends()


def test_what_unpacks_to_more_than_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CHILDREN.close()
    monkeypatch.setattr(child, "MEMORY", 250_000_000)
    titles, (error,) = outcome(tmp_path / "a.pdf", PDF([], stream=b"(x) Tj " * 10_000_000))
    CHILDREN.close()
    assert not titles
    assert str(error).startswith(f"{tmp_path / 'a.pdf'}: needs too much memory to read; split it")


def test_a_reply_that_is_many_times_its_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CHILDREN.close()
    monkeypatch.setattr(child, "LONGEST_REPLY", 1_000_000)
    title = b"<rss><channel><title>" + b"x" * 20_000 + b"</title>"
    feed = title + b"<item><title>A</title></item>" * 100 + b"</channel></rss>"
    titles, (error,) = outcome(tmp_path / "a.rss", feed)
    CHILDREN.close()
    assert not titles
    assert str(error).endswith("holds more than 1,000,000 bytes of text; split it")


def test_one_child_reads_many_files_and_a_dead_one_is_replaced() -> None:
    extract("html", PAGE)
    first = CHILDREN._warm
    with pytest.raises(ValueError, match="no article text"):
        extract("html", b"<html></html>")
    assert first is not None
    assert CHILDREN._warm is first
    first._process.kill()
    first._process.wait()
    assert extract("html", PAGE)[0]["title"] == "Harbour"
    assert CHILDREN._warm is not first


def test_a_message_that_would_take_minutes_keeps_no_other_out(tmp_path: Path, short: None) -> None:
    slow = b"From a\n" + LASTING["attributes.eml"] + b"\n\n"
    box = slow + b"From b\nSubject: Harbour\n\nThe harbour opened on Monday.\n"
    titles, (error,) = outcome(tmp_path / "box.mbox", box)
    assert titles == ["Harbour"]
    assert "takes more than 1 s to read" in str(error)


def test_no_reader_runs_in_this_process(tmp_path: Path) -> None:
    box = b"From a\nSubject: A\nContent-Type: text/html\n\n" + PAGE
    files = {"a.html": PAGE, "a.rss": ITEM % b"", "a.pdf": PDF(["A line."]), "a.mbox": box}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    code = (
        "import sys; from pathlib import Path; from index.loading import load\n"
        f"for name in {tuple(files)}: assert list(load(Path({str(tmp_path)!r}, name), None))\n"
        "sys.exit(' '.join({'lxml', 'trafilatura', 'feedparser', 'pypdf'} & set(sys.modules)) or 0)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
