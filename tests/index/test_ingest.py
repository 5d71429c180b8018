"""Ingest brings the index to the state of the articles, and does no work twice."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import upkeep
from index.articles import ArticleError, make_article
from index.index import Index
from index.plan import IngestReport
from index.records import Article
from index.store import Store, StoreError

Fresh = Callable[..., Index]
COPY = "The ministers of energy met in Riga on Monday and agreed to buy grid parts together. They named no price for them. "


def edited(article: Article, edition: str) -> Article:
    return make_article(article.text + f" {edition}.", title=article.title, id=article.id)


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return report.added, report.unchanged, report.replaced, report.removed, len(report.failed)


def held(index: Index) -> Any:
    with index.store.read() as db:
        passages = [id for (id,) in db.execute("SELECT id FROM passages ORDER BY id")]
        assert db.execute("SELECT count(*) FROM stray").fetchone() == (0,)
    assert sorted(index.vectors.ids()) == passages
    return passages, [(asdict(one), index.sentences(one.id)) for one in index.articles()]


def test_a_second_time_changes_nothing(fresh: Fresh, stories: list[Article], hashing: Any) -> None:
    with fresh() as index:
        assert counts(index.ingest(stories)) == (6, 0, 0, 0, 0)
        before, generation, asked = held(index), index.generation, len(hashing.texts)
        assert counts(index.ingest(stories)) == (0, 6, 0, 0, 0)
        assert (held(index), index.generation, len(hashing.texts)) == (before, generation, asked)
    with fresh() as index:
        assert held(index) == before


def test_a_changed_article_is_replaced_and_only_its_new_passages_embedded(
    fresh: Fresh, stories: list[Article], hashing: Any
) -> None:
    with fresh() as index:
        index.ingest(stories)
        old, asked = held(index)[0], len(hashing.texts)
        changed = edited(stories[2], "One more sentence")
        assert counts(index.ingest([*stories[:2], changed, *stories[3:]])) == (0, 5, 1, 0, 0)
        assert index.article("s2") == replace(changed, collections=())
        assert len(hashing.texts) == asked + 1
        assert len(set(held(index)[0]) - set(old)) == len(
            [one for one in index.find("story 2", 50) if one.article.id == "s2"]
        )
        assert index.sentences("s2")[-1].text == "One more sentence."


def test_fields_alone_can_change(fresh: Fresh, stories: list[Article], hashing: Any) -> None:
    with fresh() as index:
        index.ingest(stories)
        asked = len(hashing.texts)
        dated = make_article(
            stories[0].text, title=stories[0].title, id="s0", published="2025-10-17"
        )
        assert counts(index.ingest([dated])) == (0, 0, 1, 0, 0)
        assert len(hashing.texts) == asked
        assert index.articles()[0].published == "2025-10-17"


def test_what_is_gone_is_removed_only_when_asked(fresh: Fresh, stories: list[Article]) -> None:
    with fresh() as index:
        news = [replace(story, origin="/news") for story in stories]
        index.ingest(news)
        index.ingest(news[:4])
        assert index.count() == 6
        report = index.ingest(news[:4], missing_from=["/news"])
        assert counts(report) == (0, 4, 0, 2, 0)
        assert report.missing == ["s4", "s5"]
        assert index.count() == 4
        assert index.remove(["s0", "s0", "nobody"]) == 1
        assert index.article("s0") is None
        assert index.sentences("s0") == []
        held(index)


def test_what_failed_is_not_gone(fresh: Fresh, stories: list[Article]) -> None:
    with fresh() as index:
        news = [replace(story, origin="/news") for story in stories]
        index.ingest(news)
        failed = ArticleError("s3.md", "is not text; save it as UTF-8")
        report = index.ingest([*news[:3], failed], missing_from=["/news"])
        assert report.missing == ["s3", "s4", "s5"]
        assert report.warnings[-1].startswith("nothing is removed, because 1 failed")
        assert sum("nothing is removed" in line for line in report.warnings) == 1
        assert counts(report) == (0, 3, 0, 0, 1)
        assert report.failed == ["s3.md: is not text; save it as UTF-8"]
        assert index.count() == 6


def test_only_what_came_from_the_same_place_can_be_missing(
    fresh: Fresh, stories: list[Article]
) -> None:
    """What was uploaded or sent, and what came from another folder, is not gone because one folder lacks it."""
    sent, here, there = stories[:2], stories[2:4], stories[4:]
    with fresh() as index:
        index.ingest(sent)
        index.ingest(replace(story, origin="/here") for story in here)
        index.ingest(replace(story, origin="/there") for story in there)
        assert index.ingest([], missing_from=["/elsewhere"]).missing == []
        assert index.ingest([], missing_from=["/here"]).missing == [story.id for story in here]
        assert {one.id for one in index.articles()} == {story.id for story in [*sent, *there]}
        index.ingest(
            [replace(there[0], origin=None)]
        )  # sent by hand too: it is no longer the folder's alone
        assert index.ingest([], missing_from=["/there"]).missing == [there[1].id]
        index.ingest([replace(sent[0], origin="/there")])
        assert index.ingest([], missing_from=["/there"]).missing == [sent[0].id]
        held(index)


def test_more_than_the_most_are_named_and_stay(fresh: Fresh, stories: list[Article]) -> None:
    with fresh() as index:
        index.ingest(replace(story, origin="/news") for story in stories)
        report = index.ingest([], missing_from=["/news"], most=5)
        assert (len(report.missing), report.removed, index.count()) == (6, 0, 6)
        assert [line for line in report.warnings if "--yes" in line] == report.warnings
        assert len(report.warnings) == 1
        assert index.ingest([], missing_from=["/news"], most=None).removed == 6


def test_an_index_of_the_first_version_is_brought_up_to_date(
    fresh: Fresh, stories: list[Article]
) -> None:
    with fresh() as index:
        index.ingest(stories)
        path = index.store.path
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "DROP INDEX articles_origin; ALTER TABLE articles DROP COLUMN origin; DROP TABLE collected;"
            "DROP TABLE authored;"
            "DROP INDEX articles_look; ALTER TABLE articles DROP COLUMN look; PRAGMA user_version = 1;"
        )
    with pytest.raises(StoreError, match="open it once"):
        Store(path, writable=False)
    with fresh() as index:
        assert index.ingest(stories).unchanged == 6
        assert index.ingest([], missing_from=["/news"]).missing == []
        held(index)


def test_a_failing_source_loses_nothing(fresh: Fresh, stories: list[Article]) -> None:
    def source() -> Any:
        yield from stories[:3]
        raise OSError("the disk is gone")

    with fresh() as index:
        index.ingest(stories)
        with pytest.raises(OSError, match="the disk is gone"):
            index.ingest(source(), missing_from=["/news"])
        assert index.count() == 6
        held(index)


def test_a_dry_run_only_tells(
    fresh: Fresh, stories: list[Article], hashing: Any, tmp_path: Path
) -> None:
    with fresh() as index:
        index.ingest(replace(story, origin="/news") for story in stories)
        before, asked = held(index), len(hashing.texts)
        articles = [edited(stories[0], "New"), make_article("It is new.", id="n")]
        report = upkeep.preview(index.folder, hashing, articles, missing_from=["/news"])
        assert counts(report) == (1, 0, 1, 5, 0)
        assert (held(index), len(hashing.texts)) == (before, asked)
    other = hashing.model_copy(update={"model_name": "other"})
    [said] = upkeep.preview(tmp_path / "data", other, stories).warnings
    assert re.fullmatch(
        f"{tmp_path / 'data'}: made with .*hashing.*; the next ingest indexes it again", said
    )
    assert upkeep.preview(tmp_path / "new", hashing, stories).added == 6
    assert not (tmp_path / "new").exists()
    with fresh() as index:
        assert held(index) == before


def test_two_articles_of_one_name(fresh: Fresh, stories: list[Article]) -> None:
    with fresh() as index:
        report = index.ingest([stories[0], stories[0], edited(stories[0], "Other")])
        assert report.added == 1
        assert report.failed == [
            "s0: a second article of this name; the first one is kept, rename the other"
        ]
        assert index.article("s0") == stories[0]


def test_the_same_text_under_another_name(
    fresh: Fresh, stories: list[Article], hashing: Any
) -> None:
    with fresh() as index:
        index.ingest(stories)
        asked = len(hashing.texts)
        report = index.ingest([make_article(stories[1].text, title=stories[1].title, id="again")])
        assert report.same == [("again", "s1")]
        assert len(hashing.texts) == asked
        assert index.near("s1") == ["again"]


def test_near_duplicates_are_linked_not_dropped(fresh: Fresh) -> None:
    wire = make_article(COPY * 3 + "A union of farmers welcomed it.", title="Grid", id="wire")
    paper = make_article("From our own reporter. " + COPY * 3, title="Grid parts", id="paper")
    other = make_article(
        "Storms broke the harbour wall of Ventspils. Nobody was hurt there.",
        title="Storm",
        id="other",
    )
    with fresh() as index:
        index.ingest([wire])
        assert index.ingest([paper, other]).near == [("paper", "wire")]
        assert index.near("wire") == ["paper"]
        assert index.near("other") == []
        index.remove(["paper"])
        assert index.near("wire") == []


def test_progress_counts_articles_and_passages(fresh: Fresh, stories: list[Article]) -> None:
    told: list[tuple[int, int]] = []
    with fresh() as index:
        report = index.ingest(
            stories, progress=lambda done, passages: told.append((done, passages))
        )
        assert told[-1] == (6, report.passages)
        index.ingest(stories, progress=lambda done, passages: told.append((done, passages)))
        assert told[-1] == (6, 0)


def test_readers_see_whole_articles_while_others_are_written(
    fresh: Fresh, stories: list[Article]
) -> None:
    wrong: list[str] = []
    with fresh() as index:
        index.ingest(stories)
        editions = [[edited(one, f"Edition {n}") for one in stories] for n in range(6)]
        texts = {one.text for edition in [stories, *editions] for one in edition}

        def read() -> None:
            for _ in range(40):
                articles, found = index.articles(), index.find("story edition", 20)
                wrong.extend(one.id for one in articles if one.text not in texts)
                wrong.extend(
                    one.article.id
                    for one in found
                    if one.article.text[one.passage.start : one.passage.end] != one.passage.text
                )
                if len(articles) != 6:
                    wrong.append("gone")

        readers = [Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for edition in editions:
            index.ingest(edition)
        for reader in readers:
            reader.join()
        assert wrong == []
        held(index)


def test_another_writer_is_told_who_holds_the_folder(fresh: Fresh, stories: list[Article]) -> None:
    with fresh() as index:
        index.ingest(stories)
        with pytest.raises(
            StoreError,
            match=r"in use by process \d+ on .+ since \d{4}-.*ask its server, or stop it first",
        ):
            fresh()
    fresh().close()


ACTIONS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 2])), min_size=1, max_size=6)


@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ACTIONS)
def test_any_history_ends_like_one_clean_run(
    tmp_path_factory: pytest.TempPathFactory,
    hashing: Any,
    story: Callable[..., Article],
    history: list[tuple[int, int]],
) -> None:
    wanted: dict[str, Article] = {}
    with (
        Index.open(tmp_path_factory.mktemp("long"), hashing) as long,
        Index.open(tmp_path_factory.mktemp("clean"), hashing) as clean,
    ):
        for number, edition in history:
            article = story(number, edition)
            if edition:
                wanted[article.id] = article
                long.ingest([article])
            else:
                assert long.remove([article.id]) == (wanted.pop(article.id, None) is not None)
        clean.ingest(wanted.values())
        assert held(long) == held(clean)
        assert clean.ingest(wanted.values()).unchanged == len(wanted)
