"""The truth: one SQLite file with articles, sentences, passages, their vectors and a BM25 index over the words."""

import hashlib
import json
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import readers
from index.readers import Busy, Readers
from index.records import Article, Filters, Passage
from index.terms import fold

VERSION = 3
TOKENIZER = "porter unicode61 remove_diacritics 2 tokenchars '_'"
CACHE = 32_000  # kB of pages a connection keeps: the word index of some ten thousand articles
Vector = NDArray[np.float32]
COLUMNS = "id, text, title, source, url, author, published, path, hash, origin"
COLLECTED = (  # of the article whose number is `number`, as JSON
    "(SELECT json_group_array(name) FROM"
    " (SELECT name FROM collected WHERE collected.article = number ORDER BY name))"
)
FIELDS = f"{COLUMNS}, {COLLECTED}"  # what `article_of` makes an article of
COLLECTIONS = """
CREATE TABLE collected (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, name TEXT NOT NULL,
    PRIMARY KEY (article, name)) WITHOUT ROWID;
CREATE INDEX collected_name ON collected(name, article);
"""
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, title TEXT NOT NULL,
    source TEXT NOT NULL, url TEXT, author TEXT, published TEXT, path TEXT, hash TEXT NOT NULL, day INTEGER, same BLOB NOT NULL,
    generation INTEGER NOT NULL, origin TEXT, look TEXT);
CREATE INDEX articles_day ON articles(day);
CREATE INDEX articles_source ON articles(source);
CREATE INDEX articles_same ON articles(same);
CREATE INDEX articles_origin ON articles(origin);
{COLLECTIONS}
CREATE INDEX articles_look ON articles(look);
CREATE TABLE sentences (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (article, start)) WITHOUT ROWID;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    digest TEXT NOT NULL, vector BLOB NOT NULL);
CREATE INDEX passages_article ON passages(article);
CREATE INDEX passages_digest ON passages(digest);
CREATE TABLE duplicates (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, other INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    share REAL NOT NULL, PRIMARY KEY (article, other)) WITHOUT ROWID;
CREATE INDEX duplicates_other ON duplicates(other);
CREATE TABLE stray (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(title, text, day, tokenize="{TOKENIZER}");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
"""
UPGRADES = {  # by the version before
    1: "ALTER TABLE articles ADD COLUMN origin TEXT; CREATE INDEX articles_origin ON articles(origin);",
    2: f"{COLLECTIONS} ALTER TABLE articles ADD COLUMN look TEXT; UPDATE articles SET look = look_of(id);"
    " CREATE INDEX articles_look ON articles(look);",
}


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
    """The index cannot be used as asked; the message says where, why and what to do, in one line."""


class Store:
    """Any number of readers, each with its own snapshot, beside one writer that never blocks them (WAL)."""

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        """Opens or, when writable, makes the file. Raises StoreError for a missing file and for another schema."""
        self.path = path
        self.writable = writable
        self._readers = Readers(self._connect)
        self._writing = Lock()
        if not writable and not path.exists():
            raise StoreError(f"{path}: there is no index here; ingest some articles first")
        self._writer = self._connect()
        try:
            found = self._writer.execute("PRAGMA user_version").fetchone()[0]
            if found == 0 and writable:
                self._writer.executescript(
                    f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;"
                )
                found = VERSION
            elif found in UPGRADES and writable:
                self._upgrade(found)
                found = VERSION
        except sqlite3.DatabaseError as error:
            self._writer.close()
            raise self._broken(error) from None
        if found != VERSION:
            self._writer.close()
            remedy = (
                "open it once with `footnote doctor`"
                if found in UPGRADES
                else "ingest into a new folder"
            )
            raise StoreError(
                f"{path}: schema version {found}, this program reads {VERSION}; {remedy}"
            )

    def _upgrade(self, found: int) -> None:
        """Brings an older file up to date, step by step, in one transaction."""
        self._writer.create_function("look_of", 1, look_of)
        steps = " ".join(UPGRADES[version] for version in range(found, VERSION))
        self._writer.executescript(
            f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;"
        )

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            # FULL: what was acknowledged survives a power cut too; a batch is one commit, so it costs little
            db.executescript(
                f"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -{CACHE};"
                f"PRAGMA query_only = {'OFF' if self.writable else 'ON'};"
            )
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # of a damaged schema
            db.close()
            raise self._broken(error) from None
        return db

    def _broken(self, error: Exception) -> StoreError:
        """What went wrong in one line; whatever is no matter of another program or of the disk is taken for damage."""
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
        """One transaction, rolled back on any exception; a visible one makes the next generation."""
        with self._writing, self._transaction(self._writer, "BEGIN IMMEDIATE") as db:
            if visible:
                put_meta(db, "generation", str(int(get_meta(db, "generation") or 0) + 1))
            yield db

    def copy(self, target: sqlite3.Connection) -> None:
        """Everything as it is now."""
        with self.read() as db:
            db.backup(target)

    def become(self, other: "Store") -> None:
        """Everything that the other one holds, in one transaction; who is reading goes on reading the old."""
        with self._writing:
            other.copy(self._writer)

    def close(self) -> None:
        """Those who read or write may finish within some seconds; then they are interrupted, and nothing half is kept."""
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


def day(published: str | None) -> int | None:
    """Seconds from 1970 to the midnight (UTC) that starts an ISO date, None when unknown or unreadable."""
    try:
        return int(datetime.fromisoformat((published or "")[:10]).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def look_of(id: str) -> str:
    """What an id looks like: the same for `Talks/One.md` and `talks/one.md`, for wide letters and for unseen ones."""
    seen = "".join(char for char in id if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", seen).casefold()


def condition(filters: Filters) -> tuple[str, dict[str, object]]:
    """The filters as SQL over `article`, an article's number, and its parameters. Each part is answered by an index alone:
    an article's row is long, and to look into many takes long."""
    days = [
        *(["day >= :after"] if filters.published_after is not None else []),
        *(["day <= :before"] if filters.published_before is not None else []),
    ]
    parts = [" AND ".join(days)] if days else []
    parts += ["source IN (SELECT value FROM json_each(:sources))"] if filters.sources else []
    values: dict[str, object] = {"after": day(filters.published_after)}
    values["before"] = day(filters.published_before)
    among = [f"article IN (SELECT number FROM articles WHERE {part})" for part in parts]
    if filters.members is not None:
        values["members"] = json.dumps(filters.members)
        sql = "SELECT article FROM collected WHERE name IN (SELECT value FROM json_each(:members))"
        among.append(f"article IN ({sql})")
    return " AND ".join(among) or "1", {**values, "sources": json.dumps(filters.sources)}


def passes(db: sqlite3.Connection, id: str, filters: Filters) -> bool:
    """Whether there is an article of this id that the filters let through."""
    where, values = condition(filters)
    sql = f"SELECT 1 FROM (SELECT id, number AS article FROM articles) WHERE id = :id AND {where}"
    return db.execute(sql, {**values, "id": id}).fetchone() is not None


def article_of(row: Sequence[Any]) -> Article:
    """The article of a row of FIELDS."""
    values = [*row[:-1], tuple(json.loads(row[-1]))]
    return Article(*values)


def insert(
    db: sqlite3.Connection,
    article: Article,
    passages: Sequence[Passage],
    vectors: Sequence[tuple[str, Vector]],
) -> None:
    """Adds one article with a (digest, vector) for each passage; its older version must be gone."""
    same = hashlib.blake2b(article.text.encode(), digest_size=16).digest()
    number = db.execute(
        f"INSERT INTO articles ({COLUMNS}, day, same, generation, look)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            *_row(article),
            day(article.published),
            same,
            get_meta(db, "generation"),
            look_of(article.id),
        ),
    ).lastrowid
    collected = [(number, name) for name in article.collections or ()]
    db.executemany("INSERT INTO collected VALUES (?,?)", collected)
    spans = {(number, one.start, one.end) for passage in passages for one in passage.sentences}
    db.executemany("INSERT INTO sentences VALUES (?,?,?)", sorted(spans))
    title, date = fold(article.title), _spoken(article.published)
    for passage, (digest, vector) in zip(passages, vectors, strict=True):
        row = db.execute(
            'INSERT INTO passages (id, article, start, "end", digest, vector) VALUES (?,?,?,?,?,?)',
            (
                passage.id,
                number,
                passage.start,
                passage.end,
                digest,
                vector.astype(np.float16).tobytes(),
            ),
        )
        words = (row.lastrowid, title, fold(passage.text), date)
        db.execute("INSERT INTO words (rowid, title, text, day) VALUES (?,?,?,?)", words)


def _row(article: Article) -> list[object]:
    """Its values for COLUMNS."""
    return [getattr(article, name) for name in COLUMNS.split(", ")]


def delete(db: sqlite3.Connection, id: str) -> bool:
    """Takes one article away if it is there; its passages' ids go to `stray`, until their vectors are gone too."""
    passages = "FROM passages WHERE article = (SELECT number FROM articles WHERE id = ?)"
    db.execute(f"DELETE FROM words WHERE rowid IN (SELECT number {passages})", (id,))
    db.execute(f"INSERT OR IGNORE INTO stray SELECT id {passages}", (id,))
    return db.execute("DELETE FROM articles WHERE id = ?", (id,)).rowcount > 0


def _spoken(published: str | None) -> str:
    """The date in words, so that "on 16 October" finds what was published then."""
    if (seconds := day(published)) is None:
        return ""
    date = datetime.fromtimestamp(seconds, UTC)
    return f"{date.day} {date:%B %Y %A}"
