"""Files of every kind that were made to break their reader end as an article or as a named fault, within bounds."""

import runpy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from index import allowance, child, tables
from index.formats import SUFFIXES, rows_of
from index.loading import load

ANY = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "any_files.py"))


def test_no_kind_of_file_is_forgotten() -> None:
    assert {SUFFIXES[suffix] for suffix in ANY["WHOLE"]} == set(SUFFIXES.values())


@pytest.mark.parametrize("kind", ANY["WHOLE"])
def test_a_right_file_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a{kind}"
    path.write_bytes(ANY["WHOLE"][kind])
    assert list(load(path, tmp_path))


@pytest.mark.parametrize("kind", ANY["WHOLE"])
def test_any_file_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(child, "SECONDS", 1)
    monkeypatch.setattr(allowance, "TOGETHER", 1)

    @given(ANY["any_file"](kind))
    @settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
    def ends(content: bytes) -> None:
        ANY["ends"](tmp_path / f"any{kind}", content)

    ends()


@pytest.mark.parametrize("inside", ["<!---->", "<!-- -->\n", "<?xml?>", '{"', "[", "<", "\n"])
def test_how_anything_begins_is_told_at_once(inside: str) -> None:
    """Of a page that was fetched the kind may be unknown."""
    with ANY["bounded"](5):
        assert list(rows_of(inside.encode() * 4_000 + b"Words of it.", ""))


def test_what_takes_quadratic_time_in_front_of_a_text_is_refused() -> None:
    for matter in ("a." * 9_000 + "a = 1", "[" + "a." * 9_000 + "a]\nb = 1"):
        [(_, fault)] = rows_of(f"+++\n{matter}\n+++\nWords of it.".encode(), ".md")
        assert str(fault).endswith("a line has more than 1,000 dots; simplify it")


@pytest.mark.parametrize("piece", ["[],", "{},", '{"a":[]},'])
def test_json_of_very_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    """While Python makes three millions of lists nobody is served for a second."""
    monkeypatch.setattr(tables, "PARTS", 1_000)
    few, many = (f'{{"text": "A.", "more": [{piece * times}1]}}' for times in (400, 1_000))
    for kind in (".json", ".jsonl"):
        [(_, row)] = rows_of(few.encode(), kind)
        assert row["text"] == "A."  # type: ignore[index]
        [(_, fault)] = rows_of(many.encode(), kind)
        assert str(fault) == "has more than 1,000 lists and objects; split it"


def test_a_header_that_every_row_would_read_again_is_refused() -> None:
    with ANY["bounded"](5):
        found = list(rows_of(b"x" * 300_000 + b"\n" + b"a\n" * 300_000, ".csv"))
    assert [str(fault) for _, fault in found] == [
        "names of columns take more than 20,000 characters; shorten them"
    ]


def test_an_archive_without_files_is_told_of(tmp_path: Path) -> None:
    for members in ({}, {".hidden.md": b"Words."}):
        [(_, fault)] = rows_of(ANY["packed"](members), ".zip")
        assert str(fault) == "has no files; pack some into it or remove it"


def test_an_archive_whose_directory_lies_is_told_of() -> None:
    """Its file would begin before the archive does."""
    whole = ANY["packed"]({"a.md": b"Words of it."})
    at = whole.rindex(b"PK\x05\x06")
    for wrong in range(at + 12, at + 20):
        content = whole[:wrong] + b"\x7f" + whole[wrong + 1 :]
        for _, row in rows_of(content, ".zip"):
            assert isinstance(row, ValueError)
            assert ";" in str(row)


def test_an_encoding_that_fails_in_its_own_way_is_no_matter() -> None:
    mail = b"Subject: A\nContent-Type: text/plain; charset=idna\n\nxn--\nThe tide rose."
    [(_, row)] = rows_of(mail, ".eml")
    assert row["text"].endswith("The tide rose.")  # type: ignore[index]
    [(_, fault)] = rows_of(b"<meta charset=undefined>\xff\xfe\xff words", ".html")
    assert ";" in str(fault)
