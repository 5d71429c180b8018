"""What the articles tab does: list, filter, plot over time, read, add and remove."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.exceptions import HTTPException

from index.records import Filters
from qa.endpoint.reach import check_owned, sees
from qa.endpoint.service import Service
from ui import texts
from ui.chat import filters, refused
from ui.guard import bounds, upload
from ui.intake import SEEDS
from ui.render import Render, attribute, html
from ui.texts import Texts
from ui.uploads import Outcome, Uploads
from ui.watch import Watch

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

ROWS = 500  # a table longer than this is filtered, not scrolled


class Library:
    """The events of the articles tab over the pipeline's index."""

    def __init__(self, service: Service, watch: Watch | None = None) -> None:
        """`watch` brings articles by itself; the head of the page says when it last looked."""
        self.watch = watch
        self.writes, self.pipeline, self.index = (
            service.writes,
            service.pipeline,
            service.pipeline.index,
        )

    def state(self, request: gr.Request) -> tuple[str, Any, Any]:
        """The head of the page, and the sources and collections to choose from."""
        say = texts.of(request)
        head = overview(self.pipeline, say, bounds(request), self.watch)
        return head, *self.choices(request)

    def choices(self, request: gr.Request) -> tuple[Any, Any]:
        """The sources and the collections to choose from."""
        held = bounds(request)
        sources, collections = self.index.sources(held), list(self.index.collections(held))
        return gr.Dropdown(choices=sources), gr.Dropdown(choices=collections)

    def view(self, request: gr.Request, *limits: Any) -> tuple[Any, ...]:
        """What there is to choose from, the timeline, the table and the button for the seeds, for these filters."""
        say = texts.of(request)
        chosen = filters(request, *limits)
        articles = self.index.articles(ROWS, filters=chosen)
        rows = [[a.title, a.source, a.published or say.no_date, a.id] for a in articles]
        table = gr.Dataframe(value=rows, headers=say.columns.split())
        seeds = self.index.collections(bounds(request)).get(SEEDS, 0)
        button = gr.Button(say.remove_seeds.format(seeds), visible=bool(seeds))
        return *self.choices(request), _timeline(self.index.days(chosen), say), table, button

    def read(self, request: gr.Request, event: gr.SelectData) -> tuple[str, str | None, Any]:
        """The chosen row's article, its id, and the button that removes it."""
        show = Render(texts.of(request))
        article = self.index.article(str(event.row_value[-1]))
        if article is None or not sees(bounds(request), article):
            return show.message(show.say.gone), None, gr.Button(visible=False)
        return show.article(article, {}), article.id, gr.Button(visible=True)

    async def add(
        self,
        request: gr.Request,
        paths: list[str] | None,
        keep: bool,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> tuple[Any, ...]:
        """Takes each file by itself, so that one bad file does not keep the others out. What came of them, the tables whose
        columns are unknown, and the choices to name these."""
        _may_write(request)
        return await self._take(request, list(map(upload, paths or ())), keep, {}, progress)

    async def add_tables(  # one for each column  # noqa: PLR0913, PLR0917
        self,
        request: gr.Request,
        tables: list[str] | None,
        keep: bool,
        text: str | None,
        title: str | None,
        published: str | None,
        source: str | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> tuple[Any, ...]:
        """Takes the tables whose columns were unknown, by these."""
        _may_write(request)
        chosen = {"text": text, "title": title, "published": published, "source": source}
        columns = {field: column for field, column in chosen.items() if column}
        return await self._take(request, list(map(upload, tables or ())), keep, columns, progress)

    async def _take(
        self,
        request: gr.Request,
        paths: list[Path],
        keep: bool,
        columns: dict[str, str],
        progress: gr.Progress,
    ) -> tuple[Any, ...]:
        say = texts.of(request)
        uploads = Uploads(self.index, say, request, keep=keep)
        rows: list[list[str]] = []
        tables: list[str] = []
        names: tuple[str, ...] = ()
        for number, path in enumerate(paths, 1):
            progress((number, len(paths)), desc=say.upload_step.format(path.name))
            try:
                outcome = await self.writes.run(uploads.take, path, columns)
            except HTTPException as error:
                outcome = Outcome(getattr(say, refused(error)))
            rows.append([path.name, outcome.text])
            if outcome.columns and outcome.columns == (names or outcome.columns):
                names = outcome.columns
                tables.append(str(path))
        frame = gr.Dataframe(
            value=rows, headers=say.upload_columns.split(), label=say.uploaded, visible=bool(rows)
        )
        choices = [gr.Dropdown(choices=list(names), value=None) for _ in range(4)]
        return frame, tables, gr.Row(visible=bool(tables)), *choices

    async def remove(self, request: gr.Request, article_id: str | None) -> tuple[Any, ...]:
        _may_write(request)
        show = Render(texts.of(request))
        title = None
        if article_id:
            try:
                title = await self.writes.run(self._remove, article_id, bounds(request))
            except HTTPException as error:
                raise gr.Error(_told(show.say, error), print_exception=False) from None
        if title is not None:
            gr.Info(show.say.removed.format(attribute(title)), duration=4)
        return show.message(show.say.choose), None

    async def remove_seeds(self, request: gr.Request) -> None:
        """Takes away the articles that came with the product."""
        _may_write(request)
        say = texts.of(request)
        if SEEDS not in self.index.collections(bounds(request)):
            return
        try:
            removed, _ = await self.writes.run(self.index.remove_collection, SEEDS)
        except HTTPException as error:
            raise gr.Error(getattr(say, refused(error)), print_exception=False) from None
        gr.Info(say.removed.format(say.articles.format(len(removed))), duration=4)

    def _remove(self, article_id: str, held: Filters) -> str | None:
        """The title of the article that was removed, None when there was none; reads and writes SQLite. Raises 403
        for one that is in collections beyond those of the visitor's key."""
        article = self.index.article(article_id)
        if article is None:
            return None
        check_owned(held, article)
        self.index.remove([article.id])
        return article.title


def _told(say: Texts, error: HTTPException) -> str:
    """The refusal in the reader's language, or in its own words where it has no other."""
    detail: Any = error.detail
    if error.status_code == 403:
        return str(detail["message"])
    return str(getattr(say, refused(error)))


def _may_write(request: gr.Request) -> None:
    """The page is no way around the keys: what the gate wrote about this one decides; without keys everybody may."""
    if not getattr(request.request.state, "write", True):  # type: ignore[union-attr]
        raise gr.Error(texts.of(request).read_only, print_exception=False)


def _timeline(days: dict[str, int], say: Texts) -> Any:
    import pandas as pd  # type: ignore[import-untyped]

    size = 7 if len({day[:7] for day in days}) > 3 else 10  # by month, or by day when they are few
    counts = Counter[str]()
    for day, count in days.items():
        counts[day[:size]] += count
    table = pd.DataFrame(
        {"published": sorted(counts), "articles": [counts[m] for m in sorted(counts)]}
    )
    return gr.BarPlot(value=table, x_title=say.published, y_title=say.count)


def overview(
    pipeline: "Pipeline", say: Texts, held: Filters = Filters(), watch: Watch | None = None
) -> str:
    """The head of the page: how much is in the index, how much of it came with the product, who writes, and when folders
    and feeds were last looked at."""
    number = pipeline.index.count(held)
    count = say.article if number == 1 else say.articles.format(number)
    if seeds := pipeline.index.collections(held).get(SEEDS, 0):
        count += say.seeds.format(seeds)
    pattern = say.writing if pipeline.writer == "llm" else say.quoting
    return str(
        html(
            '<div class="fn-top" lang="{}"><h1>{}</h1><p>{}</p><p class="fn-line">{}</p></div>',
            say.language,
            texts.NAME,
            say.tagline,
            attribute(pattern.format(count=count, model=pipeline.model) + looked(watch, say)),
        )
    )


def looked(watch: Watch | None, say: Texts) -> str:
    """When what is watched was last looked at, in the server's own time; nothing where nothing is."""
    if watch is None or watch.looked is None:
        return ""
    return say.looked.format(f"{watch.looked.astimezone():%H:%M}")
