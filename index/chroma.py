"""Chroma's client, in this process or on a server, and what it says when it fails."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.records import Filters
from index.schema import day
from index.store import StoreError

PATIENCE = 60  # seconds for an answer from a server
AWAY = (502, 503, 504)  # what a proxy answers when its server is away
MEMBER = "in "  # before a collection's name: the field that says that an article is in it


def embedded(folder: Path) -> Any:
    """A client with its own files in the folder; files that cannot be opened are taken away first,
    for the vectors are in SQLite too."""
    import chromadb

    _clear(folder)
    return chromadb.PersistentClient(str(folder), _settings())


def remote(url: str, headers: Mapping[str, str]) -> Any:
    """A client of the server there."""
    import chromadb

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    return chromadb.HttpClient(parts.hostname or "", port, secure, dict(headers), _settings())


def sessions(client: Any) -> Sequence[Any]:
    """A remote client's connections, with a time limit: chromadb sets none and never closes
    them."""
    own, admin = client._server._session, client._admin_client._server._session
    own.timeout = PATIENCE
    return own, admin


@contextmanager
def told(where: str) -> Iterator[None]:
    """What Chroma cannot do, as StoreError."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        reason = " ".join(str(error).split())
        remedy = "see whether its disk is full or failing, then try again"
        raise StoreError(f"{where}: Chroma says {reason}; {remedy}") from error


def passing(error: BaseException | None) -> BaseException | None:
    """The error under chromadb's own which says that the server is away, or its proxy that it
    is."""
    import httpx

    while error:
        if isinstance(error, (httpx.TransportError, ConnectionError)):
            return error
        if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in AWAY:
            return error
        error = error.__context__
    return None


def metadata(source: str, day: int | None, collections: Sequence[str]) -> dict[str, Any]:
    """The fields of a passage. One for each collection: what Chroma can look for is a value, not a
    part of one."""
    fields: dict[str, Any] = {"source": source}
    if day is not None:
        fields["published"] = day
    for name in collections:
        fields[MEMBER + name] = True
    return fields


def where(filters: Filters) -> Any:
    """The filters as Chroma's condition over these fields; None for no filter."""
    parts: list[dict[str, Any]] = []
    if filters.published_after is not None:
        parts.append({"published": {"$gte": day(filters.published_after)}})
    if filters.published_before is not None:
        parts.append({"published": {"$lte": day(filters.published_before)}})
    if filters.sources:
        parts.append({"source": {"$in": list(filters.sources)}})
    if filters.members:
        parts.append(_joined("$or", [{MEMBER + name: True} for name in filters.members]))
    return _joined("$and", parts) if parts else None


def _joined(operator: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Chroma wants two parts at least for an operator."""
    return {operator: parts} if len(parts) > 1 else parts[0]


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _clear(folder: Path) -> None:
    """Takes the folder away when Chroma could not even open its database."""
    file = folder / "chroma.sqlite3"
    try:
        if file.exists():
            with closing(sqlite3.connect(file)) as db:
                db.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError:
        shutil.rmtree(folder)
