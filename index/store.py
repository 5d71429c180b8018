"""The truth: one SQLite file with articles, sentences, passages, their vectors and a BM25 index
over the words."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from index import names, readers
from index.readers import Busy, Readers
from index.schema import SCHEMA, UPGRADES, VERSION, look_of

CACHE = 32_000  # kB of pages a connection keeps: the word index of some ten thousand articles

# FULL: what was acknowledged survives a power cut too; a batch is one commit, so it costs little.
SETTINGS = f"""
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -{CACHE};
"""
REMEDIES = {  # by SQLite's primary error code
    sqlite3.SQLITE_BUSY: "another program is writing to it; wait or stop that program",
    sqlite3.SQLITE_LOCKED: "another program is writing to it; wait or stop that program",
    sqlite3.SQLITE_INTERRUPT: "the index was closed meanwhile; open it and ask again",
    sqlite3.SQLITE_FULL: "make room on the disk and try again",
    sqlite3.SQLITE_IOERR: "see whether the disk is full or failing",
    sqlite3.SQLITE_READONLY: "the folder cannot be written; change its owner or its permissions",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; change its owner or its permissions",
    sqlite3.SQLITE_PERM: "the file cannot be opened; change its owner or its permissions",
}


class StoreError(RuntimeError):
    """The index cannot be used as asked; the message says where, why and what to do, in one
    line."""


class Store:
    """Any number of readers, each with its own snapshot, beside one writer that never blocks them
    (WAL)."""

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        """Opens or, when writable, makes the file. Raises StoreError for a missing file and for
        another schema."""
        self.path = path
        self.writable = writable
        self._readers = Readers(self._connect)
        self._writing = Lock()
        if not writable and not path.exists():
            raise StoreError(f"{path}: there is no index here; ingest some articles first")
        self._writer = self._connect()
        try:
            version = self._settle()
        except sqlite3.DatabaseError as error:
            self._writer.close()
            raise self._broken(error) from None
        if version != VERSION:
            self._writer.close()
            raise StoreError(_other_schema(path, version))

    def _settle(self) -> int:
        """Makes the tables of a new file and brings those of an older one up to date, each in one
        transaction; the version that the file has then."""
        version = int(self._writer.execute("PRAGMA user_version").fetchone()[0])
        if not self.writable:
            return version
        if version == 0:
            steps = SCHEMA
        elif version in UPGRADES:
            self._writer.create_function("look_of", 1, look_of)
            self._writer.create_function("signed_by", 1, _signed_by)
            steps = " ".join(UPGRADES[step] for step in range(version, VERSION))
        else:
            return version
        script = f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;"
        self._writer.executescript(script)
        return VERSION

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            db.executescript(SETTINGS)
            db.execute(f"PRAGMA query_only = {'OFF' if self.writable else 'ON'}")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # of a damaged schema
            db.close()
            raise self._broken(error) from None
        return db

    def _broken(self, error: Exception) -> StoreError:
        """What went wrong in one line; whatever is no matter of another program or of the disk is
        taken for damage."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        remedy = REMEDIES.get(code, "restore a backup or ingest into a new folder")
        return StoreError(f"{self.path}: {error}; {remedy}")

    @contextmanager
    def _transaction(self, db: sqlite3.Connection, begin: str) -> Iterator[sqlite3.Connection]:
        """Rolled back on any exception; raises StoreError for whatever SQLite cannot do."""
        try:
            db.execute(begin)
            yield db
            db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise self._broken(error) from error
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One snapshot. Raises StoreError when too many read at once, and after `close`."""
        try:
            with self._readers.lend() as db, self._transaction(db, "BEGIN"):
                yield db
        except Busy as error:
            raise StoreError(f"{self.path}: {error}") from None

    @contextmanager
    def write(self, *, visible: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction, rolled back on any exception; a visible one makes the next
        generation."""
        with self._writing, self._transaction(self._writer, "BEGIN IMMEDIATE") as db:
            if visible:
                generation = int(get_meta(db, "generation") or 0)
                put_meta(db, "generation", str(generation + 1))
            yield db

    def copy(self, target: sqlite3.Connection) -> None:
        """Everything as it is now."""
        with self.read() as db:
            db.backup(target)

    def become(self, other: "Store") -> None:
        """Everything that the other one holds, in one transaction; who is reading goes on reading
        the old."""
        with self._writing:
            other.copy(self._writer)

    def close(self) -> None:
        """Those who read or write may finish within some seconds; then they are interrupted, and
        nothing half is kept."""
        self._readers.close()
        alone = self._writing.acquire(timeout=readers.CLOSING)
        if not alone:
            self._writer.interrupt()
            alone = self._writing.acquire(timeout=readers.CLOSING)
        self._writer.close()
        if alone:
            self._writing.release()


def get_meta(db: sqlite3.Connection, key: str) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def put_meta(db: sqlite3.Connection, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _signed_by(author: str) -> str:
    """The looks and names of an article's authors as JSON."""
    return json.dumps(names.signed(author))


def _other_schema(path: Path, version: int) -> str:
    remedy = "ingest into a new folder"
    if version in UPGRADES:
        remedy = "open it once with `footnote doctor`"
    return f"{path}: schema version {version}, this program reads {VERSION}; {remedy}"
