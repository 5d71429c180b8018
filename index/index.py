"""The facade of the package: one folder with articles that can be found again."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Self

from filelock import FileLock
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding

from index import doctor, ingest, listing, upkeep
from index.articles import without
from index.ingest import Ingest, Progress
from index.lock import locked
from index.matching import passages_with
from index.mentions import Mention, mentions
from index.plan import IngestReport
from index.records import Article, Filters, Found, Sentence
from index.retriever import Retriever
from index.search import Search
from index.store import Store, get_meta
from index.vectors import Vectors


class Index:
    """Safe to call from several threads. Holds the folder's lock until it is closed, or while it
    writes when Chroma is a server. `mended` are lines about what was put right when it was
    opened. What is in `listeners` is called after articles came in, and is to return at once."""

    def __init__(
        self, folder: Path, embedder: BaseEmbedding, store: Store, vectors: Vectors, lock: FileLock
    ) -> None:
        """Use `open`."""
        self.folder = folder
        self.embedder = embedder
        self.store = store
        self.vectors = vectors
        self._lock = lock
        self.mended: list[str] = []
        self.listeners: list[Callable[[], None]] = []
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
        """Finishes what a killed run left, and indexes again when the embedder, the size of
        passages or what cuts sentences has changed, telling `progress`. Raises StoreError when
        somebody else holds the folder or it is broken."""
        with ExitStack() as opened:
            lock = locked(folder, wait=bool(chroma_url))
            opened.callback(lock.release)
            store = Store(folder / upkeep.FILE)
            opened.enter_context(closing(store))
            vectors = Vectors(folder / "vectors", chroma_url, chroma_headers)
            opened.enter_context(closing(vectors))
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
        with self.store.read() as db:
            return listing.exists(db, filters)

    def count(self, filters: Filters = Filters()) -> int:
        with self.store.read() as db:
            return listing.count(db, filters)

    def articles(
        self, limit: int | None = None, offset: int = 0, filters: Filters = Filters()
    ) -> list[Article]:
        """Newest first, those without a date last."""
        with self.store.read() as db:
            return listing.articles(db, limit, offset, filters)

    def titled(self, text: str, limit: int, filters: Filters = Filters()) -> list[Article]:
        """Articles whose title holds this text in any case, newest first, those without a date
        last."""
        with self.store.read() as db:
            return listing.titled(db, text, limit, filters)

    def origins(self, filters: Filters = Filters()) -> dict[str | None, int]:
        """How many articles came from each place that was named at an ingest; None for those
        sent."""
        with self.store.read() as db:
            return listing.origins(db, filters)

    def sources(self, filters: Filters = Filters()) -> list[str]:
        """Each once, in alphabetic order."""
        with self.store.read() as db:
            return listing.sources(db, filters)

    def collections(self, filters: Filters = Filters()) -> dict[str, int]:
        """How many articles each one has, by name in alphabetic order. Of those that `filters` bind
        to, no others."""
        with self.store.read() as db:
            return listing.collections(db, filters)

    def collection_names(self, filters: Filters = Filters()) -> list[str]:
        """In alphabetic order, of those that `filters` bind to; a step for each, however many
        articles it has."""
        with self.store.read() as db:
            return listing.collection_names(db, filters)

    def authors_in(
        self, text: str, filters: Filters = Filters()
    ) -> list[tuple[str, tuple[int, int]]]:
        """The authors whose whole names stand in the text, in any case, as an article has them,
        with their places in it."""
        with self.store.read() as db:
            return listing.authors_in(db, text, filters)

    def days(self, filters: Filters = Filters()) -> dict[str, int]:
        """How many articles were published on each ISO date."""
        with self.store.read() as db:
            return listing.days(db, filters)

    def article(self, id: str) -> Article | None:
        with self.store.read() as db:
            return listing.article(db, id)

    def sentences(self, article_id: str) -> list[Sentence]:
        """In order; empty for an unknown article."""
        with self.store.read() as db:
            return listing.sentences(db, article_id)

    def passages_with(self, word: str, filters: Filters = Filters()) -> int:
        """How many passages have this word, in any inflection; counted up to some thousands."""
        with self.store.read() as db:
            return passages_with(db, word, filters=filters)

    def mentions(self, topic: str, filters: Filters = Filters()) -> list[Mention]:
        """The articles that have all words of the topic, each with its sentences; see
        `index.mentions`."""
        with self.store.read() as db:
            return mentions(db, topic, filters)

    def near(self, article_id: str, filters: Filters = Filters()) -> list[str]:
        """The ids of the articles that share most of their words with this one, the nearest
        first."""
        with self.store.read() as db:
            return listing.near(db, article_id, filters)

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
        """See `Ingest.run`; `ray` is the address of a Ray cluster that embeds. The report names no
        article that does not pass `held`."""
        with self.alone():
            run = Ingest(self.store, self.vectors, self.embedder, ray, held)
            try:
                return run.run(articles, missing_from=missing_from, most=most, progress=progress)
            finally:  # one that broke off has brought some in, too
                for listener in self.listeners:
                    listener()

    def remove(self, ids: Sequence[str]) -> int:
        """Returns how many of the articles were there."""
        with self.alone():
            return ingest.remove(self.store, self.vectors, ids)

    def remove_collection(self, name: str) -> tuple[list[str], list[str]]:
        """Takes away the articles of this collection, except that those in another one too only
        leave it; the ids of the removed and of the others."""
        with self.alone():
            with self.store.read() as db:
                gone, kept = listing.collected(db, name)
            if kept:
                articles = (self.article(id) for id in kept)
                left = (without(article, name) for article in articles if article)
                Ingest(self.store, self.vectors, self.embedder).run(left)
            ingest.remove(self.store, self.vectors, gone)
            return gone, kept

    def doctor(self, repair: bool = False) -> list[str]:
        """What is wrong, a line each; with `repair` it is put right: what is wrong in SQLite by
        indexing again."""
        with self.alone():
            broken, lost, wrong = doctor.examine(self.store, self.vectors, self.embedder)
            if repair and broken:
                upkeep.reindex(self.store, self.vectors, self.embedder)
            elif repair:
                self.vectors.delete(wrong)
                doctor.align(self.store, self.vectors)
            return broken + lost

    def close(self) -> None:
        self.vectors.close()
        self.store.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
