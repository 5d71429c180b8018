"""Finds articles that are copies of each other: Chroma names candidates, the words decide."""

import json
import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index import terms
from index.records import Article
from index.vectors import Vectors

LEAD = 2  # first passages of an article that are compared
NEAR = 0.8  # cosine that makes the other article a candidate
SHARE = 0.5  # of the shorter article's word runs that both must have


def candidates(vectors: Vectors, leads: Mapping[str, Sequence[NDArray[np.float32]]]) -> dict[str, set[str]]:
    """For each article id, given its first passages' vectors, the passages that are near them."""
    owners = [id for id, lead in leads.items() for _ in lead]
    answers = vectors.ask(np.stack([vector for lead in leads.values() for vector in lead]), LEAD + 3)
    near: dict[str, set[str]] = {id: set() for id in leads}
    for id, answer in zip(owners, answers, strict=True):
        near[id].update(passage for passage, cosine in answer if cosine >= NEAR)
    return near


def link(db: sqlite3.Connection, article: Article, near: set[str]) -> list[tuple[str, bool]]:
    """Notes which articles have the same or nearly the same text, both ways; returns the ids of those newly linked and
    whether the text is the very same."""
    number, same = db.execute("SELECT number, same FROM articles WHERE id = ?", (article.id,)).fetchone()
    rows = db.execute(
        "SELECT number, id, text, same = :same FROM articles WHERE number != :number AND (same = :same OR number IN"
        " (SELECT article FROM passages WHERE id IN (SELECT value FROM json_each(:near))))",
        {"number": number, "same": same, "near": json.dumps(sorted(near))},
    ).fetchall()
    own = terms.runs(article.text) if rows else set()
    linked = []
    for other, id, text, equal in rows:
        share = 1.0 if equal else terms.share(own, terms.runs(text))
        if share >= SHARE:
            both = [(number, other, share), (other, number, share)]
            if db.executemany("INSERT OR IGNORE INTO duplicates VALUES (?,?,?)", both).rowcount:
                linked.append((id, bool(equal)))
    return linked
