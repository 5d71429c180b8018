"""Finds passages for a query with both searches, dense and BM25, fused.

The fusion adds scores, not reciprocal ranks. Right passage first / in the first five, dev questions
of xquad and of clapnq in one corpus: dense 0.70 / 0.92 and 0.93 / 0.99, BM25 0.87 / 0.97 and
0.84 / 0.94, reciprocal ranks (k = 10, the best) 0.80 / 0.98 and 0.91 / 0.99, added 0.88 / 0.98 and
0.93 / 0.99. With a typing error in each question the nearest words lift BM25 from 0.80 to 0.85.
"""

import json
import math
import sqlite3
from collections.abc import Sequence

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index import listing
from index.conditions import condition
from index.duplicates import Row, thinned
from index.embedder import embed_query
from index.matching import matching
from index.records import Article, Filters, Found, Passage, Sentence
from index.rows import article_of, matrix_of
from index.schema import FIELDS
from index.store import Store
from index.vectors import Vectors

DEPTH = 40  # passages taken from each search before fusion; 20 to 50 find the same among 25,000
WEIGHTS = "1.0, 1.0, 0.5"  # of title, text and date in BM25
FEW = 2000  # articles
SIGNED = 20_000  # articles of authors, whom Chroma does not know: more than anybody writes
MOST = 1000  # passages taken from Chroma in order to drop what does not pass the filters

# Of a BM25 score, over the logarithm of the passages (it grows so), added to the cosine; 0.15 to
# 0.3 do as well.
BM25 = 0.2

Nearest = list[tuple[str, float]]  # ids and cosines, best first


class Search:
    """One after the other: the embedding keeps every core busy, and a thread for BM25 beside it or
    Chroma made both slower."""

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
        ids = [id for id, _ in self.dense(vector, filters, among)]
        bm25 = dict(self.words(query, filters, among))
        with self.store.read() as db:
            rows = _candidates(db, ids, list(bm25))
            if not rows:
                return []
            matrix = matrix_of([row[5] for row in rows])
            cosines = matrix @ vector
            weight = BM25 / math.log(2 + _count_passages(db))
            words = [bm25.get(row[0], 0.0) for row in rows]
            scores = cosines + weight * np.array(words)
            order = np.argsort(-scores, kind="stable").tolist()
            best = thinned(db, rows, matrix, order, k)
            loaded = _load(db, [rows[place] for place in best])
        found = []
        for place, (passage, article) in zip(best, loaded, strict=True):
            score, cosine = float(scores[place]), float(cosines[place])
            found.append(Found(passage, article, score, cosine, words[place]))
        return found

    def words(
        self, query: str, filters: Filters = Filters(), among: Sequence[str] = ()
    ) -> list[tuple[int, float]]:
        """Passage numbers and BM25 scores (higher is better), best first."""
        where, values = condition(filters, among)
        limited = among or filters != Filters()
        join = "CROSS JOIN passages ON passages.number = words.rowid" if limited else ""
        sql = (  # half the time of ORDER BY rank
            f"SELECT words.rowid, -bm25(words, {WEIGHTS}) AS score"
            f" FROM words {join}"
            f" WHERE words MATCH :match AND {where} ORDER BY score DESC LIMIT :depth"
        )
        with self.store.read() as db:
            match = matching(db, query)
            if not match:
                return []
            return db.execute(sql, {"match": match, "depth": DEPTH, **values}).fetchall()

    def dense(
        self,
        vector: NDArray[np.float32],
        filters: Filters = Filters(),
        among: Sequence[str] = (),
    ) -> Nearest:
        """Passage ids and cosines, best first. Chroma takes long over filters: what few articles
        pass is compared here, and where many pass it is asked without, for so many that enough
        should pass. The few articles of `among` are always compared."""
        if among:
            with self.store.read() as db:
                return _compared(db, vector, filters, among)
        if filters == Filters():
            return self.vectors.ask(vector[None], DEPTH)[0]
        few = SIGNED if filters.authors else FEW
        with self.store.read() as db:
            passing = listing.count(db, filters)
            if passing <= few:
                return _compared(db, vector, filters)
            depth = 2 * DEPTH * listing.count(db, Filters()) // passing
            if depth <= MOST or filters.authors:
                asked = self.vectors.ask(vector[None], min(depth, MOST))[0]
                nearest = _passing(db, asked, filters)
                if len(nearest) >= DEPTH or filters.authors:
                    return nearest[:DEPTH]
        return self.vectors.ask(vector[None], DEPTH, filters)[0]


def _count_passages(db: sqlite3.Connection) -> int:
    """About how many there are: the highest number ever given, which needs no counting."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    return row[0] if row else 0


def _compared(
    db: sqlite3.Connection,
    vector: NDArray[np.float32],
    filters: Filters,
    among: Sequence[str] = (),
) -> Nearest:
    """The nearest of all passages that pass the filters."""
    where, values = condition(filters, among)
    rows = db.execute(f"SELECT id, vector FROM passages WHERE {where}", values).fetchall()
    if not rows:
        return []
    cosines = matrix_of([stored for _, stored in rows]) @ vector
    order = np.argsort(-cosines, kind="stable")[:DEPTH]
    return [(rows[place][0], float(cosines[place])) for place in order]


def _passing(db: sqlite3.Connection, nearest: Nearest, filters: Filters) -> Nearest:
    """Those that pass the filters."""
    where, values = condition(filters)
    ids = json.dumps([id for id, _ in nearest])
    sql = f"SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(:ids)) AND {where}"
    passing = {id for (id,) in db.execute(sql, {**values, "ids": ids})}
    return [(id, cosine) for id, cosine in nearest if id in passing]


def _candidates(db: sqlite3.Connection, ids: Sequence[str], numbers: Sequence[int]) -> list[Row]:
    """The visible passages among those found."""
    sql = (
        'SELECT number, id, article, start, "end", vector FROM passages'
        " WHERE id IN (SELECT value FROM json_each(?))"
        " OR number IN (SELECT value FROM json_each(?))"
    )
    return db.execute(sql, (json.dumps(ids), json.dumps(numbers))).fetchall()


def _load(db: sqlite3.Connection, rows: Sequence[Row]) -> list[tuple[Passage, Article]]:
    """The passages of these rows, each with its article."""
    wanted = json.dumps([row[2] for row in rows])
    among = "IN (SELECT value FROM json_each(?))"
    sql = f"SELECT number, {FIELDS} FROM articles WHERE number {among}"
    articles = {number: article_of(fields) for number, *fields in db.execute(sql, (wanted,))}
    sentences: dict[int, list[Sentence]] = {number: [] for number in articles}
    sql = f'SELECT article, start, "end" FROM sentences WHERE article {among}'
    for number, start, end in db.execute(sql, (wanted,)):
        text = articles[number].text[start:end]
        sentences[number].append(Sentence(start, end, text))
    loaded = []
    for _, id, number, start, end, _ in rows:
        article = articles[number]
        inside = [one for one in sentences[number] if start <= one.start and one.end <= end]
        text = article.text[start:end]
        passage = Passage(id, article.id, start, end, text, tuple(inside))
        loaded.append((passage, article))
    return loaded
