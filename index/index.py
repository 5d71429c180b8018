"""The facade of the package: one folder with articles that can be found again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from filelock import FileLock
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding

from index import doctor, ingest, upkeep
from index.ingest import Ingest, IngestReport, Progress
from index.lock import locked
from index.passages import OVERLAP, WORDS
from index.records import Article, Filters, Found, Sentence
from index.retriever import Retriever
from index.search import Search, known
from index.store import FIELDS, Store, StoreError, condition, get_meta
from index.vectors import Vectors


class Index:
    """Safe to call from several threads. A writable one holds the folder's lock until it is closed, or while it writes when
    Chroma is a server; another one reads articles beside it, and can find only when Chroma is a server."""

    def __init__(self, folder: Path, embedder: BaseEmbedding, size: tuple[int, int], lock: FileLock | None) -> None:
        """Use `open`."""
        self.folder, self.embedder, self.size, self._lock = folder, embedder, size, lock
        self.store: Store
        self.vectors: Vectors | None = None
        self._search: Search | None = None
        self._writing = RLock()

    @classmethod
    def open(  # noqa: PLR0913  # keyword options of a program's start
        cls,
        folder: Path,
        embedder: BaseEmbedding,
        *,
        chroma_url: str | None = None,
        chroma_headers: Mapping[str, str] | None = None,
        writable: bool = True,
        size: tuple[int, int] = (WORDS, OVERLAP),
        progress: Progress | None = None,
    ) -> Self:
        """Finishes what a killed run left, and indexes again when the embedder or `size`, the words and overlap of a
        passage, has changed, telling `progress`. Raises StoreError when somebody else holds the folder or it is broken."""
        index = cls(folder, embedder, size, locked(folder, wait=bool(chroma_url)) if writable else None)
        try:
            index.store = Store(folder / upkeep.FILE, writable=writable)
            if writable or chroma_url:
                index.vectors = Vectors(folder / "vectors", chroma_url, chroma_headers)
                index._attach(index.vectors, progress)
                index._search = Search(index.store, index.vectors, embedder)
            if index._lock and chroma_url:
                index._lock.release()  # other processes write to the same server
        except BaseException:
            index.close()
            raise
        return index

    def _attach(self, vectors: Vectors, progress: Progress | None) -> None:
        wanted = upkeep.making(self.embedder, self.size)
        if self._lock:
            upkeep.attach(self.store, vectors, wanted)
        with self.store.read() as db:
            name, made = get_meta(db, "collection"), get_meta(db, "made")
        if made != wanted and self._lock:
            upkeep.reindex(self.store, vectors, self.embedder, self.size, progress)
        elif made != wanted or name is None:
            raise StoreError(f"{self.folder}: made with {made}, not {wanted}; open it for writing to index again")
        elif not self._lock:
            vectors.use(name)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile, in this process or another; what reads is not held up."""
        with self._writing, self._lock or nullcontext():
            yield

    @property
    def generation(self) -> int:
        """Changes with every visible change."""
        with self.store.read() as db:
            return int(get_meta(db, "generation") or 0)

    def count(self, filters: Filters = Filters()) -> int:
        where, values = condition(filters)
        sql = f"SELECT count(*) FROM (SELECT *, number AS article FROM articles) WHERE {where}"
        with self.store.read() as db:
            return int(db.execute(sql, values).fetchone()[0])

    def articles(self, limit: int | None = None, offset: int = 0, filters: Filters = Filters()) -> list[Article]:
        """Newest first, those without a date last."""
        where, values = condition(filters)
        sql = (
            f"SELECT {FIELDS} FROM (SELECT *, number AS article FROM articles) WHERE {where}"
            " ORDER BY day DESC NULLS LAST, id LIMIT :limit OFFSET :offset"
        )
        with self.store.read() as db:
            rows = db.execute(sql, {**values, "limit": -1 if limit is None else limit, "offset": offset}).fetchall()
        return [Article(*row) for row in rows]

    def article(self, id: str) -> Article | None:
        with self.store.read() as db:
            row = db.execute(f"SELECT {FIELDS} FROM articles WHERE id = ?", (id,)).fetchone()
        return row and Article(*row)

    def sentences(self, article_id: str) -> list[Sentence]:
        """In order; empty for an unknown article."""
        sql = 'SELECT start, "end", text FROM sentences JOIN articles ON number = article WHERE id = ? ORDER BY start'
        with self.store.read() as db:
            return [Sentence(start, end, text[start:end]) for start, end, text in db.execute(sql, (article_id,))]

    def knows(self, word: str) -> bool:
        """Whether an article has this word, in any inflection."""
        with self.store.read() as db:
            return known(db, word)

    def duplicates(self, article_id: str) -> list[tuple[str, float]]:
        """The articles that share most of their words with this one, and how much (0 to 1), most first."""
        sql = (
            "SELECT other.id, share FROM duplicates JOIN articles one ON one.number = article JOIN articles other"
            " ON other.number = other WHERE one.id = ? ORDER BY share DESC, other.id"
        )
        with self.store.read() as db:
            return db.execute(sql, (article_id,)).fetchall()

    def find(self, query: str, k: int = 8, filters: Filters = Filters()) -> list[Found]:
        """The `k` best passages by both searches, best first."""
        return self._searching().find(query, k, filters)

    def retriever(self, k: int = 8, filters: Filters = Filters()) -> BaseRetriever:
        return Retriever(self._searching(), k, filters)

    def ingest(
        self,
        articles: Iterable[Article | Exception],
        *,
        delete_missing: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
        ray: str | None = None,
    ) -> IngestReport:
        """See `Ingest.run`; `ray` is the address of a Ray cluster that embeds."""
        with self.alone():
            run = Ingest(self.store, self._writable(), self.embedder, self.size, ray)
            return run.run(articles, delete_missing=delete_missing, dry_run=dry_run, progress=progress)

    def remove(self, ids: Sequence[str]) -> int:
        """Returns how many of the articles were there."""
        with self.alone():
            return ingest.remove(self.store, self._writable(), ids)

    def doctor(self, repair: bool = False) -> list[str]:
        """What is wrong, a line each; with `repair` it is put right: what is wrong in SQLite by indexing again."""
        with self.alone():
            vectors = self._writable()
            broken, lost, wrong = doctor.examine(self.store, vectors, self.embedder)
            if repair and broken:
                upkeep.reindex(self.store, vectors, self.embedder, self.size)
            elif repair:
                vectors.delete(wrong)
                doctor.align(self.store, vectors)
            return broken + lost

    def close(self) -> None:
        for one in (self._search, self.vectors, getattr(self, "store", None), self._lock):
            if one:
                one.release() if isinstance(one, FileLock) else one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _searching(self) -> Search:
        if self._search is None:
            raise StoreError(f"{self.folder}: opened for reading articles only; open it for writing or ask the server")
        return self._search

    def _writable(self) -> Vectors:
        if self._lock is None or self.vectors is None:
            raise StoreError(f"{self.folder}: opened for reading only; open it for writing")
        return self.vectors
