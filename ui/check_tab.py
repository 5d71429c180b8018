"""The tab that checks a text of the reader's own, sentence by sentence."""

from collections.abc import Sequence
from functools import partial

import gradio as gr
from markupsafe import Markup
from starlette.exceptions import HTTPException

from qa.drafts import Checked
from qa.endpoint.schemas import MAX_TEXT
from qa.endpoint.service import Service
from qa.links import absolute
from qa.records import Citation
from ui import texts
from ui.chat import refused
from ui.guard import bounds
from ui.render import attribute, foreign, html, joined
from ui.texts import Texts, label
from ui.theme import QUIET


def check_tab(service: Service) -> None:
    """Lays the tab out."""
    box = gr.Textbox(
        label=label("draft"), placeholder=label("draft_hint"), lines=6, max_length=MAX_TEXT
    )
    button = gr.Button(label("check"), variant="primary")
    panel = gr.HTML(apply_default_css=False, js_on_load=None)
    button.click(partial(checked, service), [box], [panel], concurrency_limit=None, **QUIET)


async def checked(service: Service, text: str, request: gr.Request) -> str:
    """The text's sentences with what was found of each; nothing for an empty box."""
    say = texts.of(request)
    if len(text) > MAX_TEXT:
        raise gr.Error(say.draft_long.format(MAX_TEXT), print_exception=False)
    base = str(request.request.base_url)  # type: ignore[union-attr]
    try:
        return shown(await service.check(text, bounds(request)), say, base)
    except HTTPException as error:
        raise gr.Error(getattr(say, refused(error)), print_exception=False) from None


def shown(sentences: Sequence[Checked], say: Texts, base: str) -> str:
    """The HTML; what is not ours is escaped as it is put in."""
    return str(
        html(
            '<section class="fn-panel">{}</section>',
            joined(_card(one, say, base) for one in sentences),
        )
    )


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
