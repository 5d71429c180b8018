"""Asks saved questions again, each within what the key it is saved for may see."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from index.index import Index
from index.records import Filters
from qa.endpoint.keys import Keys
from qa.endpoint.reach import sees
from qa.records import Citation, Event
from qa.saved.kept import KeptQuestions
from qa.saved.question import NewSentence, SavedQuestion, now

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

LOG = logging.getLogger("footnote")


class Asking:
    """The saved questions of one data folder over one pipeline. They are asked without the language
    model: what is new is told by the sentences that are cited, and those it does not choose."""

    def __init__(self, pipeline: "Pipeline", kept: KeptQuestions, keys: Keys) -> None:
        self.pipeline, self.kept, self.keys = pipeline, kept, keys

    @property
    def index(self) -> Index:
        return self.pipeline.index

    def save(self, question: SavedQuestion) -> SavedQuestion:
        """Asks it once, so that what is cited now will not be new, and keeps it."""
        generation = self.index.generation
        cited = self._cited(question, self._filters(question) or question.filters)
        asked = replace(question, webhook=None).answered(cited, generation, now())
        saved = replace(asked, webhook=question.webhook, new=(), looked=question.created)
        self.kept.add(saved)
        return saved

    def behind(self) -> list[SavedQuestion]:
        """Those not asked since the index last changed."""
        rows = self.kept.all()
        generation = self.index.generation if rows else 0
        return [row for row in rows if row.generation != generation]

    def again(self, saved: SavedQuestion, stopped: Callable[[], bool] = lambda: False) -> None:
        """Asks it and keeps what is new, or why it could not be asked; nothing once it is
        `stopped`."""
        generation, filters = self.index.generation, self._filters(saved)
        if filters is None:
            gone = f"its key {saved.owner!r} was removed; remove the question too"
            self.kept.change(saved.id, lambda row: replace(row, failure=gone))
            return
        try:
            cited = self._cited(saved, filters, stopped)
        except Exception as error:
            if not stopped():
                LOG.exception("a saved question could not be asked")
                told = f"it could not be asked ({type(error).__name__}); see the log"
                self.kept.change(saved.id, lambda row: replace(row, failure=told))
            return
        if not stopped():
            self.kept.change(saved.id, lambda row: row.answered(cited, generation, now()))

    def look(self, id: str) -> tuple[SavedQuestion, list[NewSentence]] | None:
        """The question, asked again if the index has changed since, and what is new, which then is
        new no more; None when it is not there."""
        for saved in self.behind():
            if saved.id == id:
                self.again(saved)
        row = self.kept.get(id)
        if row is None:
            return None
        shown = self.new(row)
        self.kept.change(id, lambda kept: kept.looked_at(row.new, now()))
        return row, shown

    def new(self, saved: SavedQuestion) -> list[NewSentence]:
        """What is new and may still be seen: an article that was removed, or taken out of the key's
        collections, is not."""
        filters = self._filters(saved)
        if filters is None:
            return []
        articles = ((one, self.index.article(one.citation.article_id)) for one in saved.new)
        return [one for one, article in articles if article and sees(filters, article)]

    def _filters(self, saved: SavedQuestion) -> Filters | None:
        """The question's own within its key's; None when that key is gone."""
        if saved.key is None:
            return saved.filters
        key = next((key for key in self.keys.all() if key.id == saved.key), None)
        return replace(saved.filters, within=key.collections) if key else None

    def _cited(
        self,
        saved: SavedQuestion,
        filters: Filters,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Sequence[Citation]:
        stream = self.pipeline.quoting().stream(saved.question, filters=filters)
        with closing(cast(Any, stream)) as events:
            for event in cast(Iterator[Event], events):
                if event.answer is not None:
                    return event.answer.citations
                if stopped():
                    break
        return ()
