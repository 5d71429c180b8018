"""Looks for what is wrong in an index, and brings Chroma in line with SQLite; both are read a page
at a time."""

import json
from collections.abc import Iterator

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index.embedder import embed
from index.rows import matrix_of, vector_of
from index.schema import COLLECTED
from index.store import Store, StoreError
from index.vectors import PAGE, Vectors

SAMPLE = 8  # passages embedded again to see whether the vectors are this embedder's
CLOSE = 0.99  # least cosine to the stored ones; number formats differ by 0.0001

Row = tuple[
    str, bytes, str, int | None, list[str]
]  # id, vector; its article's source, day, collections


def align(store: Store, vectors: Vectors) -> list[str]:
    """Adds the vectors that Chroma lacks and deletes those it should not have; returns a line about
    each."""
    added = 0
    for page in _pages(store):
        there = vectors.among([row[0] for row in page])
        missing = [row for row in page if row[0] not in there]
        if missing:
            matrix = matrix_of([row[1] for row in missing])
            fields = [row[2:] for row in missing]
            vectors.add([row[0] for row in missing], matrix, fields)
        added += len(missing)
    orphaned = _orphaned(store, vectors)
    vectors.delete(orphaned)
    return _lines(missing=added, orphaned=len(orphaned))


def examine(
    store: Store, vectors: Vectors, embedder: BaseEmbedding
) -> tuple[list[str], list[str], list[str]]:
    """Lines about what is wrong in SQLite, lines about what is wrong in Chroma, and the ids there
    whose vectors are."""
    broken = _broken(store, embedder)
    missing, wrong = 0, list[str]()
    for page in _pages(store):
        there = vectors.get([row[0] for row in page])
        missing += len(page) - len(there)
        for id, vector, *_ in page:
            if id in there and not _alike(there[id], vector):
                wrong.append(id)
    orphaned = len(_orphaned(store, vectors))
    lost = _lines(missing=missing, orphaned=orphaned, wrong=len(wrong))
    return broken, lost, wrong


def _broken(store: Store, embedder: BaseEmbedding) -> list[str]:
    """Lines about what is wrong in SQLite."""
    with store.read() as db:
        broken = [
            f"SQLite: {line}" for (line,) in db.execute("PRAGMA integrity_check") if line != "ok"
        ]
        broken += [
            f"SQLite: a row of {table} has lost its {other}"
            for table, _, other, _ in db.execute("PRAGMA foreign_key_check")
        ]
        sample = db.execute(
            'SELECT title, substr(text, start + 1, "end" - start), vector FROM passages'
            " JOIN articles ON articles.number = article ORDER BY passages.id LIMIT ?",
            (SAMPLE,),
        ).fetchall()
    try:
        with store.write(visible=False) as db:
            db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except StoreError:
        broken.append("the words of BM25 are not those of the passages")
    texts = [f"{title}\n{text}" for title, text, _ in sample]
    again = list(embed(embedder, texts)) if texts else []
    if not all(_alike(new, row[2]) for new, row in zip(again, sample, strict=True)):
        broken.append("the vectors are another embedder's")
    return broken


def _alike(vector: NDArray[np.float32], stored: bytes) -> bool:
    other = vector_of(stored)
    return len(vector) == len(other) and float(vector @ other) >= CLOSE


def _pages(store: Store) -> Iterator[list[Row]]:
    """The passages, at most PAGE at a time: all vectors of ten million would take 15 GB."""
    sql = (
        f"SELECT place, id, vector, source, day, {COLLECTED} FROM"
        " (SELECT passages.number AS place, passages.id AS id, vector,"
        " article AS number, source, day"
        " FROM passages JOIN articles ON articles.number = article"
        " WHERE passages.number > ? ORDER BY passages.number LIMIT ?)"
    )
    last = 0
    while True:
        with store.read() as db:
            rows = db.execute(sql, (last, PAGE)).fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield [(*row[1:5], json.loads(row[5])) for row in rows]


def _orphaned(store: Store, vectors: Vectors) -> list[str]:
    """The ids of the vectors that no passage has, in order."""
    sql = "SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(?))"
    orphaned: list[str] = []
    for page in vectors.pages():
        with store.read() as db:
            rows = db.execute(sql, (json.dumps(page),))
            visible = {id for (id,) in rows}
        orphaned += [id for id in page if id not in visible]
    return sorted(orphaned)


def _lines(**counts: int) -> list[str]:
    return [f"{count:,} {what} vectors" for what, count in counts.items() if count]
