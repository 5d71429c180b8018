"""`footnote ingest`: files to articles to the index, or to the server that holds it, with progress."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from index.records import Article
from qa.settings import Settings
from ui.remote import Remote

COUNTS = ("added", "unchanged", "replaced", "removed", "failed")
FOUND = {"same": "same text as another", "near": "nearly the same as another", "warnings": "with a warning"}


class Files:
    """The articles of some paths, one file after the other, shown in bytes, so that one large table moves the bar too;
    what cannot be read is handed on as the exception it is."""

    def __init__(self, paths: Sequence[str], columns: dict[str, str], progress: Progress) -> None:
        from index.articles import walk

        self.failed: list[Exception] = []
        found = walk(paths, report=self.failed.append)
        self.files = [(path, root, path.stat().st_size if path.exists() else 0) for path, root in found]
        self.columns, self.progress, self.taken = columns, progress, 0
        self.task = progress.add_task("Ingesting", total=sum(size for _, _, size in self.files) or None, rate="")

    def __iter__(self) -> Iterator[Article | Exception]:
        from index.articles import load

        yield from self.failed
        before = 0
        for path, root, size in self.files:
            wrong: list[Exception] = []
            read = 0
            for article in load(path, root, columns=self.columns, report=wrong.append):
                self.taken += 1
                yield article
                read = min(size, read + len(article.text))
                self._tell(before + read)
            yield from wrong
            before += size
            self._tell(before)

    def _tell(self, completed: int) -> None:
        elapsed = self.progress.tasks[self.task].elapsed or 0
        rate = f", {self.taken / elapsed:,.0f} a second" if elapsed > 1 else ""
        self.progress.update(self.task, completed=completed, rate=f"{self.taken:,} articles{rate}")


def run(settings: Settings, paths: Sequence[str], options: dict[str, Any]) -> dict[str, Any]:
    """The counts; `failed` is a list of lines. Raises what the index raises when nobody else can take the articles."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=options["json"]) as progress:
        articles = Files(paths, options["columns"], progress)
        server = None if options["dry_run"] else Remote.find(settings.data, options["key"])
        if server and options["ray"]:
            raise ValueError(f"--ray: {server.url} holds {settings.data}; stop it first")
        if server:
            return asdict(server.ingest(iter(articles), options["delete_missing"]))
        from index.embedder import load_embedder
        from index.index import Index
        from index.upkeep import preview

        embedder, missing = load_embedder(), options["delete_missing"]
        if options["dry_run"]:
            return asdict(preview(settings.data, embedder, articles, delete_missing=missing))

        again = progress.add_task("Indexing again", total=None, visible=False, rate="")

        def tell(done: int, passages: int) -> None:
            progress.update(again, visible=True, completed=done, rate=f"{done:,} articles, {passages:,} passages")

        with Index.open(settings.data, embedder, progress=tell, **settings.chroma()) as index:
            return asdict(index.ingest(articles, delete_missing=missing, ray=options["ray"]))


def show(report: dict[str, Any], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    table = Table("would be" if dry_run else "articles", "number")
    for name in COUNTS:
        number = report[name] if isinstance(report[name], int) else len(report[name])
        table.add_row(name, f"{number:,}")
    for name, label in FOUND.items():
        if report.get(name):
            table.add_row(label, f"{len(report[name]):,}")
    Console().print(table)
    for line in [*report["warnings"], *report["failed"]]:
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
