"""Finds articles and passages that are copies of each other: near vectors name candidates, the
words decide."""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index import terms
from index.records import Article
from index.vectors import Vectors

LEAD = 2  # first passages of an article that are compared
NEAR = 0.8  # cosine that makes another one a candidate
SHARE = 0.5  # of the shorter text's word runs that both must have

Row = tuple[int, str, int, int, int, bytes]  # of a passage: number, id, article, start, end, vector


def candidates(
    vectors: Vectors, leads: Mapping[str, Sequence[NDArray[np.float32]]]
) -> dict[str, set[str]]:
    """For each article id, given its first passages' vectors, the passages that are near them."""
    owners = [id for id, lead in leads.items() for _ in lead]
    answers = vectors.ask(
        np.stack([vector for lead in leads.values() for vector in lead]), LEAD + 3
    )
    near: dict[str, set[str]] = {id: set() for id in leads}
    for id, answer in zip(owners, answers, strict=True):
        near[id].update(passage for passage, cosine in answer if cosine >= NEAR)
    return near


def link(db: sqlite3.Connection, article: Article, near: set[str]) -> list[tuple[str, bool]]:
    """Notes which articles have the same or nearly the same text, both ways; returns the ids of
    those newly linked and whether the text is the very same."""
    number, same = db.execute(
        "SELECT number, same FROM articles WHERE id = ?", (article.id,)
    ).fetchone()
    rows = db.execute(
        "SELECT number, id, text, same = :same FROM articles"
        " WHERE number != :number AND (same = :same OR number IN"
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


def thinned(
    db: sqlite3.Connection,
    rows: Sequence[Row],
    matrix: NDArray[np.float32],
    order: Sequence[int],
    k: int,
) -> list[int]:
    """The first `k` of the order, copies from other articles put last. A copy with a number that
    the others do not have is an update: one of them stays."""
    kept: list[int] = []
    copies: list[int] = []
    texts: dict[int, str] = {}
    for i in order:
        if len(kept) == k:
            break
        alike = [j for j in kept if rows[i][2] != rows[j][2] and matrix[i] @ matrix[j] >= NEAR]
        for j in [i, *alike] if alike else []:
            texts[j] = texts.get(j) or _text(db, rows[j])
        own = terms.runs(texts[i]) if alike else set()
        alike = [j for j in alike if terms.share(own, terms.runs(texts[j])) >= SHARE]
        numbers = {number for j in alike for number in re.findall(r"\d+", texts[j])}
        update = len(alike) == 1 and not numbers.issuperset(re.findall(r"\d+", texts[i]))
        (copies if alike and not update else kept).append(i)
    return (kept + copies)[:k]


def _text(db: sqlite3.Connection, row: Row) -> str:
    text: str = db.execute("SELECT text FROM articles WHERE number = ?", (row[2],)).fetchone()[0]
    return text[row[3] : row[4]]
