"""`footnote list` and `footnote remove`: what is in the index, here or on the server that holds
it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from index.index import Index
from index.records import Filters
from qa.settings import Settings
from ui.remote import Remote

LISTS = {"sources": "source", "collections": "collection", "authors": "author"}  # in an address
LINE = ("id", "title", "source", "url", "path", "origin", "published", "collections")


def limits(
    sources: Sequence[str],
    collections: Sequence[str],
    authors: Sequence[str],
    after: str | None,
    before: str | None,
) -> dict[str, Any]:
    """The filters as the fields of a request; raises ValueError for a date that is not one."""
    for option, day in (("--after", after), ("--before", before)):
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            raise ValueError(f"{option}: {day!r} is not a date; write it like 2025-10-17") from None
    chosen: dict[str, Any] = {"published_after": after, "published_before": before}
    chosen |= {"sources": list(sources), "collections": list(collections)}
    chosen["authors"] = list(authors)
    return {name: value for name, value in chosen.items() if value}


def filters(chosen: dict[str, Any]) -> Filters:
    """What `limits` gave, as the index takes it."""
    lists = {name: tuple(chosen.get(name, ())) for name in LISTS}
    return Filters(chosen.get("published_after"), chosen.get("published_before"), **lists)


def listed(settings: Settings, key: str | None, chosen: dict[str, Any]) -> list[dict[str, Any]]:
    """The articles without their texts, newest first."""
    if server := Remote.find(settings.data, key):
        asked = {LISTS.get(name, name): value for name, value in chosen.items()}
        return list(server.articles(urlencode(asked, doseq=True)))
    with _opened(settings) as index:
        found = [asdict(article) for article in index.articles(filters=filters(chosen))]
    return [{name: row[name] for name in LINE} for row in found]


def remove(
    settings: Settings, key: str | None, ids: Sequence[str], collections: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Takes articles and collections away; the ids of the removed, and of those that only left a
    collection. Raises ValueError for an article or a collection that is not there, before anything
    of the index here is changed."""
    if server := Remote.find(settings.data, key):
        return _remove_there(server, ids, collections)
    with _opened(settings) as index:
        held = index.collections()
        wrong = [f"article {id!r}" for id in ids if index.article(id) is None]
        wrong += [f"collection {name!r}" for name in collections if name not in held]
        if wrong:
            raise ValueError(f"there is no {wrong[0]}; `footnote list` tells what there is")
        index.remove(ids)
        removed, kept = list(ids), list[str]()
        for name in collections:
            gone, left = index.remove_collection(name)
            removed += gone
            kept += left
    return removed, kept


def _remove_there(
    server: Remote, ids: Sequence[str], collections: Sequence[str]
) -> tuple[list[str], list[str]]:
    removed, kept = list[str](), list[str]()
    for id in ids:
        server.call("DELETE", f"/v1/articles/{quote(id, safe='')}")
        removed.append(id)
    for name in collections:
        report = server.call("DELETE", f"/v1/collections/{quote(name, safe='')}")
        removed += report["removed"]
        kept += report["kept"]
    return removed, kept


@contextmanager
def _opened(settings: Settings) -> Iterator[Index]:
    from index.embedder import load_embedder

    with Index.open(settings.data, load_embedder(), **settings.chroma()) as index:
        yield index
