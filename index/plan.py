"""Tells what an ingest is to do: which articles are new, changed or gone, those to be written cut
into passages."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from index.articles import among
from index.conditions import condition
from index.encoding import is_english
from index.passages import OVERLAP, WORDS, group
from index.records import Article, Filters, Passage
from index.schema import COLLECTED, look_of
from index.sentences import split
from index.store import Store

BATCH = 512  # passages embedded together, sorted by length, and written in one transaction


@dataclass(slots=True)
class IngestReport:
    """What an ingest did, in articles; `failed` and `warnings` are lines that name the article and
    the reason, `same` and `near` are pairs of ids: a text that another name already has, and
    articles that share most of their words. `missing` are the ids of articles that came from the
    same place before and are not there now, whether they were removed or not."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    removed: int = 0
    passages: int = 0
    failed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def settle(self, missing: list[str], most: int | None) -> list[str]:
        """Notes the missing articles, in order, and returns those to remove: none, with a warning
        that says why, when some articles could not be read, for what cannot be read is not gone, or
        when more than `most` are missing (None: any number)."""
        self.missing = missing
        reason = ""
        if self.failed:
            reason = f"{len(self.failed):,} failed; mend them or leave them out"
        elif most is not None and len(missing) > most:
            remedy = "look at their names and say --yes to remove them"
            reason = f"{len(missing):,} articles are missing; {remedy}"
        if not reason or not missing:
            return missing
        self.warnings.append(f"nothing is removed, because {reason}")
        return []


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with its passages, the texts to embed for them, and those texts' digests."""

    article: Article
    passages: list[Passage]
    texts: list[str]
    digests: list[str]


Batch = tuple[
    int, list[Prepared]
]  # how many articles have been read until then, and the new and changed ones


class Plan:
    """Compares articles with a store and counts them in `report`; nothing is written."""

    def __init__(self, store: Store, held: Filters = Filters()) -> None:
        """Of the articles that are there the report names only those that pass `held`."""
        self.store, self.report, self.held = store, IngestReport(), held
        self._seen: dict[str, str] = {}  # hashes by id
        self._looks: dict[str, str] = {}  # ids of new articles by what they look like
        self.moved: dict[
            str, str | None
        ] = {}  # origins by id, of unchanged articles that now come from elsewhere

    def batches(self, articles: Iterable[Article | Exception]) -> Iterator[Batch]:
        """See `distinct` for what the articles may be."""
        batch: list[Prepared] = []
        done = size = 0
        given = distinct(articles, self._seen, self.report)
        for done, article in enumerate(map(self._settled, given), 1):
            if self._changed(article):
                batch.append(prepare(article))
                size += len(batch[-1].passages)
            if size >= BATCH:
                yield done, batch
                batch, size = [], 0
        yield done, batch

    def _settled(self, article: Article) -> Article:
        """The article as it is to be stored: one that does not say its collections keeps those it
        had."""
        if article.collections is not None:
            return article
        sql = f"SELECT {COLLECTED} FROM articles WHERE id = ?"
        with self.store.read() as db:
            known = db.execute(sql, (article.id,)).fetchone()
        return among(article, json.loads(known[0]) if known else ())

    def _changed(self, article: Article) -> bool:
        with self.store.read() as db:
            known = db.execute(
                "SELECT hash, origin FROM articles WHERE id = ?", (article.id,)
            ).fetchone()
        if known and known[0] == article.hash:
            self.report.unchanged += 1
            if known[1] != article.origin:
                self.moved[article.id] = article.origin
            return False
        if not is_english(article.text):
            doubt = "does not read as English; it is taken, but answers from it may be poor"
            self.report.warnings.append(f"{article.id}: {doubt}")
        if not known and (other := self._twin(article.id)):
            doubt = f"differs from {other} only in how it is written"
            remedy = "two articles now, remove one of them"
            self.report.warnings.append(f"{article.id}: {doubt}; {remedy}")
        self.report.replaced += bool(known)
        self.report.added += not known
        return True

    def _twin(self, id: str) -> str | None:
        """Another article's id that looks like this one."""
        look = look_of(id)
        where, values = condition(self.held)
        sql = (
            "SELECT id FROM (SELECT id, number AS article, look FROM articles)"
            f" WHERE look = :look AND id != :id AND {where} LIMIT 1"
        )
        with self.store.read() as db:
            row = db.execute(sql, {**values, "look": look, "id": id}).fetchone()
        other: str = row[0] if row else self._looks.setdefault(look, id)
        return None if other == id else other

    def missing(self, origins: Collection[str]) -> list[str]:
        """The ids, in order, of articles that came from these places before and were not among
        those read now; only of those that nobody beyond `held` would miss."""
        sql = (
            f"SELECT id, {COLLECTED} FROM articles"
            " WHERE origin IN (SELECT value FROM json_each(?)) ORDER BY id"
        )
        with self.store.read() as db:
            rows = db.execute(sql, (json.dumps(list(origins)),)).fetchall()
        gone = [(id, json.loads(names)) for id, names in rows if id not in self._seen]
        return [id for id, names in gone if self.held.owns(names)]


def distinct(
    articles: Iterable[Article | Exception], seen: dict[str, str], report: IngestReport
) -> Iterator[Article]:
    """Each article once, its hash noted in `seen` by its id. An exception among them is one that
    could not be loaded, or a warning; it goes to the report, as a second article of a name does."""
    for article in articles:
        if isinstance(article, Warning):
            report.warnings.append(str(article))
        elif isinstance(article, Exception):
            report.failed.append(str(article))
        elif article.id not in seen:
            seen[article.id] = article.hash
            yield article
        elif seen[article.id] == article.hash:
            report.unchanged += 1
        else:
            reason = "a second article of this name; the first one is kept, rename the other"
            report.failed.append(f"{article.id}: {reason}")


def prepare(article: Article) -> Prepared:
    passages = group(article, split(article.text), WORDS, OVERLAP)
    texts = [f"{article.title}\n{passage.text}" for passage in passages]
    digests = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
    return Prepared(article, passages, texts, digests)
