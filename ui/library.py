"""What the articles tab does: list, filter, plot over time, read, add and remove."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from index.articles import ArticleError, load
from index.index import Index
from index.records import Article
from index.store import StoreError
from ui import render, texts
from ui.chat import filters

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

ROWS = 500  # a table longer than this is filtered, not scrolled


class Library:
    """The events of the articles tab over one index."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def sources(self) -> list[str]:
        return sorted({a.source for a in self.index.articles() if a.source})

    def view(self, sources: list[str] | None, after: str, before: str) -> tuple[Any, ...]:
        """The sources to choose from, the timeline and the table, for these filters."""
        chosen = self.index.articles(filters=filters(sources, after, before))
        return gr.Dropdown(choices=list(self.sources())), _timeline(chosen), _table(chosen)

    def read(self, rows: list[list[str]], event: gr.SelectData) -> tuple[str, str | None, Any]:
        """The chosen row's article, its id, and the button that removes it."""
        article = self.index.article(str(event.row_value[-1]))
        if article is None:
            return render.message(texts.GONE), None, gr.Button(visible=False)
        return render.article(article, {}), article.id, gr.Button(visible=True)

    def add(self, paths: list[str] | None, request: gr.Request, progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008
        """Takes each file by itself, so that one bad file does not keep the others out."""
        _may_write(request)
        outcomes = []
        for number, path in enumerate(map(Path, paths or ()), 1):
            progress((number, len(paths or ())), desc=texts.UPLOAD_STEP.format(path.name))
            outcomes.append([path.name, self._take(path)])
        return gr.Dataframe(value=outcomes, visible=bool(outcomes))

    def _take(self, path: Path) -> str:
        wrong: list[ArticleError] = []
        try:
            report = self.index.ingest(load(path, path.parent, report=wrong.append))
        except (ArticleError, StoreError) as error:
            return str(error).replace(f"{path.parent}/", "")
        counts = ((name, getattr(report, name)) for name in ("added", "unchanged", "replaced"))
        told = [f"{number} {name}" for name, number in counts if number]
        told += [str(line).replace(f"{path.parent}/", "") for line in (*report.failed, *wrong)][:1]
        return "; ".join(told) or texts.UPLOAD_NOTHING

    def remove(self, article_id: str | None, request: gr.Request) -> tuple[Any, ...]:
        _may_write(request)
        article = self.index.article(article_id) if article_id else None
        if article:
            self.index.remove([article.id])
            gr.Info(texts.REMOVED.format(render.attribute(article.title)), duration=4)
        return render.message(texts.CHOOSE), None


def _may_write(request: gr.Request) -> None:
    """The page is no way around the keys: what the gate wrote about this one decides; without keys everybody may."""
    if not getattr(request.request.state, "write", True):  # type: ignore[union-attr]
        raise gr.Error(texts.READ_ONLY, print_exception=False)


def _table(articles: list[Article]) -> list[list[str]]:
    return [[a.title, a.source, a.published or texts.NO_DATE, a.id] for a in articles[:ROWS]]


def _timeline(articles: list[Article]) -> Any:
    import pandas as pd  # type: ignore[import-untyped]

    days = [a.published for a in articles if a.published]
    size = 7 if len({day[:7] for day in days}) > 3 else 10  # by month, or by day when they are few
    counts = Counter(day[:size] for day in days)
    return pd.DataFrame(
        {texts.WHEN: sorted(counts), texts.TIMELINE_COUNT: [counts[m] for m in sorted(counts)]},
    )


def overview(pipeline: "Pipeline") -> str:
    """The head of the page: how much is in the index and who writes."""
    number = pipeline.index.count()
    count = texts.ARTICLE_COUNT.get(number, texts.ARTICLES_COUNT.format(number))
    line = texts.WRITER_LLM if pipeline.writer == "llm" else texts.WRITER_QUOTE
    line = render.attribute(line.format(count=count, model=pipeline.model))
    return f'<div class="fn-top"><h1>{texts.NAME}</h1><p>{texts.TAGLINE}</p><p class="fn-line">{line}</p></div>'
