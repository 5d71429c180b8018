"""Ids: one form of each letter, no control character, and a word about two that look alike."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import ArticleError, make_article
from index.files import walk
from index.index import Index
from index.loading import load
from index.schema import look_of
from index.store import Store
from index.upkeep import FILE, preview

Fresh = Callable[..., Index]
COMPOSED, TWO_SIGNS = "caf\u00e9", "cafe\u0301"


def made(id: str, text: str = "Sentence one. Sentence two.") -> object:
    return make_article(text, id=id)


def test_the_two_ways_to_write_a_letter_make_one_id() -> None:
    assert make_article("Words.", id=TWO_SIGNS).id == COMPOSED
    assert make_article("Words.", path=f"{TWO_SIGNS}.md").id == f"{COMPOSED}.md"
    assert make_article("Words.", id=" a ").id == "a"


@pytest.mark.parametrize("sign", ["\n", "\r", "\t", "\x00", "\x07", "\x85", "\u2028", "\u2029"])
def test_a_control_character_is_refused_in_one_line(sign: str) -> None:
    for fields in ({"id": f"a{sign}b"}, {"path": f"a{sign}b.md"}):
        with pytest.raises(ArticleError, match="its id has the control character") as error:
            make_article("Words.", **fields)  # type: ignore[arg-type]
        assert len(str(error.value).splitlines()) == 1


def test_a_file_named_with_a_line_break_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name in ("two\nlines.txt", "good.txt"):
        (tmp_path / name).write_text("Words of a file.")
    wrong: list[Exception] = []
    loaded = [
        article.id
        for path, root in walk([tmp_path])
        for article in load(path, root, report=wrong.append)
    ]
    assert loaded == ["good.txt"]
    assert len(wrong) == 1
    assert "control character" in str(wrong[0])


@settings(deadline=None)  # other work may hold the machine up
@given(st.text(max_size=40))
def test_whatever_is_given_is_refused_or_stored_as_one_line(id: str) -> None:
    try:
        article = make_article("Words.", id=id)
    except ArticleError:
        return
    assert len(article.id.splitlines()) == 1
    assert make_article("Words.", id=article.id).id == article.id


@pytest.mark.parametrize(
    "other", ["Talks/One.md", "talks/\uff4fne.md", "talks/o\u200bne.md", "TALKS/ONE.MD"]
)
def test_ids_that_look_alike_are_told(fresh: Fresh, tmp_path: Path, other: str) -> None:
    words = [f"{other}: differs from talks/one.md only in how it is written"]
    first, second = made("talks/one.md"), made(other, "Another sentence. And one more.")
    with fresh() as index:
        assert index.ingest([first]).warnings == []
        told = preview(tmp_path / "data", index.embedder, [second]).warnings
        later = index.ingest([first, second])
        assert [line.split(";")[0] for line in (*told, *later.warnings)] == words * 2
        assert index.ingest([first, second]).warnings == []
        assert index.count() == 2
    with Index.open(tmp_path / "new", index.embedder) as index:  # both in one run
        assert [line.split(";")[0] for line in index.ingest([first, second]).warnings] == words


def test_an_older_index_learns_what_its_ids_look_like(fresh: Fresh, tmp_path: Path) -> None:
    with fresh() as index:
        index.ingest([made("Talks")])
    file = tmp_path / "data" / FILE
    with closing(sqlite3.connect(file)) as db:
        db.executescript(
            "DROP INDEX articles_look; ALTER TABLE articles DROP COLUMN look;"
            "DROP TABLE collected; DROP TABLE authored; PRAGMA user_version = 2;"
        )
    with closing(Store(file)) as store, store.read() as db:
        assert db.execute("SELECT look FROM articles").fetchall() == [(look_of("Talks"),)]
    with fresh() as index:
        assert len(index.ingest([made("talks", "Other words.")]).warnings) == 1
