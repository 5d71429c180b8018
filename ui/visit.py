"""A session of the page: how it starts, what it is offered, and what the browser keeps of it."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from qa import exporting
from ui import export, heading, overview, shelf, texts
from ui.catalogue import Catalogue
from ui.chat import Chat
from ui.guard import bounds
from ui.library import Library
from ui.panel import Panel
from ui.reading import Reading
from ui.turns import Turns


class Visit:
    """The events that no component is about; nothing of a session is kept in it."""

    def __init__(self, chat: Chat, reading: Reading, books: Library) -> None:
        self._chat, self._reading, self._books = chat, reading, books
        self._offers, self._index = chat.offers, chat.pipeline.index

    def start(self, request: gr.Request) -> tuple[Any, ...]:
        """A new session: what is indexed, a shared question, what Gradio does not translate, and
        for whom has logged in the way out."""
        line, *choices = self._books.state(request)
        question = str(request.query_params.get("q", ""))[:2000]
        say = texts.of(request)
        way_out = _base(request) + "logout"
        session = getattr(request.request.state, "session", False)  # type: ignore[union-attr]
        heads = heading.heading(say, way_out if session else ""), Catalogue(say).head()
        return *heads, gr.Textbox(submit_btn=say.ask), line, *choices, question

    async def offer(self, request: gr.Request) -> AsyncIterator[str]:
        """The welcome again and again, as questions are found that are answered here."""
        held = bounds(request)
        show = Catalogue(texts.of(request))
        if not await asyncio.to_thread(self._index.has_articles, held):
            yield show.empty(not held.within and overview.SAMPLE.is_dir())
            return
        yield show.welcome(await asyncio.to_thread(self._offers.examples, held))
        async for examples in self._offers.grow(held):
            yield show.welcome(examples)

    def finish(self, request: gr.Request, turns: Turns | None, opened: bool) -> tuple[Any, str]:
        if turns and not turns[-1].id:
            return gr.skip(), ""  # another answer still grows
        return self._reading.last_sources(request, turns, opened), export.as_json(turns or ())

    def open(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Shows a kept conversation, or an empty one."""
        say = texts.of(request)
        turns = shelf.read(str((event._data or {}).get("answers") or ""))
        last = len(turns) - 1
        cited = turns and turns[last].citations
        panel = Panel(say).sources(turns[last], last) if cited else ""
        box = gr.Textbox(submit_btn=say.ask, stop_btn=False)
        return self._chat.shown(request, turns), turns, panel, box

    def save(self, request: gr.Request, event: gr.EventData) -> str:
        """A kept conversation in another program's format, as JSON: the `name` of the file and its
        base64 `content`."""
        sent = event._data or {}
        turns = shelf.read(str(sent.get("answers") or ""))
        format_: exporting.Format = next(
            (one for one in exporting.TYPES if one == sent.get("format")), "markdown"
        )
        if format_ == "markdown":
            content = export.conversation(turns, texts.of(request), _base(request)).encode()
        else:
            content = exporting.exported(turns, format_, _base(request))
        name = f"answers.{exporting.TYPES[format_][1]}"
        return json.dumps({"name": name, "content": b64encode(content).decode()})


def _base(request: gr.Request) -> str:
    """Where the page is reached, with a slash at the end."""
    return str(request.request.base_url)  # type: ignore[union-attr]
