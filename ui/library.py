"""What the articles tab does: list, filter, plot over time, read, add and remove."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.exceptions import HTTPException

from index.articles import ArticleError, load
from index.store import StoreError
from qa.endpoint.service import Service
from ui import texts
from ui.chat import filters, refused
from ui.guard import upload
from ui.render import Render, attribute, html
from ui.texts import Texts

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

ROWS = 500  # a table longer than this is filtered, not scrolled


class Library:
    """The events of the articles tab over the pipeline's index."""

    def __init__(self, service: Service) -> None:
        self.writes, self.pipeline, self.index = (
            service.writes,
            service.pipeline,
            service.pipeline.index,
        )

    def state(self, request: gr.Request) -> tuple[str, Any]:
        """The head of the page and the sources to choose from."""
        return overview(self.pipeline, texts.of(request)), gr.Dropdown(
            choices=list(self.index.sources())
        )

    def view(
        self, request: gr.Request, sources: list[str] | None, after: str, before: str
    ) -> tuple[Any, ...]:
        """The sources to choose from, the timeline and the table, for these filters."""
        say = texts.of(request)
        chosen = filters(say, sources, after, before)
        articles = self.index.articles(ROWS, filters=chosen)
        rows = [[a.title, a.source, a.published or say.no_date, a.id] for a in articles]
        table = gr.Dataframe(value=rows, headers=say.columns.split())
        return (
            gr.Dropdown(choices=list(self.index.sources())),
            _timeline(self.index.days(chosen), say),
            table,
        )

    def read(self, request: gr.Request, event: gr.SelectData) -> tuple[str, str | None, Any]:
        """The chosen row's article, its id, and the button that removes it."""
        show = Render(texts.of(request))
        article = self.index.article(str(event.row_value[-1]))
        if article is None:
            return show.message(show.say.gone), None, gr.Button(visible=False)
        return show.article(article, {}), article.id, gr.Button(visible=True)

    async def add(
        self,
        request: gr.Request,
        paths: list[str] | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Any:
        """Takes each file by itself, so that one bad file does not keep the others out."""
        _may_write(request)
        outcomes, say = [], texts.of(request)
        for number, path in enumerate(map(upload, paths or ()), 1):
            progress((number, len(paths or ())), desc=say.upload_step.format(path.name))
            try:
                outcome = await self.writes.run(self._take, path, say)
            except HTTPException as error:
                outcome = getattr(say, refused(error))
            outcomes.append([path.name, outcome])
        return gr.Dataframe(
            value=outcomes,
            headers=say.upload_columns.split(),
            label=say.uploaded,
            visible=bool(outcomes),
        )

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

    async def remove(self, request: gr.Request, article_id: str | None) -> tuple[Any, ...]:
        _may_write(request)
        show = Render(texts.of(request))
        title = None
        if article_id:
            try:
                title = await self.writes.run(self._remove, article_id)
            except HTTPException as error:
                raise gr.Error(getattr(show.say, refused(error)), print_exception=False) from None
        if title is not None:
            gr.Info(show.say.removed.format(attribute(title)), duration=4)
        return show.message(show.say.choose), None

    def _remove(self, article_id: str) -> str | None:
        """The title of the article that was removed, None when there was none; reads and writes SQLite."""
        article = self.index.article(article_id)
        if article is None:
            return None
        self.index.remove([article.id])
        return article.title


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


def overview(pipeline: "Pipeline", say: Texts) -> str:
    """The head of the page: how much is in the index and who writes."""
    number = pipeline.index.count()
    count = say.article if number == 1 else say.articles.format(number)
    pattern = say.writing if pipeline.writer == "llm" else say.quoting
    return str(
        html(
            '<div class="fn-top" lang="{}"><h1>{}</h1><p>{}</p><p class="fn-line">{}</p></div>',
            say.language,
            texts.NAME,
            say.tagline,
            attribute(pattern.format(count=count, model=pipeline.model)),
        )
    )
