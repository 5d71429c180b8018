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
NUMBER = re.compile(r"\d+")
SHARE = 0.5  # of the shorter text's word runs that both must have

Vector = NDArray[np.float32]
Row = tuple[int, str, int, int, int, bytes]  # of a passage: number, id, article, start, end, vector


def candidates(vectors: Vectors, leads: Mapping[str, Sequence[Vector]]) -> dict[str, set[str]]:
    """For each article id, given its first passages' vectors, the passages that are near them."""
    owners: list[str] = []
    rows: list[Vector] = []
    for id, lead in leads.items():
        owners += [id] * len(lead)
        rows += lead
    near: dict[str, set[str]] = {id: set() for id in leads}
    answers = vectors.ask(np.stack(rows), LEAD + 3)
    for id, answer in zip(owners, answers, strict=True):
        near[id].update(passage for passage, cosine in answer if cosine >= NEAR)
    return near


def link(db: sqlite3.Connection, article: Article, near: set[str]) -> list[tuple[str, bool]]:
    """Notes which articles have the same or nearly the same text, both ways; returns the ids of
    those newly linked and whether the text is the very same."""
    sql = "SELECT number, same FROM articles WHERE id = ?"
    number, same = db.execute(sql, (article.id,)).fetchone()
    sql = (
        "SELECT number, id, text, same = :same FROM articles"
        " WHERE number != :number AND (same = :same OR number IN"
        " (SELECT article FROM passages WHERE id IN (SELECT value FROM json_each(:near))))"
    )
    values = {"number": number, "same": same, "near": json.dumps(sorted(near))}
    rows = db.execute(sql, values).fetchall()
    own = terms.runs(article.text) if rows else set()
    linked = []
    for other, id, text, equal in rows:
        share = 1.0 if equal else terms.share(own, terms.runs(text))
        if share < SHARE:
            continue
        pairs = [(number, other, share), (other, number, share)]
        sql = "INSERT OR IGNORE INTO duplicates VALUES (?,?,?)"
        if db.executemany(sql, pairs).rowcount:
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
    texts = Texts(db, rows)
    for place in order:
        if len(kept) == k:
            break
        own = rows[place][2]
        others = [other for other in kept if rows[other][2] != own]
        near = [other for other in others if matrix[place] @ matrix[other] >= NEAR]
        alike = texts.alike(place, near)
        if alike and not texts.updates(place, alike):
            copies.append(place)
        else:
            kept.append(place)
    return (kept + copies)[:k]


class Texts:
    """The texts of passages, by their places among the rows, read when they are first needed."""

    def __init__(self, db: sqlite3.Connection, rows: Sequence[Row]) -> None:
        self._db, self._rows = db, rows
        self._read: dict[int, str] = {}

    def alike(self, place: int, others: Sequence[int]) -> list[int]:
        """Those of the others that share most of their words with this one."""
        if not others:
            return []
        own = terms.runs(self._text(place))
        alike = []
        for other in others:
            if terms.share(own, terms.runs(self._text(other))) >= SHARE:
                alike.append(other)
        return alike

    def updates(self, place: int, alike: Sequence[int]) -> bool:
        """Whether this one has a number that the only one alike has not."""
        if len(alike) != 1:
            return False
        known = NUMBER.findall(self._text(alike[0]))
        return not set(known).issuperset(NUMBER.findall(self._text(place)))

    def _text(self, place: int) -> str:
        if place not in self._read:
            _, _, article, start, end, _ = self._rows[place]
            sql = "SELECT text FROM articles WHERE number = ?"
            text: str = self._db.execute(sql, (article,)).fetchone()[0]
            self._read[place] = text[start:end]
        return self._read[place]
