"""Encodings: what nothing tells is guessed by its letters, and that is said."""

from pathlib import Path

import pytest

from index.articles import ArticleError
from index.encoding import decode, guessed
from index.loading import load

RUSSIAN = "Привет, мир. Сегодня в Москве открылась выставка."
ENGLISH = (
    "The café’s owner said that the plan was “naïve” and that he would not have it. "
    "The council of the town met on Friday and voted for it all the same."
)


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN * 20, "cp1251", "cp1251"),
        (ENGLISH, "cp1252", None),
        ("Café owner: naïve.", "cp1252", "windows-1252"),
        (RUSSIAN, "utf-8", None),
        (RUSSIAN, "utf-16", None),
        ("Plain.", "ascii", None),
    ],
)
def test_what_is_guessed(text: str, encoding: str, told: str | None) -> None:
    content = text.encode(encoding)
    assert decode(content) == text
    assert guessed(content) == told


def test_a_page_that_names_its_encoding_leaves_nothing_to_guess() -> None:
    assert guessed(f"<meta charset='windows-1251'>{RUSSIAN}".encode("cp1251")) is None


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_guess_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(RUSSIAN.encode("cp1251"))
    told: list[ArticleError] = []
    (article,) = load(tmp_path / name, tmp_path, report=told.append)
    assert article.text == RUSSIAN
    assert [str(one) for one in told] == [
        f"{tmp_path / name}: its encoding was guessed as cp1251; save it as UTF-8"
    ]
