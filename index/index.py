"""The facade of the package: one folder with articles that can be found again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Self

from filelock import FileLock
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding

from index import doctor, ingest, upkeep
from index.ingest import Ingest, Progress
from index.lock import locked
from index.plan import IngestReport
from index.records import Article, Filters, Found, Sentence
from index.retriever import Retriever
from index.search import Search, known
from index.store import FIELDS, Store, condition, get_meta
from index.vectors import Vectors


class Index:
    """Safe to call from several threads. Holds the folder's lock until it is closed, or while it writes when Chroma is a
    server. `mended` are lines about what was put right when it was opened."""

    def __init__(
        self, folder: Path, embedder: BaseEmbedding, store: Store, vectors: Vectors, lock: FileLock
    ) -> None:
        """Use `open`."""
        self.folder, self.embedder, self.store, self.vectors, self._lock = (
            folder,
            embedder,
            store,
            vectors,
            lock,
        )
        self.mended: list[str] = []
        self._search = Search(store, vectors, embedder)
        self._writing = RLock()

    @classmethod
    def open(
        cls,
        folder: Path,
        embedder: BaseEmbedding,
        *,
        chroma_url: str | None = None,
        chroma_headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Finishes what a killed run left, and indexes again when the embedder or the size of passages has changed, telling
        `progress`. Raises StoreError when somebody else holds the folder or it is broken."""
        with ExitStack() as opened:
            lock = locked(folder, wait=bool(chroma_url))
            opened.callback(lock.release)
            store = opened.enter_context(closing(Store(folder / upkeep.FILE)))
            vectors = opened.enter_context(
                closing(Vectors(folder / "vectors", chroma_url, chroma_headers))
            )
            index = cls(folder, embedder, store, vectors, lock)
            index.mended = upkeep.attach(store, vectors, embedder, progress)
            if chroma_url:
                lock.release()  # other processes write to the same server
            opened.pop_all()
        return index

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile, in this process or another; what reads is not held up."""
        with self._writing, self._lock:
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

    def articles(
        self, limit: int | None = None, offset: int = 0, filters: Filters = Filters()
    ) -> list[Article]:
        """Newest first, those without a date last."""
        where, values = condition(filters)
        sql = (
            f"SELECT {FIELDS} FROM (SELECT *, number AS article FROM articles) WHERE {where}"
            " ORDER BY day DESC NULLS LAST, id LIMIT :limit OFFSET :offset"
        )
        with self.store.read() as db:
            rows = db.execute(
                sql, {**values, "limit": -1 if limit is None else limit, "offset": offset}
            ).fetchall()
        return [Article(*row) for row in rows]

    def titled(self, text: str, limit: int, filters: Filters = Filters()) -> list[Article]:
        """Articles whose title holds this text in any case, newest first, those without a date last."""
        where, values = condition(filters)
        sql = (
            f"SELECT {FIELDS} FROM (SELECT *, number AS article FROM articles) WHERE {where}"
            " AND instr(casefold(title), :text) ORDER BY day DESC NULLS LAST, id LIMIT :limit"
        )
        with self.store.read() as db:
            db.create_function("casefold", 1, str.casefold, deterministic=True)
            rows = db.execute(sql, {**values, "text": text.casefold(), "limit": limit}).fetchall()
        return [Article(*row) for row in rows]

    def origins(self) -> dict[str | None, int]:
        """How many articles came from each place that was named at an ingest; None for those sent or uploaded."""
        with self.store.read() as db:
            sql = "SELECT origin, count(*) FROM articles GROUP BY origin ORDER BY count(*) DESC"
            return dict(db.execute(sql).fetchall())

    def sources(self) -> list[str]:
        """Each once, in alphabetic order."""
        with self.store.read() as db:
            return [
                source
                for (source,) in db.execute(
                    "SELECT DISTINCT source FROM articles WHERE source != '' ORDER BY source"
                )
            ]

    def days(self, filters: Filters = Filters()) -> dict[str, int]:
        """How many articles were published on each ISO date."""
        where, values = condition(filters)
        sql = "SELECT day, count(*) FROM (SELECT number AS article, day FROM articles) "
        sql += f"WHERE {where} AND day IS NOT NULL GROUP BY day"
        with self.store.read() as db:
            rows = db.execute(sql, values).fetchall()
        return {datetime.fromtimestamp(day, UTC).date().isoformat(): count for day, count in rows}

    def article(self, id: str) -> Article | None:
        with self.store.read() as db:
            row = db.execute(f"SELECT {FIELDS} FROM articles WHERE id = ?", (id,)).fetchone()
        return row and Article(*row)

    def sentences(self, article_id: str) -> list[Sentence]:
        """In order; empty for an unknown article."""
        sql = 'SELECT start, "end", text FROM sentences JOIN articles ON number = article WHERE id = ? ORDER BY start'
        with self.store.read() as db:
            return [
                Sentence(start, end, text[start:end])
                for start, end, text in db.execute(sql, (article_id,))
            ]

    def knows(self, word: str) -> bool:
        """Whether an article has this word, in any inflection."""
        with self.store.read() as db:
            return known(db, word)

    def near(self, article_id: str) -> list[str]:
        """The ids of the articles that share most of their words with this one, the nearest first."""
        sql = (
            "SELECT other.id FROM duplicates JOIN articles one ON one.number = article JOIN articles other"
            " ON other.number = other WHERE one.id = ? ORDER BY share DESC, other.id"
        )
        with self.store.read() as db:
            return [id for (id,) in db.execute(sql, (article_id,))]

    def find(self, query: str, k: int = 8, filters: Filters = Filters()) -> list[Found]:
        """The `k` best passages by both searches, best first."""
        return self._search.find(query, k, filters)

    def retriever(self, k: int = 8, filters: Filters = Filters()) -> BaseRetriever:
        return Retriever(self._search, k, filters)

    def ingest(
        self,
        articles: Iterable[Article | Exception],
        *,
        missing_from: Collection[str] = (),
        most: int | None = None,
        progress: Progress | None = None,
        ray: str | None = None,
    ) -> IngestReport:
        """See `Ingest.run`; `ray` is the address of a Ray cluster that embeds."""
        with self.alone():
            run = Ingest(self.store, self.vectors, self.embedder, ray)
            return run.run(articles, missing_from=missing_from, most=most, progress=progress)

    def remove(self, ids: Sequence[str]) -> int:
        """Returns how many of the articles were there."""
        with self.alone():
            return ingest.remove(self.store, self.vectors, ids)

    def doctor(self, repair: bool = False) -> list[str]:
        """What is wrong, a line each; with `repair` it is put right: what is wrong in SQLite by indexing again."""
        with self.alone():
            broken, lost, wrong = doctor.examine(self.store, self.vectors, self.embedder)
            if repair and broken:
                upkeep.reindex(self.store, self.vectors, self.embedder)
            elif repair:
                self.vectors.delete(wrong)
                doctor.align(self.store, self.vectors)
            return broken + lost

    def close(self) -> None:
        for one in (self.vectors, self.store):
            one.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
