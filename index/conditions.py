"""Filters as SQL: which articles a statement may see."""

import json
import sqlite3
from collections.abc import Sequence

from index import names
from index.records import Filters
from index.schema import day

# The articles with their number as a condition wants it.
ARTICLES = "(SELECT *, number AS article FROM articles)"


def condition(filters: Filters, among: Sequence[str] = ()) -> tuple[str, dict[str, object]]:
    """The filters as SQL over `article`, an article's number, and its parameters; `among` are the
    ids of the only articles looked at, all where there are none. Each part is answered by an index
    alone: an article's row is long, and to look into many takes long."""
    parts = [f"article IN (SELECT number FROM articles WHERE {part})" for part in _of_rows(filters)]
    if filters.members is not None:
        named = "name IN (SELECT value FROM json_each(:members))"
        parts.append(f"article IN (SELECT article FROM collected WHERE {named})")
    if filters.authors:
        signed = "look IN (SELECT value FROM json_each(:authors))"
        parts.append(f"article IN (SELECT article FROM authored WHERE {signed})")
    if among:
        ids = "SELECT value FROM json_each(:among)"
        parts.append(f"article IN (SELECT number FROM articles WHERE id IN ({ids}))")
    values: dict[str, object] = {
        "after": day(filters.published_after),
        "before": day(filters.published_before),
        "sources": json.dumps(filters.sources),
        "members": json.dumps(filters.members),
        "among": json.dumps(list(among)),
        "authors": json.dumps([names.look(name) for name in filters.authors]),
    }
    return " AND ".join(parts) or "1", values


def _of_rows(filters: Filters) -> list[str]:
    """What is asked of the row of an article, each by one index."""
    days = []
    if filters.published_after is not None:
        days.append("day >= :after")
    if filters.published_before is not None:
        days.append("day <= :before")
    parts = [" AND ".join(days)] if days else []
    if filters.sources:
        parts.append("source IN (SELECT value FROM json_each(:sources))")
    return parts


def passes(db: sqlite3.Connection, id: str, filters: Filters) -> bool:
    """Whether there is an article of this id that the filters let through."""
    where, values = condition(filters)
    sql = f"SELECT 1 FROM {ARTICLES} WHERE id = :id AND {where}"
    return db.execute(sql, {**values, "id": id}).fetchone() is not None
