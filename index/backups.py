"""Backs an index up into one file, and puts such a file in the place of an index."""

import sqlite3
from contextlib import closing
from pathlib import Path

from index.lock import locked
from index.schema import UPGRADES
from index.store import Store, StoreError, get_meta, put_meta
from index.upkeep import FILE, HALF, discard, new_name, swap

UNWRITTEN = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # what a full disk says


def backup(folder: Path, target: Path) -> None:
    """Writes one SQLite file that holds everything, the vectors too; the index may be in use
    meanwhile. Raises StoreError."""
    try:
        with closing(Store(folder / FILE, writable=False)) as store:
            _copy(store, target)
    except (StoreError, sqlite3.DatabaseError) as error:
        cause = error.__cause__ if isinstance(error, StoreError) else error
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF not in UNWRITTEN:
            raise
        raise StoreError(f"{target}: {cause}; make room there or name another place") from None


def _copy(store: Store, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        store.copy(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def restore(source: Path, folder: Path) -> None:
    """Puts a backup in the place of whatever index the folder has; Chroma is filled at the next
    `Index.open`. Raises StoreError."""
    half = folder / HALF
    if not source.exists():
        raise StoreError(f"{source}: no such file; name a backup")
    with locked(folder):
        discard(half)
        try:
            _bring(source, half)
        except (sqlite3.DatabaseError, StoreError) as error:
            discard(half)
            reason = f"not a backup of an index ({error}); name another file"
            raise StoreError(f"{source}: {reason}") from None
        with closing(_opened(folder / FILE)) as store, closing(Store(half)) as new:
            with new.write(visible=False) as db:
                put_meta(db, "collection", new_name())
            swap(store, new)
        discard(half)


def _bring(source: Path, half: Path) -> None:
    """Copies the backup, and sees whether it is one."""
    with closing(sqlite3.connect(source)) as db, closing(sqlite3.connect(half)) as copy:
        db.backup(copy)
        version = copy.execute("PRAGMA user_version").fetchone()[0]
    Store(half, writable=version in UPGRADES).close()


def _opened(path: Path) -> Store:
    """The index to be replaced; nobody can be reading one that is damaged, so a new one takes its
    place."""
    try:
        with closing(Store(path)) as store, store.read() as db:
            get_meta(db, "collection")
    except StoreError:
        discard(path)
    return Store(path)
