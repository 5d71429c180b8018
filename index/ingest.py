"""Brings the index to the state of some articles: new ones in, changed ones replaced, unchanged
ones left alone."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from itertools import islice
from typing import TypeVar

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index import cluster, duplicates
from index.conditions import passes
from index.duplicates import LEAD
from index.embedder import embed
from index.plan import Batch, IngestReport, Plan, Prepared
from index.records import Article, Filters
from index.rows import delete, insert, vector_of
from index.schema import day
from index.store import Store
from index.vectors import Metadata, Vectors

Progress = Callable[[int, int], None]
Embedded = dict[str, NDArray[np.float32]]  # vectors by digest
T = TypeVar("T")
R = TypeVar("R")


class Ingest:
    """One run, in three threads: a batch is read and cut while the one before embeds and the one
    before that is written."""

    def __init__(
        self,
        store: Store,
        vectors: Vectors,
        embedder: BaseEmbedding,
        ray: str | None = None,
        held: Filters = Filters(),
    ) -> None:
        """`ray` is the address of a Ray cluster whose machines embed. The report names no article
        that does not pass `held`."""
        self.store, self.vectors, self.embedder, self.ray = store, vectors, embedder, ray
        self.held = held
        self.plan = Plan(store, held)
        self.report = self.plan.report

    def run(
        self,
        articles: Iterable[Article | Exception],
        *,
        missing_from: Collection[str] = (),
        most: int | None = None,
        progress: Progress | None = None,
    ) -> IngestReport:
        """See `Plan` for the articles. Those that came from the origins `missing_from` before and
        are missing now are removed, when there are not more than `most`. `progress` is told the
        articles and the passages done so far."""
        sweep(self.store, self.vectors)
        for done, batch in self._written(self.plan.batches(articles)):
            self.report.passages += sum(len(one.passages) for one in batch)
            if progress:
                progress(done, self.report.passages)
        if self.plan.moved:
            with self.store.write(visible=False) as db:
                rows = [(origin, id) for id, origin in self.plan.moved.items()]
                db.executemany("UPDATE articles SET origin = ? WHERE id = ?", rows)
        if missing_from:
            gone = self.report.settle(self.plan.missing(missing_from), most)
            self.report.removed = remove(self.store, self.vectors, gone)
        return self.report

    def _written(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        with cluster.connected(self.ray) if self.ray else nullcontext():
            for (batch, _), _ in ahead(self._write, self._paired(batches)):
                yield batch

    def _paired(self, batches: Iterator[Batch]) -> Iterator[tuple[Batch, Embedded]]:
        """Each batch with its vectors; a cluster embeds several batches at a time."""
        size = cluster.WINDOW if self.ray else 1
        windows = iter(lambda: list(islice(batches, size)), [])
        for window, found in ahead(self._embed, windows):
            yield from zip(window, found, strict=True)

    def _embed(self, window: Sequence[Batch]) -> list[Embedded]:
        """What the index already has of the same text is taken from there."""
        found: list[Embedded] = []
        missing: list[dict[str, str]] = []
        for _, batch in window:
            texts = _texts(batch)
            known = self._known(list(texts))
            found.append(known)
            missing.append({digest: texts[digest] for digest in texts if digest not in known})
        blocks = [list(texts.values()) for texts in missing]
        for known, texts, vectors in zip(found, missing, self._embedded(blocks), strict=True):
            known.update(zip(texts, vectors, strict=True))
        return found

    def _known(self, digests: list[str]) -> Embedded:
        """The vectors that the index has of these texts."""
        if not digests:
            return {}
        sql = "SELECT digest, vector FROM passages WHERE digest IN (SELECT value FROM json_each(?))"
        with self.store.read() as db:
            rows = db.execute(sql, (json.dumps(digests),)).fetchall()
        return {digest: vector_of(stored) for digest, stored in rows}

    def _embedded(self, blocks: list[list[str]]) -> Iterable[NDArray[np.float32]]:
        if self.ray:
            return cluster.embed_all(self.embedder, blocks)
        return (embed(self.embedder, texts) for texts in blocks)

    def _write(self, job: tuple[Batch, Embedded]) -> None:
        """New vectors first, then one transaction that makes the new articles visible, then the old
        vectors go. Whoever dies before the transaction leaves more vectors than passages, which the
        next `Index.open` sees."""
        (_, batch), found = job
        if not batch:
            return
        self._add_vectors(batch, found)
        leads = {one.article.id: [found[digest] for digest in one.digests[:LEAD]] for one in batch}
        near = duplicates.candidates(self.vectors, leads)
        with self.store.write() as db:
            for one in batch:
                vectors = [(digest, found[digest]) for digest in one.digests]
                delete(db, one.article.id)
                insert(db, one.article, one.passages, vectors)
            for one in batch:
                linked = duplicates.link(db, one.article, near[one.article.id])
                self._note(db, one.article.id, linked)
        sweep(self.store, self.vectors)

    def _add_vectors(self, batch: list[Prepared], found: Embedded) -> None:
        ids: list[str] = []
        rows: list[NDArray[np.float32]] = []
        fields: list[Metadata] = []
        for one in batch:
            article = one.article
            told = (article.source, day(article.published), article.collections or ())
            ids += [passage.id for passage in one.passages]
            rows += [found[digest] for digest in one.digests]
            fields += [told] * len(one.passages)
        self.vectors.add(ids, np.stack(rows), fields)

    def _note(self, db: sqlite3.Connection, id: str, linked: list[tuple[str, bool]]) -> None:
        """Reports the articles whose text is the same, or nearly, as far as they may be seen."""
        for other, is_same in linked:
            if passes(db, other, self.held):
                pairs = self.report.same if is_same else self.report.near
                pairs.append((id, other))


def _texts(batch: Sequence[Prepared]) -> dict[str, str]:
    """The texts to embed by their digests."""
    texts: dict[str, str] = {}
    for one in batch:
        texts.update(zip(one.digests, one.texts, strict=True))
    return texts


def ahead(call: Callable[[T], R], items: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Each item with what the call gives for it; the call works on one in a thread of its own while
    the next is fetched."""
    with ThreadPoolExecutor(1) as pool:
        last: tuple[T, Future[R]] | None = None
        for item in items:
            later = pool.submit(call, item)
            if last:
                yield last[0], last[1].result()
            last = item, later
        if last:
            yield last[0], last[1].result()


def remove(store: Store, vectors: Vectors, ids: Sequence[str]) -> int:
    """Takes the articles away and returns how many were there."""
    with store.write() as db:
        count = sum(delete(db, id) for id in ids)
    sweep(store, vectors)
    return count


def sweep(store: Store, vectors: Vectors) -> None:
    """Deletes the vectors of replaced and removed articles: those in `stray` that are not visible
    again."""
    with store.read() as db:
        rows = db.execute("SELECT id, id IN (SELECT id FROM passages) FROM stray").fetchall()
    if rows:
        vectors.delete([id for id, visible in rows if not visible])
        with store.write(visible=False) as db:
            db.executemany("DELETE FROM stray WHERE id = ?", [(id,) for id, _ in rows])
