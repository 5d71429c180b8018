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
from index.articles import without
from index.ingest import Ingest, Progress
from index.lock import locked
from index.mentions import Mention, mentions
from index.plan import IngestReport
from index.records import Article, Filters, Found, Sentence
from index.retriever import Retriever
from index.search import Search, passages_with
from index.store import FIELDS, Store, article_of, condition, get_meta
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
            with vectors.told():
                index.mended = upkeep.attach(store, vectors, embedder, progress)
            if chroma_url:
                lock.release()  # other processes write to the same server
            opened.pop_all()
        return index

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile, in this process or another; what reads is not held up."""
        with self._writing, self._lock, self.vectors.told():
            yield

    @property
    def generation(self) -> int:
        """Changes with every visible change."""
        with self.store.read() as db:
            return int(get_meta(db, "generation") or 0)

    def has_articles(self, filters: Filters = Filters()) -> bool:
        """Whether there is any article; stops at the first one, however many there are."""
        where, values = condition(filters)
        sql = f"SELECT 1 FROM (SELECT number AS article FROM articles) WHERE {where} LIMIT 1"
        with self.store.read() as db:
            return db.execute(sql, values).fetchone() is not None

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
        return [article_of(row) for row in rows]

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
        return [article_of(row) for row in rows]

    def origins(self, filters: Filters = Filters()) -> dict[str | None, int]:
        """How many articles came from each place that was named at an ingest; None for those sent."""
        where, values = condition(filters)
        sql = "SELECT origin, count(*) FROM (SELECT *, number AS article FROM articles) "
        sql += f"WHERE {where} GROUP BY origin ORDER BY count(*) DESC, origin"
        with self.store.read() as db:
            return dict(db.execute(sql, values).fetchall())

    def sources(self, filters: Filters = Filters()) -> list[str]:
        """Each once, in alphabetic order."""
        where, values = condition(filters)
        sql = "SELECT DISTINCT source FROM (SELECT number AS article, source FROM articles) "
        sql += f"WHERE {where} AND source != '' ORDER BY source"
        with self.store.read() as db:
            return [source for (source,) in db.execute(sql, values)]

    def collections(self, filters: Filters = Filters()) -> dict[str, int]:
        """How many articles each one has, by name in alphabetic order. Of those that `filters` bind to, no others."""
        where, values = condition(filters)
        sql = f"SELECT name, count(*) FROM collected WHERE {where} GROUP BY name ORDER BY name"
        with self.store.read() as db:
            rows = db.execute(sql, values).fetchall()
        return {name: n for name, n in rows if not filters.within or name in filters.within}

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
        return article_of(row) if row else None

    def sentences(self, article_id: str) -> list[Sentence]:
        """In order; empty for an unknown article."""
        sql = 'SELECT start, "end", text FROM sentences JOIN articles ON number = article WHERE id = ? ORDER BY start'
        with self.store.read() as db:
            return [
                Sentence(start, end, text[start:end])
                for start, end, text in db.execute(sql, (article_id,))
            ]

    def passages_with(self, word: str, filters: Filters = Filters()) -> int:
        """How many passages have this word, in any inflection; counted up to some thousands."""
        with self.store.read() as db:
            return passages_with(db, word, filters=filters)

    def mentions(self, topic: str, filters: Filters = Filters()) -> list[Mention]:
        """The articles that have all words of the topic, each with its sentences; see `index.mentions`."""
        with self.store.read() as db:
            return mentions(db, topic, filters)

    def near(self, article_id: str, filters: Filters = Filters()) -> list[str]:
        """The ids of the articles that share most of their words with this one, the nearest first."""
        where, values = condition(filters)
        pairs = (
            "SELECT other.id, other.number AS article, share FROM duplicates JOIN articles one"
            " ON one.number = article JOIN articles other ON other.number = other WHERE one.id = :id"
        )
        sql = f"SELECT id FROM ({pairs}) WHERE {where} ORDER BY share DESC, id"
        with self.store.read() as db:
            return [id for (id,) in db.execute(sql, {**values, "id": article_id})]

    def find(
        self,
        query: str,
        k: int = 8,
        filters: Filters = Filters(),
        among: Sequence[str] = (),
    ) -> list[Found]:
        """The `k` best passages by both searches, best first; of the articles with an id `among`
        these where there are any."""
        with self.vectors.told():
            return self._search.find(query, k, filters, among)

    def retriever(self, k: int = 8, filters: Filters = Filters()) -> BaseRetriever:
        return Retriever(self._search, k, filters)

    def ingest(  # noqa: PLR0913
        self,
        articles: Iterable[Article | Exception],
        *,
        missing_from: Collection[str] = (),
        most: int | None = None,
        progress: Progress | None = None,
        ray: str | None = None,
        held: Filters = Filters(),
    ) -> IngestReport:
        """See `Ingest.run`; `ray` is the address of a Ray cluster that embeds. The report names no article that does not
        pass `held`."""
        with self.alone():
            run = Ingest(self.store, self.vectors, self.embedder, ray, held)
            return run.run(articles, missing_from=missing_from, most=most, progress=progress)

    def remove(self, ids: Sequence[str]) -> int:
        """Returns how many of the articles were there."""
        with self.alone():
            return ingest.remove(self.store, self.vectors, ids)

    def remove_collection(self, name: str) -> tuple[list[str], list[str]]:
        """Takes away the articles of this collection, except that those in another one too only leave it; the ids of
        the removed and of the others."""
        with self.alone():
            sql = (
                "SELECT id, (SELECT count(*) FROM collected other WHERE other.article = number)"
                " FROM collected JOIN articles ON number = article WHERE name = ? ORDER BY id"
            )
            with self.store.read() as db:
                held = db.execute(sql, (name,)).fetchall()
            kept = [id for id, collections in held if collections > 1]
            gone = [id for id, collections in held if collections == 1]
            if kept:
                articles = (self.article(id) for id in kept)
                left = (without(article, name) for article in articles if article)
                Ingest(self.store, self.vectors, self.embedder).run(left)
            ingest.remove(self.store, self.vectors, gone)
            return gone, kept

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
