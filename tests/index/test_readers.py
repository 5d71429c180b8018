"""Reading connections are bounded, and `close` leaves none of them open."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import readers
from index.store import Store, StoreError

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
)


class Watched(Store):
    """Keeps every connection that it makes."""

    made: list[sqlite3.Connection]

    def _connect(self) -> sqlite3.Connection:
        db = super()._connect()
        self.made = [*getattr(self, "made", []), db]
        return db


def is_open(db: sqlite3.Connection) -> bool:
    try:
        db.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path / "index.sqlite")
    yield made
    made.close()


def test_many_readers_share_a_few_connections(store: Watched) -> None:
    def look(_: int) -> int:
        with store.read() as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(look, range(400))) == {0}
    assert len(store.made) <= readers.MOST + 1  # and the one that writes


def test_who_finds_all_taken_waits_and_is_told(
    store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = [store.read() for _ in range(readers.MOST)]
    for one in taken:
        one.__enter__()
    monkeypatch.setattr(readers, "PATIENCE", 0.01)
    with pytest.raises(StoreError, match=r"index\.sqlite: 16 are reading.*; wait"), store.read():
        pass
    monkeypatch.undo()
    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(lambda: store.read().__enter__().execute("SELECT 1").fetchone())
        taken[0].__exit__(None, None, None)
        assert later.result(20) == (1,)
    for one in taken[1:]:
        one.__exit__(None, None, None)


def test_a_failed_connection_leaves_its_place(
    store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store._readers, "_connect", lambda: (_ for _ in ()).throw(StoreError("no")))
        for _ in range(readers.MOST + 1):
            with pytest.raises(StoreError, match="no"), store.read():
                pass
    with store.read() as db:
        assert db.execute("SELECT 1").fetchone() == (1,)


def test_closing_waits_for_who_reads(store: Watched) -> None:
    begun, go = threading.Event(), threading.Event()

    def look() -> int:
        with store.read() as db:
            begun.set()
            assert go.wait(20)
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])

    with ThreadPoolExecutor(2) as pool:
        looking = pool.submit(look)
        assert begun.wait(20)
        closing = pool.submit(store.close)
        go.set()
        assert looking.result(20) == 0
        closing.result(20)
    assert not any(map(is_open, store.made))
    with pytest.raises(StoreError, match="it has been closed; open it again"), store.read():
        pass
    store.close()  # again is no error


def test_closing_interrupts_who_reads_for_ever(
    store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "CLOSING", 0.1)
    begun = threading.Event()

    def look() -> None:
        with store.read() as db:
            db.create_function("begun", 0, lambda: begun.set() or 1)
            db.execute(ENDLESS).fetchall()

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        assert begun.wait(20)
        store.close()
        with pytest.raises(StoreError, match="interrupted; the index was closed meanwhile"):
            looking.result(20)
    assert not any(map(is_open, store.made))


def test_closing_rolls_back_who_writes_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "CLOSING", 0.1)
    store, begun = Watched(tmp_path / "index.sqlite"), threading.Event()

    def fill() -> None:
        with store.write() as db:
            db.execute("INSERT INTO meta VALUES ('half', 'x')")
            db.create_function("begun", 0, lambda: begun.set() or 1)
            db.execute(ENDLESS).fetchall()

    with ThreadPoolExecutor(1) as pool:
        filling = pool.submit(fill)
        assert begun.wait(20)
        store.close()
        with pytest.raises(StoreError, match="interrupted"):
            filling.result(20)
    assert not any(map(is_open, store.made))
    again = Store(store.path)
    with again.read() as db:
        assert db.execute("SELECT * FROM meta WHERE key = 'half'").fetchall() == []
    again.close()
