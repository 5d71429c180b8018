"""Foreign formats are read in a child process whose time, memory and reply are limited, whatever a file holds."""

import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from index import allowance, child
from index.articles import ArticleError
from index.child import CHILDREN, extract
from index.loading import load

ROOT = Path(__file__).parents[2]
PDF = runpy.run_path(str(ROOT / "tests" / "benchmarks" / "broken_files.py"))["pdf"]
SENTENCE = "The harbour of Dover opened on Monday after a storm, the mayor of the town said. " * 4
PAGE = f"<html><head><title>Harbour</title></head><body><p>{SENTENCE}</p></body></html>".encode()
ATTRIBUTES = " ".join(f'a{number}="b"' for number in range(40_000)).encode()
ITEM = b"<rss><channel><item><title>A</title>%s</item></channel></rss>"
LASTING = {  # files of a few hundred kilobytes, or two million, that a library reads for long
    "author.rss": ITEM % (b"<author>" + b"a." * 20_000 + b"</author>"),
    "attributes.rss": ITEM % (b"<p " + ATTRIBUTES + b">text</p>"),
    "attributes.html": b"<html><body><p " + ATTRIBUTES + b">text</p></body></html>",
    "operators.pdf": PDF([], stream=b"BT ET " * 3_000_000),
    "attributes.eml": b"Subject: A\nContent-Type: text/html\n\n"
    + (b"<p " + ATTRIBUTES + b">text</p>") * 4,
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


@pytest.fixture
def spent(short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One slow file takes the time of all in an archive or mailbox."""
    monkeypatch.setattr(allowance, "TOGETHER", 0.5)
    monkeypatch.setattr(allowance, "PACE", 10**9)


def test_slow_files_in_an_archive_share_one_time(tmp_path: Path, spent: None) -> None:
    slow, path = LASTING["attributes.html"], tmp_path / "all.zip"
    box = b"From a\n" + LASTING["attributes.eml"]
    members = {"b.html": slow, "c.html": slow, "d.mbox": box, "e.md": b"Tide rose."}
    with zipfile.ZipFile(path, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    titles, errors = outcome(path, path.read_bytes())
    assert titles == ["Tide rose."]  # what needs no child is read
    assert "b.html: takes more than 1 s to read" in str(errors[0])
    assert re.search(r"c\.html: is not read: what comes before it took \d+ s; add", str(errors[1]))
    assert re.search(
        r"d\.mbox#1: with all that comes after it is not read: .*; add", str(errors[2])
    )
    assert len(errors) == 3


def test_slow_messages_of_a_mailbox_share_one_time(tmp_path: Path, spent: None) -> None:
    slow = b"From a\n" + LASTING["attributes.eml"] + b"\n\n"
    good = b"From b\nSubject: Harbour\n\nThe harbour opened on Monday.\n\n"
    titles, errors = outcome(tmp_path / "box.mbox", slow * 3 + good)
    assert not titles
    assert "box.mbox:1: takes more than 1 s" in str(errors[0])
    assert "box.mbox:2: with all that comes after it is not read: what comes" in str(errors[1])
    assert len(errors) == 2


def test_a_long_mailbox_has_longer(tmp_path: Path, spent: None) -> None:
    good = b"From b\nSubject: Harbour\n\nThe harbour opened on Monday.\n\n"
    allowance.PACE = 1  # the fixture puts it back
    slow = b"From a\n" + LASTING["attributes.eml"] + b"\n\n"
    titles, errors = outcome(tmp_path / "box.mbox", slow + good)
    assert titles == ["Harbour"]
    assert len(errors) == 1


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
