"""What opens beside the chat: an article at its cited sentence, an answer's sources, what a search
finds."""

from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException

from qa.endpoint.reach import sees
from qa.endpoint.service import Service
from qa.records import Answer, Citation, Evidence
from ui import texts
from ui.filters import filters
from ui.guard import bounds
from ui.panel import Panel
from ui.turns import Turns, refused, turn_of


class Reading:
    """The panel's events over one service. Each yields what the panel shows, and that the reader
    has opened something."""

    def __init__(self, service: Service) -> None:
        self._service, self._index = service, service.pipeline.index

    def read(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None
    ) -> tuple[str, bool]:
        """The article of a citation or passage, with that place marked; the reader has opened
        something."""
        show = Panel(texts.of(request))
        data: dict[str, Any] = event._data or {}
        article = self._index.article(str(data.get("article")))
        if article is None or not sees(bounds(request), article):
            return show.message(show.say.gone), True
        if "start" not in data:  # chosen from the list of articles
            return show.article(article, {}), True
        turn, start, end = (int(data.get(key) or 0) for key in ("turn", "start", "end"))
        record = turns[turn] if turns and 0 <= turn < len(turns) else None
        text = _known(record, article.id).get((start, end), article.text[start:end])
        if article.text[start:end] != text:
            start = article.text.find(text)
            end = start + len(text)
        if start < 0:
            return show.message(show.say.changed) + show.article(article, {}, turn), True
        spans = {"mark": (start, end), "near": self._neighbours(article.id, start, end)}
        return show.article(article, spans, turn), True

    def _neighbours(self, article_id: str, start: int, end: int) -> tuple[int, int]:
        """From the sentence before a place to the one after it."""
        sentences = self._index.sentences(article_id)
        before = [one.start for one in sentences if one.end <= start]
        after = [one.end for one in sentences if one.start >= end]
        return max(before, default=start), min(after, default=end)

    def sources(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None
    ) -> tuple[str, bool]:
        """The sources of the answer that was asked for; nothing, which shows the articles, when
        there is none."""
        show, turn = Panel(texts.of(request)), turn_of(event, turns)
        if not turns or turn is None:
            return "", True
        return show.sources(turns[turn], turn), True

    async def search(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None, *limits: Any
    ) -> tuple[str, bool]:
        show, turn = Panel(texts.of(request)), turn_of(event, turns)
        if not turns or turn is None:
            return "", True
        chosen = filters(request, *limits)
        try:
            found = await self._service.search(turns[turn].standalone_question, filters=chosen)
        except HTTPException as error:
            return show.message(getattr(show.say, refused(error))), True
        return show.found(turns[turn].question, found, turn), True

    def last_sources(self, request: gr.Request, turns: Turns | None, opened: bool) -> Any:
        """The last answer's sources, unless the reader is reading one already; the articles after a
        refusal, whose nearest sentences stand in it."""
        if opened or not turns:
            return gr.skip()
        if not turns[-1].citations:
            return ""
        return Panel(texts.of(request)).sources(turns[-1], len(turns) - 1)


def _known(record: Answer | None, article_id: str) -> dict[tuple[int, int], str]:
    """The texts that an answer took from an article, by their places."""
    if record is None:
        return {}
    taken: list[Citation | Evidence] = [*record.evidence, *record.citations]
    return {(one.start, one.end): one.text for one in taken if one.article_id == article_id}
