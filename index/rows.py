"""Articles as rows of the store: written with their sentences, passages and words, taken away,
read."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import names
from index.records import Article, Passage
from index.schema import COLUMNS, day, look_of
from index.store import get_meta
from index.terms import fold

Vector = NDArray[np.float32]


def article_of(row: Sequence[Any]) -> Article:
    """The article of a row of FIELDS."""
    *fields, collections = row
    fields.append(tuple(json.loads(collections)))
    return Article(*fields)


def insert(
    db: sqlite3.Connection,
    article: Article,
    passages: Sequence[Passage],
    vectors: Sequence[tuple[str, Vector]],
) -> None:
    """Adds one article with a (digest, vector) for each passage; its older version must be gone."""
    number = _insert_article(db, article)
    collected = [(number, name) for name in article.collections or ()]
    db.executemany("INSERT INTO collected VALUES (?,?)", collected)
    signed = [(number, *pair) for pair in names.signed(article.author)]
    db.executemany("INSERT INTO authored VALUES (?,?,?)", signed)
    spans = {(number, one.start, one.end) for passage in passages for one in passage.sentences}
    db.executemany("INSERT INTO sentences VALUES (?,?,?)", sorted(spans))
    title, date = fold(article.title), _spoken(article.published)
    for passage, (digest, vector) in zip(passages, vectors, strict=True):
        place = _insert_passage(db, number, passage, digest, vector)
        words = (place, title, fold(passage.text), date)
        db.execute("INSERT INTO words (rowid, title, text, day) VALUES (?,?,?,?)", words)


def _insert_article(db: sqlite3.Connection, article: Article) -> int:
    """Its number."""
    names = [*COLUMNS.split(", "), "day", "same", "generation", "look"]
    places = ",".join("?" for _ in names)
    values = [
        *(getattr(article, name) for name in COLUMNS.split(", ")),
        day(article.published),
        hashlib.blake2b(article.text.encode(), digest_size=16).digest(),
        get_meta(db, "generation"),
        look_of(article.id),
    ]
    sql = f"INSERT INTO articles ({', '.join(names)}) VALUES ({places})"
    return int(db.execute(sql, values).lastrowid or 0)


def _insert_passage(
    db: sqlite3.Connection, article: int, passage: Passage, digest: str, vector: Vector
) -> int:
    """Its number."""
    sql = 'INSERT INTO passages (id, article, start, "end", digest, vector) VALUES (?,?,?,?,?,?)'
    stored = vector.astype(np.float16).tobytes()
    values = (passage.id, article, passage.start, passage.end, digest, stored)
    return int(db.execute(sql, values).lastrowid or 0)


def delete(db: sqlite3.Connection, id: str) -> bool:
    """Takes one article away if it is there; its passages' ids go to `stray`, until their vectors
    are gone too."""
    passages = "FROM passages WHERE article = (SELECT number FROM articles WHERE id = ?)"
    db.execute(f"DELETE FROM words WHERE rowid IN (SELECT number {passages})", (id,))
    db.execute(f"INSERT OR IGNORE INTO stray SELECT id {passages}", (id,))
    return db.execute("DELETE FROM articles WHERE id = ?", (id,)).rowcount > 0


def vector_of(stored: bytes) -> Vector:
    """A passage's vector as it is stored, in half precision."""
    return np.frombuffer(stored, np.float16).astype(np.float32)


def matrix_of(stored: Sequence[bytes]) -> Vector:
    """(n, dim) float32 of at least one stored vector."""
    return np.stack([np.frombuffer(one, np.float16) for one in stored]).astype(np.float32)


def _spoken(published: str | None) -> str:
    """The date in words, so that "on 16 October" finds what was published then."""
    if (seconds := day(published)) is None:
        return ""
    date = datetime.fromtimestamp(seconds, UTC)
    return f"{date.day} {date:%B %Y %A}"
