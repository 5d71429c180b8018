"""Whatever SQLite cannot do is one line that names the file and the remedy."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.index import Index
from index.records import Article
from index.store import Store, StoreError


def test_a_damaged_file_is_one_line(fresh: Callable[..., Index], stories: list[Article]) -> None:
    with fresh() as index:
        index.ingest(stories)
        path = index.store.path
    content = bytearray(path.read_bytes())
    for seed in range(8):
        spoilt, chance = bytearray(content), random.Random(seed)
        for _ in range(3000):
            spoilt[chance.randrange(100, len(spoilt))] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        wrong = None
        try:
            with fresh() as index:
                index.articles()
                index.find("Who met in Riga?", 5)
                index.doctor()
        except StoreError as error:  # any other exception fails the test
            wrong = str(error)
        assert wrong is None or "\n" not in wrong


def test_a_locked_file_says_who_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.sqlite"
    with closing(Store(path)) as store, closing(sqlite3.connect(path, timeout=0.1)) as other:
        store._writer.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(StoreError, match="locked; another program is writing to it"),
            store.write(),
        ):
            pass
        other.execute("ROLLBACK")
        with store.write():
            pass


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "index.sqlite")) as store:
        store._writer.execute("PRAGMA max_page_count = 40")
        fill = (
            "INSERT INTO meta SELECT hex(randomblob(1000)), hex(randomblob(1000)) FROM json_each(?)"
        )
        with pytest.raises(StoreError, match="full; make room on the disk"), store.write() as db:
            db.execute(fill, (str(list(range(200))),))
        with store.write():
            pass
