"""What the list of articles does: list, find by title, limit to a time, add and remove."""

from calendar import monthrange
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException

from index.records import Filters
from qa.endpoint.reach import check_owned, sees
from qa.endpoint.service import Service
from ui import intake, texts
from ui.catalogue import Catalogue, Listed
from ui.filters import filters
from ui.guard import bounds, upload
from ui.html import attribute
from ui.intake import SEEDS
from ui.overview import SAMPLE, overview
from ui.texts import Texts
from ui.turns import refused
from ui.uploads import COLUMNS, Outcome, Uploads
from ui.watch import Watch

ROWS = 200  # a longer list is searched, not scrolled
FIRST_DAY = {
    4: "-01-01",
    7: "-01",
    10: "",
}  # what makes a year, a month, a day a date, by its letters


class Library:
    """The events of the list over the pipeline's index."""

    def __init__(self, service: Service, watch: Watch | None = None) -> None:
        """`watch` brings articles by itself; the head of the page says when it last looked."""
        self.watch = watch
        self.writes = service.writes
        self.pipeline = service.pipeline
        self.index = service.pipeline.index

    def state(
        self,
        request: gr.Request,
        sources: list[str] | None = None,
        collections: list[str] | None = None,
    ) -> tuple[str, Any, Any]:
        """The head of the page, and the sources and collections to choose from; of the chosen ones
        those that are left."""
        held = bounds(request)
        head = overview(self.pipeline, texts.of(request), held, self.watch)
        return (
            head,
            _choices(self.index.sources(held), sources),
            _choices(list(self.index.collections(held)), collections),
        )

    def view(self, request: gr.Request, title: str | None, *limits: Any) -> str:
        """The list for these limits, as `filters` takes them, of the articles whose title holds
        these words."""
        chosen = filters(request, *limits)
        days = self.index.days(chosen)
        total = self.index.count(chosen)
        undated = total - sum(days.values())
        seeds = self.index.collections(bounds(request)).get(SEEDS, 0)
        if sought := (title or "").strip():
            found = self.index.titled(sought, ROWS, chosen)
            undated = sum(not one.published for one in found)
            listed = Listed(found, len(found), undated, {}, seeds)
        else:
            found = self.index.articles(ROWS, filters=chosen)
            listed = Listed(found, total, undated, days, seeds)
        return Catalogue(texts.of(request)).listing(listed)

    def period(self, event: gr.EventData) -> tuple[str, str]:
        """First and last day of the day, month or year that was chosen; two empty texts for
        anything else."""
        chosen = str((event._data or {}).get("period") or "")
        try:
            first = date.fromisoformat(chosen + FIRST_DAY.get(len(chosen), "?"))
        except ValueError:
            return "", ""
        last = first
        if len(chosen) == 4:
            last = first.replace(month=12, day=31)
        elif len(chosen) == 7:
            last = first.replace(day=monthrange(first.year, first.month)[1])
        return first.isoformat(), last.isoformat()

    async def add(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[str]:
        """Takes each file by itself, so that one bad file does not keep the others out, and tells
        of each as it goes.

        The event has `files` (`name` and `path` of each), `keep` and, for tables that were not
        understood, `columns`."""
        _may_write(request)
        show, sent = Catalogue(texts.of(request)), event._data or {}
        uploads = Uploads(self.index, show.say, request, keep=bool(sent.get("keep")))
        named: dict[str, Any] = dict(sent.get("columns") or {})
        columns = {field: str(named[field]) for field in COLUMNS if named.get(field)}
        outcomes: list[tuple[str, str]] = []
        tables: list[dict[str, str]] = []
        names: tuple[str, ...] = ()
        for file in list(sent.get("files") or ()):
            name = str(file.get("name"))
            yield show.outcomes(outcomes, name)
            outcome = await self._outcome(uploads, file, columns)
            outcomes.append((name, outcome.text))
            if outcome.columns and outcome.columns == (names or outcome.columns):
                names = outcome.columns
                tables.append({"name": name, "path": str(file["path"])})
        yield show.outcomes(outcomes) + show.columns(names, tables)

    async def _outcome(
        self, uploads: Uploads, file: dict[str, Any], columns: dict[str, str]
    ) -> Outcome:
        if not file.get("path"):
            return Outcome(uploads.say.not_sent)
        path = upload(str(file["path"]))
        try:
            outcome: Outcome = await self.writes.run(
                uploads.take, path, columns, str(file.get("name") or path.name)
            )
        except HTTPException as error:
            return Outcome(str(getattr(uploads.say, refused(error))))
        return outcome

    async def sample(self, request: gr.Request) -> None:
        """Fills an empty index with the sample articles."""
        _may_write(request)
        say, held = texts.of(request), bounds(request)
        if held.within and SEEDS not in held.within:
            raise gr.Error(say.read_only, print_exception=False)
        try:
            await self.writes.run(intake.seed, SAMPLE, self.index)
        except HTTPException as error:
            raise gr.Error(getattr(say, refused(error)), print_exception=False) from None

    async def remove(self, request: gr.Request, event: gr.EventData) -> str:
        """The empty panel, once the article is gone."""
        _may_write(request)
        say, article_id = texts.of(request), str((event._data or {}).get("article"))
        try:
            title = await self.writes.run(self._remove, article_id, bounds(request))
        except HTTPException as error:
            raise gr.Error(_told(say, error), print_exception=False) from None
        if title is not None:
            gr.Info(say.removed.format(attribute(title)), duration=4)
        return ""

    async def remove_seeds(self, request: gr.Request) -> None:
        """Takes away the articles that came with the product."""
        _may_write(request)
        say = texts.of(request)
        try:
            removed = await self.writes.run(self._remove_seeds, bounds(request))
        except HTTPException as error:
            raise gr.Error(getattr(say, refused(error)), print_exception=False) from None
        if removed:
            gr.Info(say.removed.format(say.count(removed)), duration=4)

    def _remove_seeds(self, held: Filters) -> int:
        """How many articles went; reads and writes SQLite."""
        if SEEDS not in self.index.collections(held):
            return 0
        removed, _ = self.index.remove_collection(SEEDS)
        return len(removed)

    def _remove(self, article_id: str, held: Filters) -> str | None:
        """The title of the article that was removed, None when there is none in sight; reads and
        writes SQLite. Raises 403 for one that is in collections beyond those of the visitor's key
        too."""
        article = self.index.article(article_id)
        if article is None or not sees(held, article):
            return None
        check_owned(held, article)
        self.index.remove([article.id])
        return article.title


def _choices(names: list[str], chosen: list[str] | None) -> Any:
    """A dropdown's; Gradio refuses every event as long as one is chosen that is no choice."""
    if chosen is None:
        return gr.Dropdown(choices=names)
    return gr.Dropdown(choices=names, value=[name for name in chosen if name in names])


def _told(say: Texts, error: HTTPException) -> str:
    """The refusal in the reader's language, or in its own words where it has no other."""
    detail: Any = error.detail
    if error.status_code == 403:
        return str(detail["message"])
    return str(getattr(say, refused(error)))


def _may_write(request: gr.Request) -> None:
    """The page is no way around the keys: what the gate wrote about this one decides; without keys
    everybody may."""
    if not getattr(request.request.state, "write", True):  # type: ignore[union-attr]
        raise gr.Error(texts.of(request).read_only, print_exception=False)
