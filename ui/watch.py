"""Watches folders and feeds, and has taken what is new in them within seconds."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from index.articles import ArticleError
from index.fetch import FetchError, fetch, is_address
from index.records import Article
from ui import intake

if TYPE_CHECKING:
    from index.plan import IngestReport

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
LEAST = 5.0  # seconds between two looks at a feed
ENDING = 2.0  # seconds that a thread is given to end
WAKING = 1_000  # milliseconds after which a watcher of folders sees that it is to stop

Take = Callable[[Iterable[Article | Exception]], "IngestReport"]
Tell = Callable[[str, "IngestReport"], None]


def seconds(text: str) -> float:
    """Those of `90s`, `10m`, `2h` or `1d`; raises ValueError for anything else."""
    parts = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if not parts or (every := int(parts[1]) * UNITS[parts[2]]) < LEAST:
        raise ValueError(f"{text!r} is no time of at least {LEAST:g} s; write it like 10m")
    return float(every)


def check(places: Sequence[str]) -> None:
    """Raises ValueError for what is neither a folder nor an address."""
    for place in places:
        if not is_address(place) and not Path(place).is_dir():
            raise ValueError(f"{place}: no folder and no http address; name one of these")


class Watch:
    """Looks until `stop` is set. `looked` is when it last saw how things stand, in UTC; None before
    it has."""

    def __init__(
        self, places: Sequence[str], take: Take, tell: Tell, options: dict[str, Any]
    ) -> None:
        """`take` puts articles into the index; `tell` is given a place and what was taken from it,
        when that is anything. `options` are `every` (seconds between two looks at a feed),
        `collections` and `allow_private`."""
        check(places)
        self.feeds = [place for place in places if is_address(place)]
        self.folders = [Path(place).absolute() for place in places if not is_address(place)]
        self.take, self.tell, self.options = (
            take,
            tell,
            {"columns": {}, "follow_links": False, **options},
        )
        self.looked: datetime | None = None
        self.stop = Event()
        self._taking = Lock()  # one place at a time, and none once it is to stop
        self._threads: list[Thread] = []

    def start(self) -> None:
        jobs: list[tuple[Callable[..., None], tuple[str, ...]]]
        jobs = [(self._poll, (feed,)) for feed in self.feeds]
        jobs += [(self._follow, ())] if self.folders else []
        self._threads = [Thread(target=job, args=args, daemon=True) for job, args in jobs]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Returns when nothing more is taken; a feed that is slow to answer is not waited for."""
        self.stop.set()
        with self._taking:
            pass
        for thread in self._threads:
            thread.join(ENDING)

    def _poll(self, feed: str) -> None:
        """One feed, for which its server is asked only for what is new."""
        known: dict[str, str] = {}
        while not self.stop.is_set():
            try:
                allow = self.options["allow_private"]
                page = fetch(feed, allow_private=allow, known=known)
            except FetchError as error:
                self._took(feed, [ArticleError(feed, str(error))])
            else:
                if page and self._took(feed, intake.fetched(page, feed, self.options)):
                    known = page.headers
            self.looked = datetime.now(UTC)
            self.stop.wait(self.options["every"])

    def _follow(self) -> None:
        try:
            self._folders()
        except (OSError, RuntimeError) as error:
            wrong = ArticleError("watch", f"folders cannot be watched: {error}; look at its limits")
            self._took("watch", [wrong])

    def _folders(self) -> None:
        """All of them. What is there is taken once they are watched, so that nothing falls
        between."""
        import watchfiles

        watching = watchfiles.watch(
            *self.folders,
            watch_filter=None,
            stop_event=self.stop,
            rust_timeout=WAKING,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        whole = True
        for changes in watching:
            for folder in self.folders:
                changed = [Path(name) for _, name in changes if Path(name).is_relative_to(folder)]
                if whole or changed:
                    self._look(folder, None if whole else changed)
            whole = False
            self.looked = datetime.now(UTC)

    def _look(self, folder: Path, changed: Sequence[Path] | None) -> None:
        """Takes the files of a folder, all or those that changed; what is gone stays in the
        index."""
        wrong: list[Exception] = []
        files = intake.sources([str(folder)], wrong, [])
        wanted = None if changed is None else {path for path in changed if path.is_file()}
        if wanted != set():
            chosen = [one for one in files if wanted is None or one[0] in wanted]
            self._took(str(folder), [*intake.read(chosen, self.options), *wrong])

    def _took(self, place: str, articles: Iterable[Article | Exception]) -> bool:
        """Whether they went in; whatever the index raises is told and stops no watching."""
        from index.plan import IngestReport

        with self._taking:
            if self.stop.is_set():
                return False
            try:
                report = self.take(articles)
            except (ValueError, RuntimeError, OSError) as error:
                report = IngestReport(failed=[f"{place}: {error}"])
            if report.added or report.replaced or report.failed or report.warnings:
                self.tell(place, report)
        return not report.failed
