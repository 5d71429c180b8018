"""What the list of articles does: list, find by title, limit to a time, add and remove."""

from calendar import monthrange
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.exceptions import HTTPException

from index.articles import ArticleError, load
from index.store import StoreError
from qa.endpoint.service import Service
from ui import intake, texts
from ui.catalogue import Catalogue, Listed
from ui.chat import filters, refused
from ui.guard import upload
from ui.render import attribute, html
from ui.texts import ENGLISH, Texts

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

ROWS = 200  # a longer list is searched, not scrolled
SAMPLE = Path(__file__).parents[1] / "seeds"
PLACES = 3  # that the head of the page names; of more it says how many
FIRST_DAY = {
    4: "-01-01",
    7: "-01",
    10: "",
}  # what makes a year, a month, a day a date, by its letters


class Library:
    """The events of the list over the pipeline's index."""

    def __init__(self, service: Service) -> None:
        self.writes = service.writes
        self.pipeline = service.pipeline
        self.index = service.pipeline.index

    def state(self, request: gr.Request) -> tuple[str, Any]:
        """The head of the page and the sources to choose from."""
        head = overview(self.pipeline, texts.of(request))
        return head, gr.Dropdown(choices=list(self.index.sources()))

    def view(self, request: gr.Request, title: str | None, *limits: Any) -> str:
        """The list for these limits, as `filters` takes them, of the articles whose title holds these words."""
        say = texts.of(request)
        chosen = filters(say, *limits)
        days = self.index.days(chosen)
        total = self.index.count(chosen)
        undated = total - sum(days.values())
        if sought := (title or "").strip():
            found = self.index.titled(sought, ROWS, chosen)
            listed = Listed(found, len(found), sum(not one.published for one in found), {})
        else:
            listed = Listed(self.index.articles(ROWS, filters=chosen), total, undated, days)
        return Catalogue(say).listing(listed)

    def period(self, event: gr.EventData) -> tuple[str, str]:
        """First and last day of the day, month or year that was chosen; two empty texts for anything else."""
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
        """Takes each file by itself, so that one bad file does not keep the others out, and tells of each as it goes."""
        _may_write(request)
        say = texts.of(request)
        show = Catalogue(say)
        files: list[dict[str, Any]] = list((event._data or {}).get("files") or ())
        outcomes: list[tuple[str, str]] = []
        for file in files:
            name = str(file.get("name"))
            yield show.outcomes(outcomes, name)
            outcomes.append((name, await self._outcome(file, say)))
        yield show.outcomes(outcomes)

    async def _outcome(self, file: dict[str, Any], say: Texts) -> str:
        if not file.get("path"):
            return say.not_sent
        path = upload(str(file["path"]))
        try:
            return str(await self.writes.run(self._take, path, say))
        except HTTPException as error:
            return str(getattr(say, refused(error)))

    def _take(self, path: Path, say: Texts) -> str:
        wrong: list[ArticleError] = []
        try:
            report = self.index.ingest(
                load(path, None, report=wrong.append)
            )  # two people may have a file of the same name
        except (ArticleError, StoreError) as error:
            return str(error).replace(f"{path.parent}/", "")
        counts = (
            (getattr(say, name), getattr(report, name))
            for name in ("added", "unchanged", "replaced")
        )
        told = [words.format(number) for words, number in counts if number]
        told += [str(line).replace(f"{path.parent}/", "") for line in (*report.failed, *wrong)][:1]
        return "; ".join(told) or say.nothing

    async def sample(self, request: gr.Request) -> None:
        """Fills an empty index with the sample articles."""
        _may_write(request)
        try:
            await self.writes.run(intake.seed, SAMPLE, self.index)
        except HTTPException as error:
            say = texts.of(request)
            raise gr.Error(getattr(say, refused(error)), print_exception=False) from None

    async def remove(self, request: gr.Request, event: gr.EventData) -> str:
        """The empty panel, once the article is gone."""
        _may_write(request)
        say = texts.of(request)
        article = self.index.article(str((event._data or {}).get("article")))
        if article:
            try:
                await self.writes.run(self.index.remove, [article.id])
            except HTTPException as error:
                raise gr.Error(getattr(say, refused(error)), print_exception=False) from None
            gr.Info(say.removed.format(attribute(article.title)), duration=4)
        return ""


def _may_write(request: gr.Request) -> None:
    """The page is no way around the keys: what the gate wrote about this one decides; without keys everybody may."""
    if not getattr(request.request.state, "write", True):  # type: ignore[union-attr]
        raise gr.Error(texts.of(request).read_only, print_exception=False)


def whose(index: Any, say: Texts) -> str:
    """Where the articles came from, in a few words: the sample, a folder's name, added here."""
    names = dict.fromkeys(_place(origin, say) for origin in index.origins())
    if len(names) > PLACES:
        return say.places.format(len(names))
    return ", ".join(names)


def _place(origin: str | None, say: Texts) -> str:
    if origin is None:
        return say.added_here
    return say.sample if Path(origin) == SAMPLE else Path(origin).name


def told(pipeline: "Pipeline", say: Texts = ENGLISH) -> str:
    """How much is in the index, whose it is, and who writes."""
    writer = say.quoting
    if pipeline.writer == "llm":
        writer = say.writing.format(model=pipeline.model)
    count = say.count(pipeline.index.count())
    return " · ".join(part for part in (count, whose(pipeline.index, say), writer) if part)


def overview(pipeline: "Pipeline", say: Texts) -> str:
    """The same for the head of the page."""
    pattern = '<p class="fn-line" lang="{}">{}</p>'
    return str(html(pattern, say.language, attribute(told(pipeline, say))))
