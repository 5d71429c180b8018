"""`footnote watch`, and the watching of a running server."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.progress import Progress

from index.records import Article
from qa.settings import Settings, SettingsError
from ui import intake, saved_cli
from ui.watch import Watch, seconds

if TYPE_CHECKING:
    from index.index import Index
    from index.plan import IngestReport

LOG = logging.getLogger("footnote")


def lines(place: str, report: "IngestReport") -> Iterator[str]:
    """What was taken from a place, and what is wrong with it."""
    names = ("added", "replaced", "unchanged", "failed")
    values = [(name, getattr(report, name)) for name in names]
    counts = [(name, value if isinstance(value, int) else len(value)) for name, value in values]
    yield f"{place}: " + ", ".join(f"{count:,} {name}" for name, count in counts if count)
    yield from report.warnings
    yield from report.failed


def follow(settings: Settings, places: list[str], options: dict[str, Any]) -> None:
    """Watches until interrupted. Articles go to the server where one runs, else the index is opened
    for each batch."""
    told = options | {"missing_from": [], "delete_missing": False, "dry_run": False}
    told |= {"yes": False, "ray": None, "json": True}

    def take(articles: Iterable[Article | Exception]) -> "IngestReport":
        with Progress(disable=True) as progress:
            report = intake.ingested(settings, iter(articles), told, progress)
        if report.added or report.replaced:
            saved_cli.catch_up(settings, told["key"])
        return report

    def tell(place: str, report: "IngestReport") -> None:
        for line in lines(place, report):
            print(line, flush=True)

    watch = Watch(places, take, tell, options)
    watch.start()
    print(f"watching {', '.join(places)} (Ctrl-C stops)", flush=True)
    try:
        watch.stop.wait()
    finally:
        watch.end()


@contextmanager
def watching(settings: Settings, index: "Index") -> Iterator[Watch | None]:
    """What the settings name is watched meanwhile; None when they name nothing. Raises
    SettingsError for a bad place."""
    places = [place.strip() for place in settings.watch.split(",") if place.strip()]
    if not places:
        yield None
        return

    def tell(place: str, report: "IngestReport") -> None:
        from ui import serve

        for line in lines(place, report):
            LOG.info(line)
            serve.tell(line)

    options = {"allow_private": settings.allow_private, "collections": []}
    try:
        every = seconds(settings.watch_every)
        watch = Watch(places, index.ingest, tell, options | {"every": every})
    except ValueError as error:
        raise SettingsError(f"FOOTNOTE_WATCH, FOOTNOTE_WATCH_EVERY: {error}") from None
    watch.start()
    try:
        yield watch
    finally:
        watch.end()
