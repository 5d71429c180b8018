"""Loads articles: the rows of files and fetched pages, each made an article or told of."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.articles import (
    ArticleError,
    ArticleWarning,
    Report,
    collection_names,
    drop_odd_fields,
    make_article,
    tell,
)
from index.files import STDIN
from index.records import Article
from index.tables import Fields, Row
from index.zips import LeftOut

if TYPE_CHECKING:
    from index.fetch import Page


def load(
    path: Path,
    root: Path | None,
    *,
    columns: Mapping[str, str] | None = None,
    report: Report | None = None,
    collections: Sequence[str] = (),
) -> Iterator[Article]:
    """The articles of one file (`-` is standard input); ids come from the path relative to `root`,
    without one from the text.

    `columns` says which column of a table holds a field (`{"text": "story"}`). The articles go into
    these `collections` beside those that they name themselves. Without `report` the first thing
    wrong is raised as ArticleError; with it each is handed over and the rest goes on. A field that
    cannot be read stays unknown, which one ArticleWarning says of them all.
    """
    from index.formats import read

    rows = read(path, columns or {})
    name = _name(path, root)
    yield from from_rows(rows, str(path), name, report=report, collections=collections)


def _name(path: Path, root: Path | None) -> str | None:
    """The path relative to `root`, with what is no UTF-8 replaced; None without one."""
    if not root or str(path) == STDIN:
        return None
    relative = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    return os.fsencode(relative.as_posix()).decode("utf-8", "replace")


def from_page(
    page: "Page", *, report: Report | None = None, collections: Sequence[str] = ()
) -> Iterator[Article]:
    """The articles of what was fetched. A page is known by where it was found, whatever it says
    that its address is, unless that is of the same host."""
    from index.formats import rows_of

    rows = []
    for number, fields in rows_of(page.content, page.suffix):
        if not isinstance(fields, ValueError):
            _address(page, number, fields)
        rows.append((number, fields))
    yield from from_rows(rows, page.url, None, report=report, collections=collections)


def _address(page: "Page", number: int | str, fields: Fields) -> None:
    """Gives a row the address it was found at, or an id that begins with it."""
    host = urlsplit(page.url).netloc
    url = str(fields.get("url") or "")
    if not number and urlsplit(url).netloc != host:
        fields["url"] = page.url
    elif number and not (fields.get("id") or url):
        fields["id"] = f"{page.url}#{number}"


def from_rows(
    rows: Iterable[Row],
    place: str,
    name: str | None,
    *,
    report: Report | None = None,
    collections: Sequence[str] = (),
) -> Iterator[Article]:
    """The articles of the rows of one file or page; `name` is the id where nothing else gives one.
    See `load`."""
    for number, fields in rows:
        where = f"{place}:{number}" if number else place
        if isinstance(fields, LeftOut):
            if report:
                report(ArticleWarning(where, f"left out: {fields}"))
            continue
        try:
            if isinstance(fields, ValueError):
                raise fields
            _settle(fields, where, report, collections)
            if number and name and not (fields.get("id") or fields.get("url")):
                fields["id"] = f"{name}#{number}"
            article = make_article(**fields, path=name)
        except ValueError as error:
            problem = ArticleError(where, getattr(error, "problem", str(error)))
            problem.columns = getattr(error, "columns", ())
            tell(problem, report)
        else:
            yield article


def _settle(fields: Fields, where: str, report: Report | None, collections: Sequence[str]) -> None:
    """Makes a row's fields those of an article: a byline's name alone, no field that cannot be
    read, the collections that it is to be in."""
    from index.byline import byline

    if line := byline(str(fields.get("author") or "")):
        fields["author"] = line.author
    doubt = fields.pop("doubt", None)
    problems = drop_odd_fields(fields)
    if doubt:
        problems.append(doubt)
    if problems and report:
        report(ArticleWarning(where, "; ".join(problems)))
    if collections:
        own = collection_names(where, fields.get("collections")) or []
        fields["collections"] = [*own, *collections]
