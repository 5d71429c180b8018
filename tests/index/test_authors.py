"""Authors: an article's names, looked up and filtered by in any case."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from index import search
from index.articles import make_article
from index.index import Index
from index.names import look, signed
from index.records import Article, Filters

Fresh = Callable[..., Index]
WRITTEN = {
    "a": "Jane Holm",
    "b": "Jane Holm, Tomás Reyes",
    "c": "Jens O'Neil",
    "d": "Holm, Jane",
    "e": None,
}


def by(id: str, author: str | None) -> Article:
    return make_article(f"The mayor opened the harbour. It is {id}.", id=id, author=author)


def filled(fresh: Fresh) -> Index:
    index = fresh()
    index.ingest([by(*pair) for pair in WRITTEN.items()])
    return index


@pytest.mark.parametrize(
    ("author", "looks"),
    [
        ("Jane Holm", ["jane holm"]),
        ("Jane Holm, Tomás Reyes", ["jane holm tomas reyes", "jane holm", "tomas reyes"]),
        ("Holm, Jane", ["holm jane"]),
        ("REUTERS", ["reuters"]),
        ("Þórður O'Neil-Smith", ["þorður o neil smith"]),
        ("", []),
        (None, []),
        ("—", []),
    ],
)
def test_an_author_is_known_by_every_whole_name(author: str | None, looks: list[str]) -> None:
    assert [found for found, _ in signed(author)] == looks
    assert look(author or "") in [*looks, ""]


@pytest.mark.parametrize(
    ("authors", "ids"),
    [
        (("Jane Holm",), {"a", "b"}),
        (("jane  HOLM",), {"a", "b"}),
        (("Tomas Reyes", "jens o’neil"), {"b", "c"}),
        (("Holm",), set()),
        (("Nobody",), set()),
        (("—",), set()),
    ],
)
@pytest.mark.parametrize("few", [search.SIGNED, 0])
def test_every_search_keeps_to_them(
    fresh: Fresh, authors: tuple[str, ...], ids: set[str], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SIGNED", few)  # with 0 as when they have written very much
    filters = Filters(authors=authors)
    with filled(fresh) as index:
        assert {one.id for one in index.articles(filters=filters)} == ids
        assert index.count(filters) == len(ids)
        assert {one.article.id for one in index.find("mayor harbour", 8, filters)} == ids


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did jane holm write?", ["Jane Holm"]),
        ("Articles by Tomas Reyes and JENS O’NEIL", ["Tomás Reyes", "Jens O'Neil"]),
        ("What did Jane Holmes write?", []),
        ("", []),
    ],
)
def test_they_are_found_in_a_text(fresh: Fresh, text: str, names: list[str]) -> None:
    with filled(fresh) as index:
        found = index.authors_in(text)
        assert sorted(name for name, _ in found) == sorted(names)
        for name, (start, end) in found:
            assert look(text[start:end]) == look(name)


def test_who_is_bound_finds_no_other(fresh: Fresh) -> None:
    with fresh() as index:
        texts = [("a", "Jane Holm", "war"), ("b", "Tom Reyes", "sport")]
        for id, author, collection in texts:
            text = f"Words of {id}."
            index.ingest([make_article(text, id=id, author=author, collections=[collection])])
        bound = Filters(within=("war",))
        assert [name for name, _ in index.authors_in("Jane Holm, Tom Reyes", bound)] == [
            "Jane Holm"
        ]
        assert index.collection_names(bound) == ["war"]
        assert index.collection_names() == ["sport", "war"]


def test_another_author_takes_the_place_of_the_first(fresh: Fresh) -> None:
    with filled(fresh) as index:
        index.ingest([by("a", "Ada Lund")])
        assert [one.id for one in index.articles(filters=Filters(authors=("ada lund",)))] == ["a"]
        index.remove(["a", "b"])
        assert index.authors_in("Jane Holm and Ada Lund") == []


def test_an_older_index_learns_them_when_it_is_opened(fresh: Fresh) -> None:
    with filled(fresh) as index:
        path = index.store.path
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP TABLE authored; PRAGMA user_version = 3;")
    with fresh() as index:
        assert index.count(Filters(authors=("Tomás Reyes",))) == 1
        assert [name for name, _ in index.authors_in("by jane holm")] == ["Jane Holm"]
