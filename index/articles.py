"""Makes articles of checked fields, and tells what is wrong with them in one line."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from index import fields
from index.records import Article
from index.titles import first_line


class ArticleError(ValueError):
    """Input that cannot become an article: `where: what is wrong; the remedy`, in one line.
    `columns` are those of a table in which no text was recognised."""

    columns: tuple[str, ...] = ()

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem

    def __str__(self) -> str:
        return " ".join(fields.clean(f"{self.where}: {self.problem}").split())


class ArticleWarning(ArticleError, Warning):
    """Something wrong with an article that is taken all the same."""


Report = Callable[[ArticleError], None]


def tell(error: ArticleError, report: Report | None) -> None:
    """Hands the error to `report`; raises it where there is none."""
    if report is None:
        raise error from None
    report(error)


def make_article(  # an article's fields  # noqa: PLR0913
    text: str,
    *,
    title: object = None,
    source: object = None,
    url: object = None,
    author: object = None,
    published: object = None,
    path: str | None = None,
    id: object = None,
    origin: object = None,
    collections: object = None,
) -> Article:
    """An article whose fields are checked; its id is the one given, else its URL, its path, or a
    digest of its text, in Unicode's composed form (NFC). Raises ArticleError.

    NUL, other control characters and lone surrogates are replaced one for one, so offsets into the
    caller's text hold; nothing else of the text changes. The hash leaves out id and path: the same
    article under another name has the same.
    """
    names = [value for value in (id, url, path) if isinstance(value, str) and value]
    where = names[0][: fields.LONGEST_FIELD] if names else "article"
    try:
        text = fields.body(text)
        headline = fields.line("title", title) or first_line(text)
        outlet = fields.line("source", source) or ""
        writer = fields.line("author", author)
        address = fields.url(url)
        day = fields.day(published)
        name = fields.identifier(id) or fields.composed(address or path)
        place = fields.line("origin", origin)
        names_of_collections = fields.collections(collections)
    except ValueError as error:
        raise ArticleError(where, str(error)) from None
    file = fields.clean(path) if path else None
    article = Article(name or "", text, headline, outlet, address, writer, day, file, origin=place)
    if name is None:
        digest = among(article, None).hash
        article = replace(article, id=f"text-{digest[:16]}")
    return among(article, names_of_collections)


def among(article: Article, collections: Iterable[str] | None) -> Article:
    """The same article in these collections, with the hash that it has there."""
    names = None if collections is None else tuple(sorted(set(collections)))
    hashed: list[object] = [
        article.text,
        article.title,
        article.source,
        article.url,
        article.author,
        article.published,
    ]
    if names:
        hashed.append(names)
    digest = hashlib.sha256(json.dumps(hashed, ensure_ascii=False).encode()).hexdigest()
    return replace(article, collections=names, hash=digest)


def without(article: Article, collection: str) -> Article:
    """The same article, no longer in this collection."""
    return among(article, (name for name in article.collections or () if name != collection))


def collection_names(where: str, value: object) -> list[str] | None:
    """The names of a list, or of a text that separates them by commas; None for nothing. Raises
    ArticleError for what is neither, and for too many or too long ones."""
    try:
        return fields.collections(value)
    except ValueError as error:
        raise ArticleError(where, str(error)) from None


def drop_odd_fields(row: dict[str, Any]) -> list[str]:
    """Makes every field of a row unknown that no article can have, but for its text; returns what
    is wrong with each."""
    problems = []
    for name, value in row.items():
        try:
            fields.check(name, value)
        except ValueError as error:
            row[name] = None
            problems.append(str(error))
    return problems
