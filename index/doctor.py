"""Looks for what is wrong in an index, and brings Chroma in line with SQLite."""

import json
from collections.abc import Sequence

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index.embedder import embed
from index.store import COLLECTED, Store, StoreError
from index.vectors import PAGE, Vectors

SAMPLE = 8  # passages embedded again to see whether the vectors are this embedder's
CLOSE = 0.99  # least cosine to the stored ones; number formats differ by 0.0001


def align(store: Store, vectors: Vectors) -> list[str]:
    """Adds the vectors that Chroma lacks and deletes those it should not have; returns a line about each."""
    missing, orphaned = differing(store, vectors)
    sql = (
        f"SELECT vector, source, day, {COLLECTED} FROM"
        " (SELECT vector, article AS number, source, day FROM passages"
        " JOIN articles ON articles.number = article WHERE passages.id = ?)"
    )
    with store.read() as db:
        for at in range(0, len(missing), PAGE):
            page = missing[at : at + PAGE]
            rows = [db.execute(sql, (id,)).fetchone() for id in page]
            vectors.add(
                page,
                np.stack([vector_of(row[0]) for row in rows]),
                [(source, day, json.loads(names)) for _, source, day, names in rows],
            )
    vectors.delete(orphaned)
    return lines(missing=missing, orphaned=orphaned)


def differing(store: Store, vectors: Vectors) -> tuple[list[str], list[str]]:
    """The ids of the vectors that Chroma lacks, and of those it should not have."""
    there = set(vectors.ids())
    with store.read() as db:
        wanted = {id for (id,) in db.execute("SELECT id FROM passages")}
    return sorted(wanted - there), sorted(there - wanted)


def lines(**ids: Sequence[str]) -> list[str]:
    return [f"{len(those):,} {what} vectors" for what, those in ids.items() if those]


def examine(
    store: Store, vectors: Vectors, embedder: BaseEmbedding
) -> tuple[list[str], list[str], list[str]]:
    """Lines about what is wrong in SQLite, lines about what is wrong in Chroma, and the ids there whose vectors are."""
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
        stored = {
            id: vector_of(vector) for id, vector in db.execute("SELECT id, vector FROM passages")
        }
    try:
        with store.write(visible=False) as db:
            db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except StoreError:
        broken.append("the words of BM25 are not those of the passages")
    again = embed(embedder, [f"{title}\n{text}" for title, text, _ in sample] or [""])[
        : len(sample)
    ]
    if any(
        len(new) * 2 != len(row[2]) or new @ vector_of(row[2]) < CLOSE
        for new, row in zip(again, sample, strict=True)
    ):
        broken.append("the vectors are another embedder's")
    missing, orphaned = differing(store, vectors)
    held = sorted(stored.keys() - set(missing))
    wrong = [
        id
        for at in range(0, len(held), PAGE)
        for id, vector in vectors.get(held[at : at + PAGE]).items()
        if vector @ stored[id] < CLOSE
    ]
    return broken, lines(missing=missing, orphaned=orphaned, wrong=wrong), wrong


def vector_of(stored: bytes) -> NDArray[np.float32]:
    return np.frombuffer(stored, np.float16).astype(np.float32)
