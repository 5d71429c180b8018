"""The passages' vectors in Chroma, embedded in this process or on a server: one code path for both."""

import copy
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.records import Filters
from index.store import StoreError, day

PAGE = 5000  # ids in one request
TRIES = 6  # 0.2, 0.4, 0.8, 1.6 and 3.2 seconds apart: a server that restarts is back by then
MEMBER = "in "  # before a collection's name: the field that says that an article is in it
PATIENCE = 60  # seconds for an answer from a server
T = TypeVar("T")
Metadata = tuple[str, int | None, Sequence[str]]  # source, day and collections


class Vectors:
    """One collection, cosine space. What is written is found at once; writing the same id twice changes nothing."""

    _client: Any  # chromadb's own annotations leave out half of what these take and give
    _collection: Any
    _sessions: Sequence[Any] = ()

    def __init__(
        self, folder: Path, url: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        import chromadb
        from chromadb.config import Settings

        self.where, self.remote = url or str(folder), url is not None
        settings = Settings(anonymized_telemetry=False)
        if url is None:
            _clear(folder)
            with self.told():
                self._client = self._try(lambda: chromadb.PersistentClient(str(folder), settings))
        else:
            parts = urlsplit(url)
            secure = parts.scheme == "https"
            port = parts.port or (443 if secure else 80)
            client = chromadb.HttpClient
            try:
                self._client = self._try(
                    lambda: client(
                        parts.hostname or "", port, secure, dict(headers or {}), settings
                    )
                )
            except StoreError:
                raise
            except Exception as error:  # chromadb's, of many kinds  # noqa: BLE001
                raise StoreError(
                    f"{url}: the Chroma server refuses ({error}); look at its address and headers"
                ) from None
            both = (self._client._server, self._client._admin_client._server)
            self._sessions = [
                one._session for one in both
            ]  # chromadb sets them no time limit and never closes them
            self._sessions[0].timeout = PATIENCE

    def use(self, name: str) -> None:
        """Makes the collection when it is not there, and works with it from now on."""
        space = {"hnsw": {"space": "cosine"}}
        self._collection = self._try(
            lambda: self._client.get_or_create_collection(
                name, configuration=space, embedding_function=None
            )
        )

    def beside(self, name: str) -> "Vectors":
        """Another collection of the same client, made empty."""
        other = copy.copy(self)
        other.drop(name)
        other.use(name)
        return other

    def drop(self, name: str) -> None:
        if name in {one.name for one in self._try(self._client.list_collections)}:
            self._try(lambda: self._client.delete_collection(name))

    def add(
        self,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        fields: Sequence[Metadata],
    ) -> None:
        """The fields are in the order of the ids."""
        for at in range(0, len(ids), PAGE):
            part = slice(at, at + PAGE)
            metadata = [_metadata(*row) for row in fields[part]]
            self._try(lambda: self._collection.upsert(list(ids[part]), vectors[part], metadata))  # noqa: B023

    def delete(self, ids: Sequence[str]) -> None:
        for at in range(0, len(ids), PAGE):
            self._try(lambda: self._collection.delete(list(ids[at : at + PAGE])))  # noqa: B023

    def count(self) -> int:
        return int(self._try(self._collection.count))

    def pages(self) -> Iterator[list[str]]:
        """The ids, at most PAGE at a time; nothing may be added or deleted meanwhile."""
        for at in range(0, self.count(), PAGE):
            page = self._try(lambda: self._collection.get(limit=PAGE, offset=at, include=[]))  # noqa: B023
            yield page["ids"]

    def ids(self) -> Iterator[str]:
        for page in self.pages():
            yield from page

    def among(self, ids: Sequence[str]) -> set[str]:
        """Those ids that are there."""
        return set(self._try(lambda: self._collection.get(list(ids), include=[]))["ids"])

    def get(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those ids that are there."""
        page = self._try(lambda: self._collection.get(list(ids), include=["embeddings"]))
        return dict(zip(page["ids"], page["embeddings"], strict=True))

    def ask(
        self, vectors: NDArray[np.float32], k: int, filters: Filters = Filters()
    ) -> list[list[tuple[str, float]]]:
        """For each vector the ids and cosines of its nearest passages that pass the filters, best first."""
        if filters.members == ():
            return [[] for _ in vectors]
        found = self._try(
            lambda: self._collection.query(
                vectors, n_results=k, where=_where(filters), include=["distances"]
            )
        )
        pairs = zip(found["ids"], found["distances"], strict=True)
        return [[(id, 1 - distance) for id, distance in zip(*pair, strict=True)] for pair in pairs]

    def told(self) -> AbstractContextManager[None]:
        """What Chroma cannot do, as StoreError."""
        return _told(self.where)

    def close(self) -> None:
        self._client.close()
        for session in self._sessions:
            session.close()

    def _try(self, call: Callable[[], T]) -> T:
        for attempt in range(TRIES):
            try:
                return call()
            except Exception as error:
                if not (reason := _passing(error)):
                    raise
            time.sleep(0.2 * 2**attempt)
        raise StoreError(f"{self.where}: Chroma does not answer ({reason}); start it and try again")


@contextmanager
def _told(where: str) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        reason = " ".join(str(error).split())
        remedy = "see whether its disk is full or failing, then try again"
        raise StoreError(f"{where}: Chroma says {reason}; {remedy}") from error


def _passing(error: BaseException | None) -> BaseException | None:
    """The error under chromadb's own which says that the server is away, or its proxy that it is."""
    import httpx

    while error:
        if isinstance(error, (httpx.TransportError, ConnectionError)):
            return error
        if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in (
            502,
            503,
            504,
        ):
            return error
        error = error.__context__
    return None


def _clear(folder: Path) -> None:
    """Takes the folder away when Chroma could not even open its database: the vectors are in SQLite too."""
    try:
        if (file := folder / "chroma.sqlite3").exists():
            with closing(sqlite3.connect(file)) as db:
                db.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError:
        shutil.rmtree(folder)


def _metadata(source: str, day: int | None, collections: Sequence[str]) -> dict[str, Any]:
    """A field for each collection: what Chroma can look for is a value, not a part of one."""
    dated = {} if day is None else {"published": day}
    return {"source": source, **dated, **{MEMBER + name: True for name in collections}}


def _where(filters: Filters) -> Any:
    parts: list[dict[str, Any]] = []
    if filters.published_after is not None:
        parts.append({"published": {"$gte": day(filters.published_after)}})
    if filters.published_before is not None:
        parts.append({"published": {"$lte": day(filters.published_before)}})
    if filters.sources:
        parts.append({"source": {"$in": list(filters.sources)}})
    if filters.members:
        members = [{MEMBER + name: True} for name in filters.members]
        parts.append({"$or": members} if len(members) > 1 else members[0])
    return {"$and": parts} if len(parts) > 1 else (parts[0] if parts else None)
