"""The articles that mention something, counted by the full-text index: inflections and other
spellings of it too."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from index import terms
from index.conditions import condition
from index.matching import forms
from index.records import Article, Filters, Sentence
from index.rows import article_of
from index.schema import FIELDS, TOKENIZER


@dataclass(frozen=True, slots=True)
class Mention:
    """An article and those of its sentences that mention it; its first sentence when only the title
    does."""

    article: Article
    sentences: tuple[Sentence, ...]


def mentions(db: sqlite3.Connection, topic: str, filters: Filters = Filters()) -> list[Mention]:
    """Of every article that has all words of the topic in one passage or its title; the oldest
    first, undated ones last."""
    groups = [forms(db, word) for word in terms.query(topic)]
    if not groups or not all(groups):
        return []
    either = [f"({' OR '.join(_quoted(group))})" for group in groups]
    match = " AND ".join(either)
    where, values = condition(filters)
    sql = (
        f"SELECT number, {FIELDS} FROM articles WHERE number IN"
        " (SELECT article FROM words CROSS JOIN passages ON passages.number = words.rowid"
        f" WHERE words MATCH :match AND {where}) ORDER BY day NULLS LAST, id"
    )
    rows = db.execute(sql, {**values, "match": f"{{title text}} : ({match})"}).fetchall()
    found = [(article_of(fields), _sentences(db, number)) for number, *fields in rows]
    return [Mention(article, _those(own, match, " OR ".join(either))) for article, own in found]


def _quoted(group: Sequence[str]) -> list[str]:
    return [f'"{form}"' for form in group]


def _sentences(db: sqlite3.Connection, number: int) -> list[Sentence]:
    sql = (
        'SELECT start, "end", text FROM sentences JOIN articles ON number = article'
        " WHERE article = ? ORDER BY start"
    )
    rows = db.execute(sql, (number,)).fetchall()
    return [Sentence(start, end, text[start:end]) for start, end, text in rows]


def _those(sentences: Sequence[Sentence], every: str, some: str) -> tuple[Sentence, ...]:
    """The sentences that match, by the same tokens as the index: with every word, else with some,
    else the first."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(f'CREATE VIRTUAL TABLE words USING fts5(text, tokenize="{TOKENIZER}")')
        folded = [(n, terms.fold(one.text)) for n, one in enumerate(sentences)]
        memory.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", folded)
        for match in (every, some):
            sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
            if rows := memory.execute(sql, (match,)).fetchall():
                return tuple(sentences[n] for (n,) in rows)
    return tuple(sentences[:1])
