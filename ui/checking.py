"""A text of the reader's own, checked sentence by sentence in the panel."""

from collections.abc import AsyncIterator, Sequence

import gradio as gr
from markupsafe import Markup
from starlette.exceptions import HTTPException

from qa.drafts import Checked
from qa.endpoint.schemas import MAX_TEXT
from qa.endpoint.service import Service
from qa.links import absolute
from qa.records import Citation
from ui import texts
from ui.guard import bounds
from ui.html import attribute, foreign, html, joined
from ui.panel import Panel
from ui.texts import Texts
from ui.turns import refused


class Checking:
    """The event of the page that checks a text over one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def check(
        self, request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[tuple[str, bool]]:
        """The panel with the text's sentences and what was found of each; whoever reads it has
        opened something."""
        show = Panel(texts.of(request))
        text = str((event._data or {}).get("text") or "")
        if len(text) > MAX_TEXT:
            yield show.message(show.say.draft_long.format(MAX_TEXT)), True
            return
        yield show.message(show.say.checking), True
        base = str(request.request.base_url)  # type: ignore[union-attr]
        try:
            sentences = await self.service.check(text, bounds(request))
        except HTTPException as error:
            yield show.message(getattr(show.say, refused(error))), True
            return
        yield show.findings(cards(sentences, show.say, base)), True


def cards(sentences: Sequence[Checked], say: Texts, base: str) -> list[Markup]:
    """One for each sentence; what is not ours is escaped as it is put in."""
    return [_card(one, say, base) for one in sentences]


def _card(one: Checked, say: Texts, base: str) -> Markup:
    support = one.finding if one.finding in ("supported", "partly") else "unsupported"
    finding = getattr(say, f"finding_{one.finding}")
    reason = html(': <bdi lang="en">{}</bdi>', one.reason) if one.reason else ""
    verdict = html('<b class="fn-support fn-{}">{}</b>{}', support, finding, reason)
    sources = joined(_source(source, say, base) for source in one.sources)
    pattern = (
        '<section class="fn-card" data-finding="{}"><p>{}</p><p class="fn-by">{}</p>{}</section>'
    )
    return html(pattern, one.finding, foreign(one.text), verdict, sources)


def _source(source: Citation, say: Texts, base: str) -> Markup:
    pattern = '<blockquote>{} <a href="{}" target="_blank" rel="noopener">{}, {}</a></blockquote>'
    page = attribute(absolute(source.page, base))
    return html(
        pattern, foreign(source.text), page, foreign(source.title), say.date(source.published)
    )
