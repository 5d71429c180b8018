"""Collections: what an article belongs to, kept, filtered by, and taken away."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import backups, upkeep
from index.articles import ArticleError, make_article
from index.index import Index
from index.loading import load
from index.records import Article, Filters

Fresh = Callable[..., Index]


def of(index: Index, id: str) -> tuple[str, ...] | None:
    article = index.article(id)
    assert article is not None
    return article.collections


def named(id: str, *collections: str, text: str = "The mayor opened the harbour.") -> Article:
    return make_article(f"{text} It is {id}.", id=id, collections=list(collections))


def test_an_article_may_be_in_any_number(fresh: Fresh) -> None:
    with fresh() as index:
        index.ingest([named("a", "war", "election", "war"), named("b", "war"), named("c")])
        assert of(index, "a") == ("election", "war")
        assert index.collections() == {"election": 1, "war": 2}
        assert of(index, "c") == ()


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(collections=("war",)), {"a", "b"}),
        (Filters(collections=("election", "none")), {"a"}),
        (Filters(collections=("none",)), set()),
        (Filters(within=("war",)), {"a", "b"}),
        (Filters(collections=("election",), within=("sport",)), set()),
        (Filters(collections=("election",), within=("sport", "war")), set()),
        (Filters(collections=("election", "war"), within=("sport", "war")), {"a", "b"}),
        (Filters(sources=("Gazette",), collections=("war",)), set()),
    ],
)
def test_every_search_keeps_to_them(fresh: Fresh, filters: Filters, ids: set[str]) -> None:
    with fresh() as index:
        index.ingest(
            [named("a", "war", "election"), named("b", "war"), named("c"), named("d", "x")]
        )
        assert {one.id for one in index.articles(filters=filters)} == ids
        assert index.count(filters) == len(ids)
        assert {one.article.id for one in index.find("mayor harbour", 8, filters)} == ids
        vector = index.vectors.get([next(index.vectors.ids())])
        asked = index.vectors.ask(next(iter(vector.values()))[None], 8, filters)[0]
        passages = {one.passage.id for one in index.find("mayor harbour", 8)}
        assert {id for id, _ in asked} <= passages
        assert len(asked) == len(ids)


def test_who_is_bound_hears_of_no_other(fresh: Fresh) -> None:
    with fresh() as index:
        index.ingest([named("a", "war", "election"), named("b", "sport", text="Zelinda won.")])
        bound = Filters(within=("war",))
        assert index.collections(bound) == {"war": 1}
        assert index.passages_with("zelinda")
        assert not index.passages_with("zelinda", bound)
        assert index.passages_with("mayor", bound)


def test_near_ones_beyond_the_bounds_are_not_named(fresh: Fresh) -> None:
    with fresh() as index:
        index.ingest([make_article("Same words.", id=n, collections=[n]) for n in ("a", "b")])
        assert index.near("a") == ["b"]
        assert index.near("a", Filters(within=("a",))) == []


def test_what_does_not_say_keeps_what_it_had(fresh: Fresh, hashing: Any) -> None:
    with fresh() as index:
        index.ingest([named("a", "war")])
        again = make_article("The mayor opened the harbour. It is a.", id="a")
        assert again.collections is None
        assert index.ingest([again]).unchanged == 1
        changed = make_article("The mayor closed the harbour.", id="a")
        assert index.ingest([changed]).replaced == 1
        assert of(index, "a") == ("war",)
        asked = len(hashing.texts)
        moved = make_article(changed.text, id="a", collections=["peace"])
        assert index.ingest([moved]).replaced == 1
        assert of(index, "a") == ("peace",)
        assert len(hashing.texts) == asked  # nothing is embedded again
        assert index.ingest([make_article(changed.text, id="a", collections=[])]).replaced == 1
        assert index.collections() == {}
        assert index.doctor() == []


def test_taking_a_collection_away_leaves_what_is_in_another(fresh: Fresh) -> None:
    with fresh() as index:
        index.ingest([named("a", "war", "election"), named("b", "war"), named("c")])
        assert index.remove_collection("war") == (["b"], ["a"])
        assert of(index, "a") == ("election",)
        assert {one.id for one in index.articles()} == {"a", "c"}
        assert index.remove_collection("war") == ([], [])
        assert index.doctor() == []


def test_they_live_through_rebuilding_and_a_lost_chroma(fresh: Fresh) -> None:
    with fresh() as index:
        index.ingest([named("a", "war"), named("b")])
        upkeep.reindex(index.store, index.vectors, index.embedder)
        index.vectors.delete(list(index.vectors.ids()))
    with fresh() as index:
        assert index.mended
        assert of(index, "a") == ("war",)
        vector = index.vectors.get(list(index.vectors.ids()))
        asked = index.vectors.ask(next(iter(vector.values()))[None], 8, Filters(within=("war",)))
        assert len(asked[0]) == 1


def older(path: Path) -> None:
    """Makes an index what the version before wrote."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "DROP INDEX articles_look; ALTER TABLE articles DROP COLUMN look;"
            "DROP TABLE collected; DROP TABLE authored; PRAGMA user_version = 2;"
        )


def test_an_older_index_and_an_older_backup_are_brought_up_to_date(
    fresh: Fresh, stories: list[Article], tmp_path: Path
) -> None:
    with fresh() as index:
        index.ingest(stories)
        path = index.store.path
    older(path)
    with fresh() as index:
        assert index.ingest(stories).unchanged == 6
        backups.backup(path.parent, tmp_path / "saved.sqlite")
    older(tmp_path / "saved.sqlite")
    backups.restore(tmp_path / "saved.sqlite", tmp_path / "data")
    with fresh() as index:
        assert index.ingest(stories).unchanged == 6


@pytest.mark.parametrize(
    ("name", "content", "collections"),
    [
        ("a.md", "---\ntags: [war, new year]\n---\nWords.", ("new year", "war")),
        ("a.md", "---\nTags: war, peace\n---\nWords.", ("peace", "war")),
        ("a.md", "---\ntags:\n- 2024\n---\nWords.", ("2024",)),
        ("a.md", "---\ntags: [x]\ncollections: [y]\n---\nWords.", ("y",)),
        ("a.md", "---\ntags: []\n---\nWords.", None),
        ("a.md", "+++\ntags = ['war']\n+++\nWords.", ("war",)),
        ("a.md", "Words.", None),
        ("a.json", json.dumps({"text": "W.", "collections": ["b", " a ", ""]}), ("a", "b")),
        ("a.json", json.dumps({"text": "W.", "collections": [7, "a"]}), ("7", "a")),
        ("a.jsonl", json.dumps({"text": "W.", "collections": "a,b"}), ("a", "b")),
        ("a.csv", 'text,collections\nWords.,"a, b"\n', ("a", "b")),
        ("a.csv", "text,collections\nWords.,\n", None),
    ],
)
def test_files_say_them(
    tmp_path: Path, name: str, content: str, collections: tuple[str, ...] | None
) -> None:
    (tmp_path / name).write_text(content)
    [article] = load(tmp_path / name, tmp_path)
    assert article.collections == collections
    [more] = load(tmp_path / name, tmp_path, collections=["mine"])
    assert more.collections == tuple(sorted({*(collections or ()), "mine"}))


@pytest.mark.parametrize("odd", [{"a": 1}, ["x" * 101], [["a"]], ["a"] * 101])
def test_an_odd_one_keeps_no_article_out(tmp_path: Path, odd: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"text": "Words.", "collections": odd}))
    wrong: list[ArticleError] = []
    [article] = load(tmp_path / "a.json", tmp_path, report=wrong.append)
    assert article.collections is None
    assert "collections" in str(wrong[0])
    with pytest.raises(ArticleError, match="collections"):
        make_article("Words.", collections=odd)


def test_what_mentions_something_is_the_article_as_it_is_kept(fresh: Fresh) -> None:
    with fresh() as index:
        index.ingest([named("a", "war", "election"), named("b")])
        found = [one.article for one in index.mentions("mayor")]
        assert [one.id for one in found] == ["a", "b"]
        assert found == [index.article("a"), index.article("b")]
