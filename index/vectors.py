"""The passages' vectors in Chroma, embedded in this process or on a server: one code path for
both."""

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index import chroma
from index.records import Filters
from index.store import StoreError

PAGE = 5000  # ids in one request
TRIES = 6  # 0.2, 0.4, 0.8, 1.6 and 3.2 seconds apart: a server that restarts is back by then
T = TypeVar("T")
Metadata = tuple[str, int | None, Sequence[str]]  # source, day and collections


class Vectors:
    """One collection, cosine space. What is written is found at once; writing the same id twice
    changes nothing."""

    _client: Any  # chromadb's own annotations leave out half of what these take and give
    _collection: Any
    _sessions: Sequence[Any] = ()

    def __init__(
        self, folder: Path, url: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.where, self.remote = url or str(folder), url is not None
        if url is None:
            with self.told():
                self._client = self._try(lambda: chroma.embedded(folder))
            return
        try:
            self._client = self._try(lambda: chroma.remote(url, headers or {}))
        except StoreError:
            raise
        except Exception as error:  # chromadb's, of many kinds  # noqa: BLE001
            remedy = "look at its address and headers"
            raise StoreError(f"{url}: the Chroma server refuses ({error}); {remedy}") from None
        self._sessions = chroma.sessions(self._client)

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
            metadata = [chroma.metadata(*row) for row in fields[part]]
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
        """For each vector the ids and cosines of its nearest passages that pass the filters, best
        first."""
        if filters.members == ():
            return [[] for _ in vectors]
        wanted = {"n_results": k, "where": chroma.where(filters), "include": ["distances"]}
        found = self._try(lambda: self._collection.query(vectors, **wanted))
        nearest = []
        for ids, distances in zip(found["ids"], found["distances"], strict=True):
            cosines = [1 - distance for distance in distances]
            nearest.append(list(zip(ids, cosines, strict=True)))
        return nearest

    def told(self) -> AbstractContextManager[None]:
        """What Chroma cannot do, as StoreError."""
        return chroma.told(self.where)

    def close(self) -> None:
        self._client.close()
        for session in self._sessions:
            session.close()

    def _try(self, call: Callable[[], T]) -> T:
        for attempt in range(TRIES):
            try:
                return call()
            except Exception as error:
                if not (reason := chroma.passing(error)):
                    raise
            time.sleep(0.2 * 2**attempt)
        raise StoreError(f"{self.where}: Chroma does not answer ({reason}); start it and try again")
