"""Finds passages for a query with both searches, dense and BM25, fused.

The fusion adds scores, not reciprocal ranks. Right passage first / in the first five, dev questions of xquad and of clapnq in one
corpus: dense 0.70 / 0.92 and 0.93 / 0.99, BM25 0.87 / 0.97 and 0.84 / 0.94, reciprocal ranks (k = 10, the best) 0.80 / 0.98 and
0.91 / 0.99, added 0.88 / 0.98 and 0.93 / 0.99. With a typing error in each question the nearest words lift BM25 from 0.80 to 0.85.
"""

import json
import math
import sqlite3
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from index import terms
from index.duplicates import Row, thinned
from index.embedder import embed_query
from index.records import Article, Filters, Found, Passage, Sentence
from index.store import FIELDS, Store, article_of, condition
from index.vectors import Vectors

COMMON = (
    5000  # passages; of 100,000 with generated words BM25 took most of the time of finding before
)
DEPTH = 40  # passages taken from each search before fusion; 20 to 50 find the same among 25,000
WEIGHTS = "1.0, 1.0, 0.5"  # of title, text and date in BM25
FEW = 2000  # articles
MOST = 1000  # passages taken from Chroma in order to drop what does not pass the filters
BM25 = 0.2  # of a BM25 score, over the logarithm of the passages (it grows so), added to the cosine; 0.15 to 0.3 do as well


class Search:
    """One after the other: the embedding keeps every core busy, and a thread for BM25 beside it or Chroma made both slower."""

    def __init__(self, store: Store, vectors: Vectors, embedder: BaseEmbedding) -> None:
        self.store, self.vectors, self.embedder = store, vectors, embedder

    def find(
        self,
        query: str,
        k: int = 8,
        filters: Filters = Filters(),
        among: Sequence[str] = (),
    ) -> list[Found]:
        """The `k` best passages, best first; copies of better ones only when there is nothing else.
        `among`: the ids of the only articles looked at, all where there are none."""
        query = query.encode(errors="replace").decode()  # lone surrogates
        if not query.strip():
            return []
        vector = embed_query(self.embedder, query)
        dense = self.dense(vector, filters, among)
        words = dict(self.words(query, filters, among))
        with self.store.read() as db:
            rows = _candidates(db, [id for id, _ in dense], list(words))
            if not rows:
                return []
            matrix = np.stack([np.frombuffer(row[5], np.float16) for row in rows]).astype(
                np.float32
            )
            cosines = matrix @ vector
            weight = BM25 / math.log(2 + self._passages(db))
            scores = cosines + weight * np.array([words.get(row[0], 0.0) for row in rows])
            best = thinned(db, rows, matrix, np.argsort(-scores, kind="stable").tolist(), k)
            loaded = _load(db, [rows[i] for i in best])
        return [
            Found(passage, article, float(scores[i]), float(cosines[i]), words.get(rows[i][0], 0.0))
            for i, (passage, article) in zip(best, loaded, strict=True)
        ]

    def words(
        self, query: str, filters: Filters = Filters(), among: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Passage numbers and BM25 scores (higher is better), best first."""
        where, values = _condition(filters, among)
        limited = among or filters != Filters()
        join = "CROSS JOIN passages ON passages.number = words.rowid" if limited else ""
        sql = (  # half the time of ORDER BY rank
            f"SELECT words.rowid, -bm25(words, {WEIGHTS}) AS score FROM words {join} WHERE words MATCH :match AND {where}"
            " ORDER BY score DESC LIMIT :depth"
        )
        with self.store.read() as db:
            match = matching(db, query)
            return (
                db.execute(sql, {"match": match, "depth": DEPTH, **values}).fetchall()
                if match
                else []
            )

    def dense(
        self,
        vector: NDArray[np.float32],
        filters: Filters = Filters(),
        among: Sequence[str] = (),
    ) -> list[tuple[str, float]]:
        """Passage ids and cosines, best first. Chroma takes long over filters: what few articles pass is compared here, and
        where many pass it is asked without, for so many that enough should pass."""
        if filters == Filters() and not among:
            return self.vectors.ask(vector[None], DEPTH)[0]
        where, values = _condition(filters, among)
        with self.store.read() as db:
            count = db.execute(
                f"SELECT count(*) FROM (SELECT number AS article FROM articles) WHERE {where}",
                values,
            ).fetchone()[0]
            if count <= FEW:
                rows = db.execute(
                    f"SELECT id, vector FROM passages WHERE {where}", values
                ).fetchall()
                return _nearest(rows, vector)
            depth = 2 * DEPTH * db.execute("SELECT count(*) FROM articles").fetchone()[0] // count
            if depth <= MOST:
                found = self.vectors.ask(vector[None], depth)[0]
                sql = f"SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(:ids)) AND {where}"
                passing = {
                    id
                    for (id,) in db.execute(
                        sql, {**values, "ids": json.dumps([id for id, _ in found])}
                    )
                }
                if len(passing) >= DEPTH:
                    return [pair for pair in found if pair[0] in passing][:DEPTH]
        return self.vectors.ask(vector[None], DEPTH, filters)[0]

    def _passages(self, db: sqlite3.Connection) -> int:
        """About how many there are: the highest number ever given, which needs no counting."""
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        return row[0] if row else 0


def _condition(filters: Filters, among: Sequence[str]) -> tuple[str, dict[str, object]]:
    """As `condition`, with the ids of the only articles looked at."""
    where, values = condition(filters)
    if among:
        ids = "SELECT value FROM json_each(:among)"
        where += f" AND article IN (SELECT number FROM articles WHERE id IN ({ids}))"
        values["among"] = json.dumps(list(among))
    return where, values


def matching(db: sqlite3.Connection, query: str) -> str:
    """The FTS5 expression: each word, its form as a name, each two neighbours written as one; for a word that no article
    has, the words nearest to it in spelling. Words that very many passages have are left to the dense search when there are
    others: they tell little and cost the most."""
    words = terms.query(query)
    forms: dict[str, int] = {}
    for word in words:
        there = {form: n for form in (word, terms.name(word)) if (n := passages_with(db, form))}
        near = _near(db, word) if not there and len(word) > 3 and word.isalpha() else []
        forms |= there or dict.fromkeys(near, 1)
    forms |= {form: n for form in map("".join, pairwise(words)) if (n := passages_with(db, form))}
    rare = [form for form, n in forms.items() if n <= COMMON]
    return " OR ".join(f'"{form}"' for form in rare or forms)


def forms(db: sqlite3.Connection, word: str) -> list[str]:
    """What the articles have of a word: as it is, as a name, else the words nearest to it in spelling."""
    spelt = dict.fromkeys((word, terms.name(word)))
    there = [form for form in spelt if passages_with(db, form, 1)]
    return there or (_near(db, word) if len(word) > 3 and word.isalpha() else [])


def passages_with(
    db: sqlite3.Connection, form: str, most: int = COMMON + 1, filters: Filters = Filters()
) -> int:
    """How many passages have the word, or one with its stem; counted up to `most`."""
    if filters != Filters():
        where, values = condition(filters)
        sql = (
            "SELECT count(*) FROM (SELECT 1 FROM words CROSS JOIN passages"
            f" ON passages.number = words.rowid WHERE words MATCH :form AND {where} LIMIT :most)"
        )
        given = {**values, "form": f'"{form}"', "most": most}
        bounded: int = db.execute(sql, given).fetchone()[0]
        return bounded
    sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
    count: int = db.execute(sql, (f'"{form}"', most)).fetchone()[0]
    return count


def _near(db: sqlite3.Connection, word: str) -> list[str]:
    """Up to three indexed words that begin alike and differ by a letter, or by two when long, or only in the ending."""
    stem = terms.stem(word)
    most = 1 if len(stem) < 8 else 2
    near = []
    beginning = (stem[:2], stem[:2] + "\U0010ffff")
    for term, count in db.execute(
        "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?", beginning
    ):
        ending = len(term) > 4 and stem.startswith(
            term
        )  # a slip in what the stemmer would have taken off
        if (far := 1 if ending else OSA.distance(stem, term, score_cutoff=most)) <= most:
            near.append((far, -count, term))
    return [term for _, _, term in sorted(near)[:3]]


def _nearest(
    rows: Sequence[tuple[str, bytes]], vector: NDArray[np.float32]
) -> list[tuple[str, float]]:
    if not rows:
        return []
    cosines = (
        np.stack([np.frombuffer(row[1], np.float16) for row in rows]).astype(np.float32) @ vector
    )
    return [(rows[i][0], float(cosines[i])) for i in np.argsort(-cosines, kind="stable")[:DEPTH]]


def _candidates(db: sqlite3.Connection, ids: Sequence[str], numbers: Sequence[int]) -> list[Row]:
    """The visible passages among those found."""
    sql = (
        'SELECT number, id, article, start, "end", vector FROM passages WHERE id IN (SELECT value FROM json_each(?))'
        " OR number IN (SELECT value FROM json_each(?))"
    )
    return db.execute(sql, (json.dumps(ids), json.dumps(numbers))).fetchall()


def _load(db: sqlite3.Connection, rows: Sequence[Row]) -> list[tuple[Passage, Article]]:
    wanted = json.dumps([row[2] for row in rows])
    among = "IN (SELECT value FROM json_each(?))"
    articles = {
        number: article_of(row)
        for number, *row in db.execute(
            f"SELECT number, {FIELDS} FROM articles WHERE number {among}", (wanted,)
        )
    }
    spans: dict[int, list[tuple[int, int]]] = {number: [] for number in articles}
    for number, start, end in db.execute(
        f'SELECT article, start, "end" FROM sentences WHERE article {among}', (wanted,)
    ):
        spans[number].append((start, end))
    loaded = []
    for _, id, number, start, end, _ in rows:
        article = articles[number]
        inside = tuple(
            Sentence(a, b, article.text[a:b]) for a, b in spans[number] if start <= a and b <= end
        )
        loaded.append(
            (Passage(id, article.id, start, end, article.text[start:end], inside), article)
        )
    return loaded
