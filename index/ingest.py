"""Brings the index to the state of some articles: new ones in, changed ones replaced, unchanged ones left alone."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index import duplicates
from index.duplicates import LEAD
from index.embedder import embed
from index.passages import group
from index.records import Article, Passage
from index.sentences import split
from index.store import Store, day, delete, insert
from index.vectors import Vectors

BATCH = 256  # passages embedded together, sorted by length, and written in one transaction

Progress = Callable[[int, int], None]
Embedded = dict[str, NDArray[np.float32]]  # vectors by digest


@dataclass(slots=True)
class IngestReport:
    """What an ingest did, in articles; `failed` are lines that name the article and the reason, `same` and `near` are
    pairs of ids: a text that another name already has, and articles that share most of their words."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    removed: int = 0
    passages: int = 0
    failed: list[str] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with its passages, the texts to embed for them, and those texts' digests."""

    article: Article
    passages: list[Passage]
    texts: list[str]
    digests: list[str]


def prepare(article: Article, words: int, overlap: int) -> Prepared:
    """Raises ValueError for an article that cannot be stored."""
    if not article.id:
        raise ValueError("it has no id; give it one")
    for value in (article.id, article.text, article.title, article.source):
        value.encode()  # lone surrogates
    passages = group(article, split(article.text), words, overlap)
    if not passages:
        raise ValueError("it has no text; leave it out")
    texts = [f"{article.title}\n{passage.text}" for passage in passages]
    return Prepared(article, passages, texts, [_digest(text) for text in texts])


class Ingest:
    """One run. It reads, cuts and embeds in the calling thread while another one writes the batch before."""

    def __init__(self, store: Store, vectors: Vectors, embedder: BaseEmbedding, size: tuple[int, int]) -> None:
        self.store, self.vectors, self.embedder, self.size = store, vectors, embedder, size
        self.report = IngestReport()

    def run(
        self,
        articles: Iterable[Article | Exception],
        *,
        delete_missing: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """An exception among the articles is one that could not be loaded. `delete_missing` is left out when anything
        failed: what could not be read is not gone. `progress` is told the articles and the passages done so far."""
        seen: dict[str, str] = {}
        if not dry_run:
            sweep(self.store, self.vectors)
        with ThreadPoolExecutor(1) as pool:
            writing: Future[None] | None = None
            for done, batch in self._batches(articles, seen):
                if batch and not dry_run:
                    found = self._embed(batch)
                    if writing:
                        writing.result()
                    writing = pool.submit(self._write, batch, found)
                self.report.passages += sum(len(one.passages) for one in batch)
                if progress:
                    progress(done, self.report.passages)
            if writing:
                writing.result()
        if delete_missing and not self.report.failed:
            with self.store.read() as db:
                gone = [id for (id,) in db.execute("SELECT id FROM articles") if id not in seen]
            self.report.removed = len(gone) if dry_run else remove(self.store, self.vectors, gone)
        return self.report

    def _batches(
        self, articles: Iterable[Article | Exception], seen: dict[str, str]
    ) -> Iterator[tuple[int, list[Prepared]]]:
        """Batches of new and changed articles with the number of articles read until then; counts all of them."""
        batch: list[Prepared] = []
        done = 0
        for done, article in enumerate(articles, 1):
            try:
                one = self._changed(article, seen)
            except ValueError as error:
                self.report.failed.append(str(error))
                continue
            batch += [one] if one else []
            if sum(len(one.passages) for one in batch) >= BATCH:
                yield done, batch
                batch = []
        yield done, batch

    def _changed(self, article: Article | Exception, seen: dict[str, str]) -> Prepared | None:
        """The article ready to be embedded, None when the index has it; raises ValueError with the line to report."""
        if isinstance(article, Exception):
            raise ValueError(str(article))
        if not article.hash:  # made by hand
            article = replace(article, hash=_digest(repr(article)))
        twice = article.id in seen
        if seen.setdefault(article.id, article.hash) != article.hash:
            raise ValueError(f"{article.id}: a second article of this name; the first one is kept, rename the other")
        with self.store.read() as db:
            known = db.execute("SELECT hash FROM articles WHERE id = ?", (article.id,)).fetchone()
        if twice or known == (article.hash,):
            self.report.unchanged += 1
            return None
        try:
            prepared = prepare(article, *self.size)
        except ValueError as error:
            raise ValueError(f"{article.id}: {error}") from None
        self.report.replaced += bool(known)
        self.report.added += not known
        return prepared

    def _embed(self, batch: Sequence[Prepared]) -> Embedded:
        """What the index already has of the same text is taken from there."""
        wanted = {digest: text for one in batch for digest, text in zip(one.digests, one.texts, strict=True)}
        sql = "SELECT digest, vector FROM passages WHERE digest IN (SELECT value FROM json_each(?))"
        with self.store.read() as db:
            rows = db.execute(sql, (json.dumps(list(wanted)),)).fetchall()
        found = {digest: np.frombuffer(vector, np.float16).astype(np.float32) for digest, vector in rows}
        missing = [digest for digest in wanted if digest not in found]
        if missing:
            found.update(zip(missing, embed(self.embedder, [wanted[digest] for digest in missing]), strict=True))
        return found

    def _write(self, batch: Sequence[Prepared], found: Embedded) -> None:
        """New vectors first, then one transaction that makes the new articles visible, then the old vectors go. Whoever
        dies before the transaction leaves more vectors than passages, which the next `Index.open` sees."""
        ids = [passage.id for one in batch for passage in one.passages]
        fields = [(one.article.source, day(one.article.published)) for one in batch for _ in one.passages]
        self.vectors.add(ids, np.stack([found[digest] for one in batch for digest in one.digests]), fields)
        leads = {one.article.id: [found[digest] for digest in one.digests[:LEAD]] for one in batch}
        near = duplicates.candidates(self.vectors, leads)
        with self.store.write() as db:
            for one in batch:
                delete(db, one.article.id)
                insert(db, one.article, one.passages, [(digest, found[digest]) for digest in one.digests])
            for one in batch:
                for other, same in duplicates.link(db, one.article, near[one.article.id]):
                    (self.report.same if same else self.report.near).append((one.article.id, other))
        sweep(self.store, self.vectors)


def remove(store: Store, vectors: Vectors, ids: Sequence[str]) -> int:
    """Takes the articles away and returns how many were there."""
    with store.write() as db:
        count = sum(delete(db, id) for id in ids)
    sweep(store, vectors)
    return count


def sweep(store: Store, vectors: Vectors) -> None:
    """Deletes the vectors of replaced and removed articles: those in `stray` that are not visible again."""
    with store.read() as db:
        rows = db.execute("SELECT id, id IN (SELECT id FROM passages) FROM stray").fetchall()
    if rows:
        vectors.delete([id for id, visible in rows if not visible])
        with store.write(visible=False) as db:
            db.executemany("DELETE FROM stray WHERE id = ?", [(id,) for id, _ in rows])


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
