"""Looks for what is wrong in an index, and brings Chroma in line with SQLite."""

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index.embedder import embed
from index.store import Store
from index.vectors import PAGE, Vectors

SAMPLE = 8  # passages embedded again to see whether the vectors are this embedder's
CLOSE = 0.99  # least cosine to the stored ones; number formats differ by 0.0001


def align(store: Store, vectors: Vectors) -> None:
    """Adds the vectors that Chroma lacks and deletes those it should not have."""
    there = set(vectors.ids())
    sql = "SELECT source, day, vector FROM passages JOIN articles ON articles.number = article WHERE passages.id = ?"
    with store.read() as db:
        wanted = {id for (id,) in db.execute("SELECT id FROM passages")}
        missing = sorted(wanted - there)
        for at in range(0, len(missing), PAGE):
            page = missing[at : at + PAGE]
            rows = [db.execute(sql, (id,)).fetchone() for id in page]
            vectors.add(page, np.stack([vector_of(row[2]) for row in rows]), [(row[0], row[1]) for row in rows])
    vectors.delete(sorted(there - wanted))


def examine(store: Store, vectors: Vectors, embedder: BaseEmbedding) -> tuple[list[str], list[str], list[str]]:
    """Lines about what is wrong in SQLite, lines about what is wrong in Chroma, and the ids there whose vectors are."""
    with store.read() as db:
        broken = [f"SQLite: {line}" for (line,) in db.execute("PRAGMA integrity_check") if line != "ok"]
        for what, sql in {
            "articles without passages": "SELECT 1 FROM articles WHERE number NOT IN (SELECT article FROM passages)",
            "passages outside their text": "SELECT 1 FROM passages JOIN articles ON articles.number = article"
            ' WHERE "end" > length(text)',
            "passages without words": "SELECT 1 FROM passages WHERE number NOT IN (SELECT rowid FROM words)",
            "words without a passage": "SELECT 1 FROM words WHERE rowid NOT IN (SELECT number FROM passages)",
        }.items():
            count = len(db.execute(sql).fetchall())
            broken += [f"{count} {what}"] if count else []
        sample = db.execute(
            'SELECT title, substr(text, start + 1, "end" - start), vector FROM passages'
            " JOIN articles ON articles.number = article ORDER BY passages.id LIMIT ?",
            (SAMPLE,),
        ).fetchall()
        stored = {id: vector_of(vector) for id, vector in db.execute("SELECT id, vector FROM passages")}
    again = embed(embedder, [f"{title}\n{text}" for title, text, _ in sample] or [""])[: len(sample)]
    if any(
        len(new) * 2 != len(row[2]) or new @ vector_of(row[2]) < CLOSE for new, row in zip(again, sample, strict=True)
    ):
        broken.append("the vectors are another embedder's")
    there = set(vectors.ids())
    held = sorted(stored.keys() & there)
    differ = [
        id
        for at in range(0, len(held), PAGE)
        for id, vector in vectors.get(held[at : at + PAGE]).items()
        if vector @ stored[id] < CLOSE
    ]
    counts = {"missing": len(stored.keys() - there), "orphaned": len(there - stored.keys()), "wrong": len(differ)}
    return broken, [f"{count} {what} vectors" for what, count in counts.items() if count], differ


def vector_of(stored: bytes) -> NDArray[np.float32]:
    return np.frombuffer(stored, np.float16).astype(np.float32)
