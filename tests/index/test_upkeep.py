"""An index is made whole again: after losses, another embedder, other passages, and from a backup."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import backups, doctor, plan, upkeep, vectors
from index.index import Index
from index.records import Article
from index.store import Store, StoreError
from index.vectors import Vectors

Fresh = Callable[..., Index]


def names(index: Index) -> list[tuple[str, float]]:
    return [(one.passage.id, round(one.score, 3)) for one in index.find("story 2 matter 97", 5)]


def whole(index: Index) -> bool:
    with index.store.read() as db:
        return sorted(index.vectors.ids()) == [
            id for (id,) in db.execute("SELECT id FROM passages ORDER BY id")
        ]


def test_the_doctor_finds_and_repairs_lost_wrong_and_orphaned_vectors(
    fresh: Fresh, stories: list[Article]
) -> None:
    with fresh() as index:
        index.ingest(stories)
        before = names(index)
        assert index.doctor() == []
        ids = sorted(index.vectors.ids())
        index.vectors.delete(ids[:2])
        index.vectors.add(["orphan"], np.ones((1, 32), np.float32), [("", None, ())])
        index.vectors.add([ids[5]], np.eye(1, 32, dtype=np.float32), [("", None, ())])
        assert index.doctor() == ["2 missing vectors", "1 orphaned vectors", "1 wrong vectors"]
        assert len(index.doctor(repair=True)) == 3
        assert index.doctor() == []
        assert names(index) == before


def test_the_doctor_holds_no_more_than_a_page(
    fresh: Fresh, stories: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    pages, get = doctor._pages, Vectors.get

    def watched(store: Store) -> Iterator[list[doctor.Row]]:
        for page in pages(store):
            held.append(len(page))
            yield page

    monkeypatch.setattr(doctor, "_pages", watched)
    monkeypatch.setattr(Vectors, "get", lambda self, ids: held.append(len(ids)) or get(self, ids))
    with fresh() as index:
        index.ingest(stories)
        ids = sorted(index.vectors.ids())
        for module in (doctor, vectors):
            monkeypatch.setattr(module, "PAGE", 2)
        assert sorted(index.vectors.ids()) == ids
        index.vectors.delete([ids[0], ids[3], ids[-1]])
        index.vectors.add(["a", "b", "zz"], np.ones((3, 32), np.float32), [("", None, [])] * 3)
        found = ["3 missing vectors", "3 orphaned vectors"]
        assert index.doctor(repair=True) == found
        assert index.doctor() == []
        assert sorted(index.vectors.ids()) == ids
        assert sum(held) > len(ids)
        assert max(held) == 2


def test_a_vector_of_another_length_is_wrong() -> None:
    stored = np.eye(1, 32, dtype=np.float16).tobytes()
    assert doctor._alike(np.eye(1, 32, dtype=np.float32)[0], stored)
    assert not doctor._alike(np.eye(1, 16, dtype=np.float32)[0], stored)
    assert not doctor._alike(-np.eye(1, 32, dtype=np.float32)[0], stored)


def test_lost_words_and_vectors_of_another_embedder_are_made_again(
    fresh: Fresh, stories: list[Article]
) -> None:
    with fresh() as index:
        index.ingest(stories)
        before = names(index)
        with index.store.write() as db:
            db.execute("DELETE FROM words_content WHERE id = 1")
            db.execute(
                "UPDATE passages SET vector = ?", (np.eye(1, 32, dtype=np.float16).tobytes(),)
            )
        found = index.doctor(repair=True)
        assert found[:2] == [
            "the words of BM25 are not those of the passages",
            "the vectors are another embedder's",
        ]
        assert index.doctor() == []
        assert names(index) == before
    with fresh() as index:
        assert names(index) == before


@pytest.mark.parametrize("loss", ["everything", "torn graph", "torn database"])
def test_what_chroma_lost_comes_back_by_itself(
    fresh: Fresh, stories: list[Article], tmp_path: Path, loss: str
) -> None:
    with fresh() as index:
        index.ingest(stories)
        before = names(index)
    for file in (tmp_path / "data" / "vectors").rglob("*"):
        if loss == "everything" and file.is_file():
            file.unlink()
        elif file.suffix == {"torn graph": ".bin", "torn database": ".sqlite3"}.get(loss):
            file.write_bytes(b"torn" * 999)
    with fresh() as index:
        assert names(index) == before
        assert whole(index)
        assert index.doctor() == []


def test_another_size_indexes_again_beside_the_old(
    fresh: Fresh, stories: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    with fresh() as index:
        index.ingest(stories)
        generation, articles = index.generation, index.articles()
        many = len(list(index.vectors.ids()))
    for module in (plan, upkeep):
        monkeypatch.setattr(module, "WORDS", 60)
    with fresh(progress=lambda done, passages: told.append(done)) as index:
        assert told == [6]
        assert index.generation > generation
        assert index.articles() == articles
        assert len(list(index.vectors.ids())) > many
        assert whole(index)
        assert index.ingest(stories).unchanged == 6
    with fresh() as index:
        assert [one.name for one in index.vectors._client.list_collections()] == [
            index.vectors._collection.name
        ]


def test_another_embedder_indexes_again(fresh: Fresh, stories: list[Article], hashing: Any) -> None:
    with fresh() as index:
        index.ingest(stories)
        before = names(index)
    other = hashing.model_copy(update={"model_name": "other"})
    with fresh(embedder=other) as index:
        assert names(index) == before
        assert index.doctor() == []


def test_a_killed_reindex_leaves_the_old_one(
    fresh: Fresh, stories: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh() as index:
        index.ingest(stories)
        before = names(index)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "become", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                upkeep.reindex(index.store, index.vectors, index.embedder)
        assert names(index) == before
    assert (tmp_path / "data" / upkeep.HALF).exists()
    with fresh() as index:
        assert names(index) == before
        assert len(index.vectors._client.list_collections()) == 1
    assert not list((tmp_path / "data").glob("rebuild*"))


def test_backup_and_restore(
    fresh: Fresh, stories: list[Article], tmp_path: Path, hashing: Any
) -> None:
    saved = tmp_path / "saved.sqlite"
    with fresh() as index:
        index.ingest(stories)
        before = names(index)
        backups.backup(tmp_path / "data", saved)
        index.remove([story.id for story in stories[2:]])
        with pytest.raises(StoreError, match="in use by"):
            backups.restore(saved, tmp_path / "data")
    asked = len(hashing.texts)
    for folder in ("data", "new"):
        backups.restore(saved, tmp_path / folder)
        with Index.open(tmp_path / folder, hashing) as index:
            assert index.articles() == stories
            assert whole(index)
            assert len(hashing.texts) == asked  # nothing is embedded again
            assert names(index) == before
            asked = len(hashing.texts)


@pytest.mark.parametrize("place", [0, 4096])
def test_a_backup_takes_the_place_of_a_damaged_index(
    fresh: Fresh, stories: list[Article], tmp_path: Path, place: int
) -> None:
    with fresh() as index:
        index.ingest(stories)
        before = names(index)
        backups.backup(tmp_path / "data", tmp_path / "saved.sqlite")
    file = tmp_path / "data" / upkeep.FILE
    file.write_bytes(file.read_bytes()[:place] + b"torn" * 20_000)
    backups.restore(tmp_path / "saved.sqlite", tmp_path / "data")
    with fresh() as index:
        assert names(index) == before


@pytest.mark.parametrize("content", [None, b"", b"no database at all " * 99])
def test_what_is_no_backup_changes_nothing(
    fresh: Fresh, stories: list[Article], tmp_path: Path, content: bytes | None
) -> None:
    with fresh() as index:
        index.ingest(stories)
    if content is not None:
        (tmp_path / "saved").write_bytes(content)
    with pytest.raises(
        StoreError,
        match=r"saved: (no such file; name a backup|not a backup of an index \(.*; name another file)",
    ):
        backups.restore(tmp_path / "saved", tmp_path / "data")
    with fresh() as index:
        assert index.count() == 6
    assert not list((tmp_path / "data").glob("rebuild*"))


def test_a_file_of_another_program_or_time_is_refused(fresh: Fresh, tmp_path: Path) -> None:
    fresh().close()
    file = tmp_path / "data" / upkeep.FILE
    db = sqlite3.connect(file)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="schema version 99, this program reads 4"):
        fresh()
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    file.write_bytes(b"not a database, not at all " * 99)
    with pytest.raises(
        StoreError, match="file is not a database; restore a backup or ingest into a new folder"
    ):
        fresh()


def test_a_damaged_file_is_named_wherever_it_is_met(
    fresh: Fresh, stories: list[Article], tmp_path: Path
) -> None:
    with fresh() as index:
        index.ingest(stories)
    file = tmp_path / "data" / upkeep.FILE
    content = bytearray(file.read_bytes())
    content[4096 * 2 :] = b"torn" * 1024 * (len(content) // 4096 - 2)
    file.write_bytes(content)
    with pytest.raises(
        StoreError, match=r"index.sqlite: database disk image is malformed; restore a backup"
    ):
        fresh()
    with pytest.raises(StoreError, match="malformed"), Store(file, writable=False).read() as db:
        db.execute("SELECT count(*) FROM articles").fetchone()
