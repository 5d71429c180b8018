"""`footnote ingest`: files to articles to the index, or to the server that holds it, with progress."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from index.records import Article
from qa.settings import Settings
from ui.remote import Remote

COUNTS = ("added", "unchanged", "replaced", "removed", "failed")


class Files:
    """The articles of some paths, one file after the other; what cannot be read is handed on as the exception it is."""

    def __init__(self, paths: Sequence[str], columns: dict[str, str], progress: Progress) -> None:
        from index.articles import walk

        self.failed: list[Exception] = []
        self.files = list(walk(paths, report=self.failed.append))
        self.columns, self.progress, self.taken = columns, progress, 0
        self.task = progress.add_task("Ingesting", total=len(self.files), rate="")

    def __iter__(self) -> Iterator[Article | Exception]:
        from index.articles import load

        yield from self.failed
        for path, root in self.files:
            wrong: list[Exception] = []
            for article in load(path, root, columns=self.columns, report=wrong.append):
                self.taken += 1
                yield article
            yield from wrong
            elapsed = self.progress.tasks[self.task].elapsed or 0
            rate = f"{self.taken / elapsed:.0f} articles/s" if elapsed > 0.2 else ""
            self.progress.update(self.task, advance=1, rate=rate)


def run(settings: Settings, paths: Sequence[str], options: dict[str, Any]) -> dict[str, Any]:
    """The counts; `failed` is a list of lines. Raises what the index raises when nobody else can take the articles."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=options["json"],
    )
    with bar as progress:
        articles = Files(paths, options["columns"], progress)
        if (server := Remote.find(settings.data, options["key"])) is not None:
            if options["dry_run"]:
                raise ValueError(f"--dry-run: {server.url} holds {settings.data}; stop it first")
            return server.ingest(iter(articles), options["delete_missing"])
        from index.embedder import load_embedder
        from index.index import Index

        with Index.open(settings.data, load_embedder()) as index:
            report = index.ingest(articles, delete_missing=options["delete_missing"], dry_run=options["dry_run"])
            return asdict(report)


def show(report: dict[str, Any], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    table = Table("would be" if dry_run else "articles", "number")
    for name in COUNTS:
        number = report[name] if isinstance(report[name], int) else len(report[name])
        table.add_row(name, f"{number:,}")
    Console().print(table)
    for line in report["failed"]:
        Console(stderr=True).print(f"footnote: {line}", markup=False, highlight=False, soft_wrap=True)


def code(report: dict[str, Any]) -> int:
    """0, 1 when some articles failed, 2 when none was taken."""
    taken = sum(report[name] for name in ("added", "unchanged", "replaced", "removed"))
    return (1 if taken else 2) if report["failed"] else 0


def seed(folder: Path, index: Any) -> None:
    """Fills an empty index from a folder; one that has articles is left alone."""
    from index.articles import load, walk

    if not index.count():
        index.ingest(article for path, root in walk([folder]) for article in load(path, root))
