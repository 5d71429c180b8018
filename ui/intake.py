"""`footnote ingest`: files to articles to the index, or to the server that holds it, with
progress."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from index.records import Article
from qa.settings import Settings
from ui.remote import Remote

if TYPE_CHECKING:
    from index.fetch import Page
    from index.plan import IngestReport

COUNTS = ("added", "unchanged", "replaced", "removed", "failed")
SEEDS = "seeds"  # the collection of the articles that come with the product
HANDFUL = 5  # articles that --delete-missing removes without --yes
UNREAD = "files of its kind are not read"
FOUND = {
    "same": "same text as another",
    "near": "nearly the same as another",
    "warnings": "with a warning",
}


Source = tuple[Path, Path, str | None]  # a file, what its id is relative to, what it came from


def sources(
    paths: Sequence[str], failed: list[Exception], others: list[Path], *, links: bool = False
) -> Iterator[Source]:
    """The files of paths; what is not there goes to `failed`, what is of a kind that is not read to
    `others`. Links that lead out of a folder are followed only with `links`."""
    from index.files import walk

    for given in dict.fromkeys(paths):
        for path, root in walk([given], report=failed.append, others=others, links=links):
            yield path, root, origin(given)


def read(files: Iterable[Source], options: dict[str, Any]) -> Iterator[Article | Exception]:
    """The articles of files, one after the other; what cannot be read is handed on as the exception
    it is."""
    from index.loading import load

    told = {name: options[name] for name in ("columns", "collections")}
    for path, root, place in files:
        wrong: list[Exception] = []
        for article in load(path, root, report=wrong.append, **told):
            yield replace(article, origin=place)
        yield from wrong


def fetched(page: "Page", place: str, options: dict[str, Any]) -> Iterator[Article | Exception]:
    """The articles of a page or feed that was named by this address."""
    from index.loading import from_page

    wrong: list[Exception] = []
    for article in from_page(page, report=wrong.append, collections=options["collections"]):
        yield replace(article, origin=place)
    yield from wrong


def _addressed(places: Sequence[str], options: dict[str, Any]) -> Iterator[Article | Exception]:
    from index.articles import ArticleError
    from index.fetch import FetchError, fetch

    for place in dict.fromkeys(places):
        try:
            page = fetch(place, allow_private=options["allow_private"])
        except FetchError as error:
            yield ArticleError(place, str(error))
        else:
            yield from fetched(page, place, options) if page else ()


def _articles(
    paths: Sequence[str], options: dict[str, Any], progress: Progress, others: list[Path]
) -> Iterator[Article | Exception]:
    """The articles of paths and addresses; how many there are so far is shown."""
    from index.fetch import is_address

    failed: list[Exception] = []
    named = [one for one in paths if not is_address(one)]
    files = list(sources(named, failed, others, links=options["follow_links"]))
    yield from failed
    taken = progress.add_task("Articles", total=None)
    read_ = read(progress.track(files, description="Files"), options)
    for article in chain(_addressed(list(filter(is_address, paths)), options), read_):
        if isinstance(article, Article):
            progress.advance(taken)
        yield article


def origin(given: str) -> str | None:
    """What articles are said to come from: the address, folder, file or pattern that was named,
    whole; None for standard input."""
    from index.fetch import is_address

    if given == "-" or is_address(given):
        return None if given == "-" else given
    return os.path.abspath(given)


def run(settings: Settings, paths: Sequence[str], options: dict[str, Any]) -> dict[str, Any]:
    """The report, and a line for each file of a folder that is of a kind that is not read. Raises
    what the index raises when nobody else can take the articles."""
    text, speed = TextColumn("{task.description}"), TaskProgressColumn(show_speed=True)
    columns = (text, BarColumn(), MofNCompleteColumn(), speed, TimeRemainingColumn())
    others: list[Path] = []
    with Progress(*columns, console=Console(stderr=True), disable=options["json"]) as progress:
        articles = _articles(paths, options, progress, others)
        places = [place for path in paths if options["delete_missing"] and (place := origin(path))]
        report = ingested(settings, articles, options | {"missing_from": places}, progress)
    return asdict(report) | {"left_out": [f"{path}: {UNREAD}" for path in others]}


def ingested(
    settings: Settings,
    articles: Iterator[Article | Exception],
    options: dict[str, Any],
    progress: Progress,
) -> "IngestReport":
    most = None if options["yes"] or options["dry_run"] else HANDFUL
    server = None if options["dry_run"] else Remote.find(settings.data, options["key"])
    if server and options["ray"]:
        raise ValueError(f"--ray: {server.url} holds {settings.data}; stop it first")
    if server:
        return server.ingest(articles, options["missing_from"], most)
    from index.embedder import load_embedder
    from index.index import Index
    from index.upkeep import preview

    embedder, missing = load_embedder(), options["missing_from"]
    if options["dry_run"]:
        return preview(settings.data, embedder, articles, missing_from=missing)
    again = progress.add_task("Indexing again", total=None, visible=False)

    def tell(done: int, passages: int) -> None:
        progress.update(
            again,
            visible=True,
            completed=done,
            description=f"Indexing again, {passages:,} passages",
        )

    with Index.open(settings.data, embedder, progress=tell, **settings.chroma()) as index:
        return index.ingest(articles, missing_from=missing, most=most, ray=options["ray"])


def show(report: dict[str, Any], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    table = Table("would be" if dry_run else "articles", "number")
    for name in COUNTS:
        number = report[name] if isinstance(report[name], int) else len(report[name])
        table.add_row(name, f"{number:,}")
    for name, label in FOUND.items():
        if report[name]:
            table.add_row(label, f"{len(report[name]):,}")
    if report["left_out"]:
        table.add_row("left out", f"{len(report['left_out']):,}")
    Console().print(table)
    for line in report["left_out"]:
        Console().print(f"left out: {line}", markup=False, highlight=False, soft_wrap=True)
    for name in report["missing"]:
        Console().print(f"missing: {name}", markup=False, highlight=False, soft_wrap=True)
    for line in [*report["warnings"], *report["failed"]]:
        Console(stderr=True).print(
            f"footnote: {line}", markup=False, highlight=False, soft_wrap=True
        )


def code(report: dict[str, Any]) -> int:
    """0, 1 when some articles failed, 2 when none was taken."""
    taken = sum(report[name] for name in ("added", "unchanged", "replaced", "removed"))
    return (1 if taken else 2) if report["failed"] else 0


def seed(folder: Path, index: Any) -> None:
    """Fills an empty index from a folder, into a collection of its own; one that has articles is
    left alone."""
    from index.files import walk
    from index.loading import load

    if not index.has_articles():
        wrong: list[Exception] = []
        files = walk([folder], report=wrong.append)
        place = origin(str(folder))
        index.ingest(
            replace(article, origin=place)
            for path, root in files
            for article in load(path, root, report=wrong.append, collections=[SEEDS])
        )
        for error in wrong:
            print(f"footnote: {error}", file=sys.stderr)
