"""Lists what the articles are: themselves, their sources, collections, places and days.

Each function reads one snapshot; `filters` say which articles it sees.
"""

import json
import sqlite3
from datetime import UTC, datetime

from index import names
from index.conditions import ARTICLES, condition
from index.records import Article, Filters, Sentence
from index.rows import article_of
from index.schema import FIELDS

NEWEST = "ORDER BY day DESC NULLS LAST, id"


def exists(db: sqlite3.Connection, filters: Filters) -> bool:
    """Whether there is any article; stops at the first one, however many there are."""
    where, values = condition(filters)
    sql = f"SELECT 1 FROM {ARTICLES} WHERE {where} LIMIT 1"
    return db.execute(sql, values).fetchone() is not None


def count(db: sqlite3.Connection, filters: Filters) -> int:
    where, values = condition(filters)
    sql = f"SELECT count(*) FROM {ARTICLES} WHERE {where}"
    return int(db.execute(sql, values).fetchone()[0])


def articles(
    db: sqlite3.Connection, limit: int | None, offset: int, filters: Filters
) -> list[Article]:
    """Newest first, those without a date last; all with None as the limit."""
    where, values = condition(filters)
    sql = f"SELECT {FIELDS} FROM {ARTICLES} WHERE {where} {NEWEST} LIMIT :limit OFFSET :offset"
    bounds = {"limit": -1 if limit is None else limit, "offset": offset}
    return [article_of(row) for row in db.execute(sql, {**values, **bounds})]


def titled(db: sqlite3.Connection, text: str, limit: int, filters: Filters) -> list[Article]:
    """Those whose title holds this text in any case, in the order of `articles`."""
    where, values = condition(filters)
    holds = "instr(casefold(title), :text)"
    sql = f"SELECT {FIELDS} FROM {ARTICLES} WHERE {where} AND {holds} {NEWEST} LIMIT :limit"
    db.create_function("casefold", 1, str.casefold, deterministic=True)
    sought = {"text": text.casefold(), "limit": limit}
    return [article_of(row) for row in db.execute(sql, {**values, **sought})]


def origins(db: sqlite3.Connection, filters: Filters) -> dict[str | None, int]:
    """How many articles came from each place that was named at an ingest; None for those sent."""
    where, values = condition(filters)
    sql = (
        f"SELECT origin, count(*) FROM {ARTICLES} WHERE {where}"
        " GROUP BY origin ORDER BY count(*) DESC, origin"
    )
    return dict(db.execute(sql, values).fetchall())


def sources(db: sqlite3.Connection, filters: Filters) -> list[str]:
    """Each once, in alphabetic order."""
    where, values = condition(filters)
    sql = f"SELECT DISTINCT source FROM {ARTICLES} WHERE {where} AND source != '' ORDER BY source"
    return [source for (source,) in db.execute(sql, values)]


def collections(db: sqlite3.Connection, filters: Filters) -> dict[str, int]:
    """How many articles each one has, by name in alphabetic order. Of those that `filters` bind to,
    no others."""
    where, values = condition(filters)
    sql = f"SELECT name, count(*) FROM collected WHERE {where} GROUP BY name ORDER BY name"
    counts: dict[str, int] = dict(db.execute(sql, values).fetchall())
    if not filters.within:
        return counts
    return {name: number for name, number in counts.items() if name in filters.within}


def collection_names(db: sqlite3.Connection, filters: Filters) -> list[str]:
    """In alphabetic order, of those that `filters` bind to; a step for each, however many articles
    it has."""
    sql = (
        "WITH RECURSIVE each(name) AS (SELECT min(name) FROM collected UNION ALL"
        " SELECT (SELECT min(name) FROM collected WHERE name > each.name) FROM each"
        " WHERE each.name IS NOT NULL) SELECT name FROM each WHERE name IS NOT NULL"
    )
    held = [name for (name,) in db.execute(sql)]
    return [name for name in held if not filters.within or name in filters.within]


def authors_in(
    db: sqlite3.Connection, text: str, filters: Filters
) -> list[tuple[str, tuple[int, int]]]:
    """The authors whose whole names stand in the text, in any case, as an article has them, with
    their places in it."""
    runs = names.runs(text)
    where, values = condition(filters)
    signed = f"SELECT name FROM authored WHERE look = value AND {where} LIMIT 1"
    sql = f"SELECT value, ({signed}) AS name FROM json_each(:looks) WHERE name IS NOT NULL"
    rows = db.execute(sql, {**values, "looks": json.dumps(list(runs))}).fetchall()
    known = dict(rows)
    places = {look: place for look, place in runs.items() if look in known}
    return [(known[look], place) for look, place in names.apart(places)]


def days(db: sqlite3.Connection, filters: Filters) -> dict[str, int]:
    """How many articles were published on each ISO date."""
    where, values = condition(filters)
    sql = f"SELECT day, count(*) FROM {ARTICLES} WHERE {where} AND day IS NOT NULL GROUP BY day"
    rows = db.execute(sql, values).fetchall()
    return {_date(seconds): number for seconds, number in rows}


def article(db: sqlite3.Connection, id: str) -> Article | None:
    row = db.execute(f"SELECT {FIELDS} FROM articles WHERE id = ?", (id,)).fetchone()
    return article_of(row) if row else None


def sentences(db: sqlite3.Connection, article_id: str) -> list[Sentence]:
    """In order; empty for an unknown article."""
    sql = (
        'SELECT start, "end", text FROM sentences JOIN articles ON number = article'
        " WHERE id = ? ORDER BY start"
    )
    rows = db.execute(sql, (article_id,))
    return [Sentence(start, end, text[start:end]) for start, end, text in rows]


def near(db: sqlite3.Connection, article_id: str, filters: Filters) -> list[str]:
    """The ids of the articles that share most of their words with this one, the nearest first."""
    where, values = condition(filters)
    pairs = (
        "SELECT other.id, other.number AS article, share FROM duplicates"
        " JOIN articles one ON one.number = article"
        " JOIN articles other ON other.number = other WHERE one.id = :id"
    )
    sql = f"SELECT id FROM ({pairs}) WHERE {where} ORDER BY share DESC, id"
    return [id for (id,) in db.execute(sql, {**values, "id": article_id})]


def collected(db: sqlite3.Connection, name: str) -> tuple[list[str], list[str]]:
    """The ids of a collection's articles, in order: of those in no other one, and of the rest."""
    sql = (
        "SELECT id, (SELECT count(*) FROM collected other WHERE other.article = number)"
        " FROM collected JOIN articles ON number = article WHERE name = ? ORDER BY id"
    )
    rows = db.execute(sql, (name,)).fetchall()
    alone = [id for id, collections in rows if collections == 1]
    shared = [id for id, collections in rows if collections > 1]
    return alone, shared


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
