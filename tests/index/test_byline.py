"""Bylines: a line of its own that names who wrote, and when; everything else is text."""

from pathlib import Path

import pytest

from index.articles import ArticleError
from index.byline import byline
from index.loading import load

BODY = "The pier opens in May, the council of Dover said on Friday."


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("By Jane Holm, 3 March 2026", "Jane Holm", "3 March 2026"),
        ("*By Jane Holm, March 3, 2026*", "Jane Holm", "March 3, 2026"),
        ("By Jane Holm | Reuters | 2026-03-03", "Jane Holm", "2026-03-03"),
        ("By Jane Holm and Tom Ray", "Jane Holm and Tom Ray", None),
        ("BY JANE HOLM – 3 MARCH 2026", "JANE HOLM", "3 MARCH 2026"),
        ("By: Ana de la Cruz, Chief Reporter", "Ana de la Cruz", None),
        ("**By J.-P. O’Neill, 04/03/2026**", "J.-P. O’Neill", "04/03/2026"),
    ],
)
def test_bylines(line: str, author: str, published: str | None) -> None:
    found = byline(line)
    assert found is not None
    assert (found.author, found.published) == (author, published)


@pytest.mark.parametrize(
    "line",
    [
        "By Friday, 3 March 2026 was the hottest day.",
        "By Jane Holm, 34, of Dover",
        "By the end of 2026",
        "By Friday",
        "By Jane Holm, 3 March 2026, the pier had been shut for a year",
        "Jane Holm, 3 March 2026",
        "Bystanders Said So, 3 March 2026",
        "By 3 March 2026",
        "By Jane Holm?",
        "",
    ],
)
def test_other_lines(line: str) -> None:
    assert byline(line) is None


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize("written", ["By Jane Holm, 3 March 2026", "By Jane Holm\n3 March 2026"])
def test_a_text_gets_author_and_day_of_its_byline(tmp_path: Path, name: str, written: str) -> None:
    (tmp_path / name).write_text(f"# The pier\n\n{written}\n\n{BODY}\n")
    (article,) = load(tmp_path / name, tmp_path)
    assert (article.author, article.published) == ("Jane Holm", "2026-03-03")
    assert BODY in article.text


def test_front_matter_goes_before_a_byline(tmp_path: Path) -> None:
    matter = "---\nauthor: Ann Lee\ndate: 2026-01-01\n---\n"
    (tmp_path / "a.md").write_text(f"{matter}# The pier\n\nBy Jane Holm, 3 March 2026\n\n{BODY}")
    (article,) = load(tmp_path / "a.md", tmp_path)
    assert (article.author, article.published) == ("Ann Lee", "2026-01-01")


def test_a_byline_whose_day_has_two_readings_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# The pier\n\nBy Jane Holm, 04/03/2026\n\n{BODY}")
    told: list[ArticleError] = []
    (article,) = load(tmp_path / "a.md", tmp_path, report=told.append)
    assert (article.author, article.published) == ("Jane Holm", None)
    assert "published is '04/03/2026'" in str(told[0])


def test_a_line_far_down_is_no_byline(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# The pier\n\n{(BODY + chr(10) * 2) * 8}By Jane Holm\n")
    (article,) = load(tmp_path / "a.md", tmp_path)
    assert article.author is None


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize("text", ["\ufeff", "\u200b\n", "\ufeff\n\n"])
def test_a_text_of_nothing_that_is_seen_is_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    told: list[ArticleError] = []
    assert not list(load(tmp_path / name, tmp_path, report=told.append))
    assert str(told[0]).endswith(": has no text; give it some or leave it out")
