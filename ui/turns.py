"""A session's answers: as the chat shows them, as the service hears of them, and as one grows."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException

from qa.records import Answer, Event, Turn
from ui import suggest
from ui.render import Render
from ui.suggest import Offer
from ui.texts import Texts

Turns = list[Answer]


def messages(
    turns: Sequence[Answer], say: Texts, *, done: bool = True, offers: Sequence[Offer] = ()
) -> list[dict[str, Any]]:
    """The conversation for gr.Chatbot, questions escaped (it renders HTML in them), the last answer
    with follow-ups."""
    shown: list[dict[str, Any]] = []
    show, asked = Render(say), [record.question for record in turns]
    for number, record in enumerate(turns):
        last = number == len(turns) - 1
        html = show.answer(record, number, done=done or not last)
        if last and done:
            html += show.follow_ups(suggest.follow_ups(record, offers, asked))
            html += show.follow_ups(suggest.instead(record, offers, asked), say.instead)
        shown.append({"role": "user", "content": escape(record.question, quote=False)})
        content = gr.HTML(html, apply_default_css=False, js_on_load=None)
        shown.append({"role": "assistant", "content": content})
    return shown


def history(turns: Sequence[Answer]) -> list[Turn]:
    pairs = ((Turn("user", t.question), Turn("assistant", t.answer)) for t in turns if t.answer)
    return [turn for pair in pairs for turn in pair]


def grown(partial: Answer, event: Event) -> Answer:
    """The answer so far: a claim goes where it says it stands, whatever separates it from the last
    one."""
    if event.kind == "evidence":
        return replace(partial, evidence=event.evidence)
    if event.claim is None:
        return partial
    markers = "".join(f" [{number}]" for number in event.claim.citations)
    start = event.claim.start - len(event.lead)
    return replace(
        partial,
        answer=partial.answer.ljust(start)[:start] + event.lead + event.claim.text + markers,
        claims=(*partial.claims, event.claim),
        citations=(*partial.citations, *event.citations),
    )


def turn_of(event: gr.EventData, turns: Turns | None) -> int | None:
    """The turn that an event of the page is about, when there is such a one."""
    turn = int((event._data or {}).get("turn") or 0)
    return turn if turns and 0 <= turn < len(turns) else None


def refused(error: HTTPException) -> str:
    """The name of the text that says why: too many ask at once, it took too long, or something
    else."""
    detail: Any = error.detail
    return next((code for code in ("busy", "deadline") if detail["code"] == code), "failed")
