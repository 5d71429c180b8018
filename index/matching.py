"""The words of a query as the full-text index has them: other forms, names, the nearest
spelling."""

import sqlite3
from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz.distance import OSA

from index import terms
from index.conditions import condition
from index.records import Filters

# Passages; of 100,000 with generated words BM25 took most of the time of finding before.
COMMON = 5000
LONG = 8  # letters of a stem, from which two may differ
SHORTEST = 4  # letters of a word, from which it may be misspelt
NEAREST = 3  # spellings taken in the place of one
LAST = "\U0010ffff"  # sorts behind every letter


def matching(db: sqlite3.Connection, query: str) -> str:
    """The FTS5 expression: each word, its form as a name, each two neighbours written as one; for a
    word that no article has, the words nearest to it in spelling. Words that very many passages
    have are left to the dense search when there are others: they tell little and cost the most."""
    words = terms.query(query)
    counts: dict[str, int] = {}
    for word in words:
        counts |= _there(db, (word, terms.name(word))) or dict.fromkeys(_nearest(db, word), 1)
    counts |= _there(db, map("".join, pairwise(words)))
    rare = [form for form, count in counts.items() if count <= COMMON]
    return " OR ".join(f'"{form}"' for form in rare or counts)


def forms(db: sqlite3.Connection, word: str) -> list[str]:
    """What the articles have of a word: as it is, as a name, else the words nearest to it in
    spelling."""
    spelt = dict.fromkeys((word, terms.name(word)))
    there = [form for form in spelt if passages_with(db, form, 1)]
    return there or _nearest(db, word)


def passages_with(
    db: sqlite3.Connection, form: str, most: int = COMMON + 1, filters: Filters = Filters()
) -> int:
    """How many passages have the word, or one with its stem; counted up to `most`."""
    where, values = condition(filters)
    source, bound = "words", "words MATCH :form"
    if filters != Filters():
        source = "words CROSS JOIN passages ON passages.number = words.rowid"
        bound = f"words MATCH :form AND {where}"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {bound} LIMIT :most)"
    row = db.execute(sql, {**values, "form": f'"{form}"', "most": most}).fetchone()
    return int(row[0])


def _there(db: sqlite3.Connection, spelt: Iterable[str]) -> dict[str, int]:
    """Of these forms those that the index has, with the number of their passages."""
    counts = {form: passages_with(db, form) for form in spelt}
    return {form: count for form, count in counts.items() if count}


def _nearest(db: sqlite3.Connection, word: str) -> list[str]:
    """Up to three indexed words that begin alike and differ by a letter, or by two when long, or
    only in the ending; none for a short word or one with figures."""
    if len(word) < SHORTEST or not word.isalpha():
        return []
    stem = terms.stem(word)
    most = 1 if len(stem) < LONG else 2
    sql = "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?"
    near = []
    for term, count in db.execute(sql, (stem[:2], stem[:2] + LAST)):
        distance = _distance(stem, term, most)
        if distance <= most:
            near.append((distance, -count, term))
    return [term for _, _, term in sorted(near)[:NEAREST]]


def _distance(stem: str, term: str, most: int) -> int:
    """In letters, up to one more than `most`; 1 where only the ending differs: a slip in what the
    stemmer would have taken off."""
    if len(term) > 4 and stem.startswith(term):
        return 1
    return OSA.distance(stem, term, score_cutoff=most)
