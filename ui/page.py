"""The page: Gradio's components laid out and wired to what the chat, the browser's shelf and the
library do."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import gradio as gr

from qa import exporting
from qa.endpoint.service import Service
from ui import export, heading, library, overview, shelf, texts
from ui.catalogue import Catalogue
from ui.chat import Chat, Turns
from ui.checking import Checking
from ui.feedback import Feedback
from ui.guard import GuardedBlocks, bounds
from ui.models import Models
from ui.offers import Offers
from ui.panel import Panel
from ui.saved import Saved
from ui.texts import label
from ui.theme import QUIET
from ui.watch import Watch

HERE = Path(__file__).parent
SCRIPTS = ("shelf.js", "page.js")
KEPT = (
    3600,
    86400,
)  # seconds between two looks for uploaded and exported files, and their age when they are deleted
WAITING = 64  # events of all visitors; the next is told that the page is busy
# The service bounds what is asked, here and at the endpoint.
ASK: dict[str, Any] = {**QUIET, "concurrency_limit": None}


class Page:
    """One page over one service. Nothing of a session is kept in it: initial values are constants
    or made at load."""

    def __init__(self, service: Service, watch: Watch | None = None) -> None:
        self.pipeline = service.pipeline
        self.offers = Offers(service, service.settings.data)
        self.chat = Chat(service, Feedback(service.settings.data), self.offers)
        self.books = library.Library(service, watch)
        self.checking = Checking(service)
        self.saved = Saved(service)
        self.models = Models(service)

    def build(self) -> Any:
        """A gr.Blocks."""
        with GuardedBlocks(
            title=texts.NAME, analytics_enabled=False, fill_width=True, delete_cache=KEPT
        ) as page:
            self.turns, self.opened, shared = gr.State(None), gr.State(False), gr.State("")
            # between the session here and the browser's storage
            self.carrier = gr.Textbox(visible="hidden")
            with gr.Row(elem_id="fn-top"):
                self.head = gr.HTML(heading.NAME, apply_default_css=False, js_on_load=None)
                self.line = gr.HTML("", apply_default_css=False, js_on_load=None)
            with gr.Row(elem_id="fn-desk"):
                with gr.Column(scale=3, min_width=280, elem_id="fn-talk"):
                    self._talk()
                with gr.Column(scale=2, min_width=280, elem_id="fn-side"):
                    self._side()
            self.limits = [self.sources, self.after, self.before, self.collections]
            self._wire_chat(shared)
            self._wire_panel()
            self._wire_articles()
            # The shared question is not put into the box: by the time the page has loaded somebody
            # may type in it.
            heads = [self.head, self.list_head]
            started = [*heads, self.box, self.line, self.sources, self.collections, shared]
            loaded = page.load(self.start, None, started, **QUIET)
            loaded.then(self.books.view, self.listed_by, [self.list], **QUIET)
            loaded.then(None, None, None, js="() => { window.footnote?.list(); }", **QUIET)
            page.load(self.offer, None, [self.welcome], **ASK)
        page.queue(default_concurrency_limit=8, max_size=WAITING)
        return page

    def _talk(self) -> None:
        self.welcome = gr.HTML("", apply_default_css=False, js_on_load=None, elem_id="fn-hello")
        self.chatbot = gr.Chatbot(
            label=label("chat"),
            show_label=False,
            elem_id="fn-chat",
            layout="panel",
            render_markdown=False,
            latex_delimiters=[],
            allow_tags=False,
            editable="user",
            buttons=[],
            feedback_options=None,
            group_consecutive_messages=False,
            autoscroll=False,  # page.js keeps the question in view
        )
        self.box = gr.Textbox(
            label=label("question"),
            placeholder=label("question_hint"),
            show_label=False,
            container=False,
            submit_btn=False,  # Gradio does not translate it: it comes with the first event
            max_length=2000,
            # no autofocus: it takes the focus back whenever the box changes; page.js does it once
            elem_id="fn-box",
        )
        with gr.Accordion(label("limits"), open=False, elem_id="fn-limits"), gr.Row():
            self.sources = gr.Dropdown(label=label("sources"), multiselect=True)
            self.after, self.before = (
                gr.Textbox(label=label(name), placeholder=label("date_hint"), max_length=10)
                for name in ("after", "before")
            )
            self.collections = gr.Dropdown(label=label("collections"), multiselect=True)

    def _side(self) -> None:
        scripts = "".join((HERE / name).read_text("utf-8") for name in SCRIPTS)
        scripts = f"const LANGUAGES = {json.dumps(list(texts.languages()))};\n{scripts}"
        self.panel = gr.HTML("", apply_default_css=False, js_on_load=scripts, elem_id="fn-panel")
        with gr.Column(elem_id="fn-articles"):
            self.list_head = gr.HTML("", apply_default_css=False, js_on_load=None)
            self.outcome = gr.HTML(
                "", apply_default_css=False, js_on_load=None, elem_id="fn-outcome"
            )
            self.sought = gr.Textbox(
                label=label("find"),
                placeholder=label("find"),
                show_label=False,
                container=False,
                max_length=200,
                elem_id="fn-find",
            )
            self.list = gr.HTML("", apply_default_css=False, js_on_load=None)

    def _wire_chat(self, shared: gr.State) -> None:
        chat, bot, panel = self.chat, self.chatbot, self.panel
        limits = [self.turns, *self.limits]
        told = [bot, self.turns, self.box, self.opened]
        self.asking: list[Any] = [
            # "multiple", because Gradio would drop a question sent before a cancelled answer has
            # ended.
            self.box.submit(chat.ask, [self.box, *limits], told, trigger_mode="multiple", **ASK),
            shared.change(chat.ask, [shared, *limits], told, **ASK),
            bot.edit(chat.edit, limits, told, **ASK),
            panel.ask_again(chat.again, limits, told, **ASK),
            panel.ask_this(chat.follow, limits, told, **ASK),
            panel.drop_limit(chat.unlimited, limits, [*told, *self.limits], **ASK),
        ]
        for step in self.asking:
            self._finish(step.success)
            step.failure(chat.failed, [self.turns], told[:3], **QUIET)
        self._finish(
            self.box.stop(chat.stop, [self.turns], told[:3], cancels=self.asking, **QUIET).then
        )

    def _finish(self, then: Any) -> None:
        """After an answer: show its sources and let the browser keep the conversation."""
        shown = then(self.finish, [self.turns, self.opened], [self.panel, self.carrier], **QUIET)
        shown.success(None, [self.carrier], None, js="(text) => { footnote.keep(text); }", **QUIET)

    def _wire_panel(self) -> None:
        chat, panel, shown = self.chat, self.panel, [self.panel, self.opened]
        limits = [self.turns, *self.limits]
        panel.read_source(chat.read, [self.turns], shown, **QUIET)
        panel.open_article(chat.read, [self.turns], shown, **QUIET)
        panel.list_sources(chat.sources, [self.turns], shown, **QUIET)
        panel.search_for(chat.search, limits, shown, **QUIET)
        panel.check_text(self.checking.check, None, shown, **ASK)
        panel.save_question(self.saved.save, limits, None, **ASK)
        panel.list_saved(self.saved.listed, None, shown, **QUIET)
        panel.look_at_saved(self.saved.look, None, shown, **ASK)
        panel.forget_saved(self.saved.forget, None, shown, **QUIET)
        panel.list_models(self.models.listed, None, shown, **ASK)
        chosen = panel.choose_model(self.models.choose, None, shown, **ASK)
        places = [self.sources, self.collections]
        chosen.then(self.books.state, places, [self.line, *places], **QUIET)
        panel.report_answer(chat.report, [self.turns], None, **QUIET)
        whole = [self.chatbot, self.turns, self.panel, self.box]
        panel.open_kept(self.open, None, whole, cancels=self.asking, **QUIET)
        panel.save_kept(self.save, None, [self.carrier], **QUIET).then(
            None, [self.carrier], None, js="(text) => { footnote.save(text); }", **QUIET
        )

    def _wire_articles(self) -> None:
        books, panel = self.books, self.panel
        self.listed_by = [self.sought, *self.limits]
        view: dict[str, Any] = {"fn": books.view, "inputs": self.listed_by, "outputs": [self.list]}
        self.sought.change(**view, trigger_mode="always_last", **QUIET)
        choices = [self.sources, self.collections]
        for event in (  # not "change": that fires when the page gets what there is to choose, too
            self.sources.input,
            self.collections.input,
            self.after.submit,
            self.before.submit,
            self.after.blur,
            self.before.blur,
        ):
            event(**view, **QUIET)
        self.asking[-1].then(**view, **QUIET)  # without the limit that was dropped
        panel.choose_period(books.period, None, [self.after, self.before], **QUIET).then(
            **view, **QUIET
        )
        for changed in (
            panel.add_files(books.add, None, [self.outcome], trigger_mode="multiple", **ASK),
            panel.take_sample(books.sample, None, None, **QUIET),
            panel.remove_samples(books.remove_seeds, None, None, **QUIET),
            panel.remove_article(books.remove, None, [self.panel], **QUIET),
        ):
            again = changed.then(books.state, choices, [self.line, *choices], **QUIET)
            again.then(**view, **QUIET).then(self.offer, None, [self.welcome], **ASK)

    def start(self, request: gr.Request) -> tuple[Any, ...]:
        """A new session: what is indexed, a shared question, what Gradio does not translate, and
        for whom has logged in the way out."""
        line, *choices = self.books.state(request)
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
        if not await asyncio.to_thread(self.pipeline.index.has_articles, held):
            yield show.empty(not held.within and overview.SAMPLE.is_dir())
            return
        yield show.welcome(await asyncio.to_thread(self.offers.examples, held))
        async for examples in self.offers.grow(held):
            yield show.welcome(examples)

    def finish(self, request: gr.Request, turns: Turns | None, opened: bool) -> tuple[Any, str]:
        if turns and not turns[-1].id:
            return gr.skip(), ""  # another answer still grows
        return self.chat.last_sources(request, turns, opened), export.as_json(turns or ())

    def open(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Shows a kept conversation, or an empty one."""
        say = texts.of(request)
        turns = shelf.read(str((event._data or {}).get("answers") or ""))
        last = len(turns) - 1
        cited = turns and turns[last].citations
        panel = Panel(say).sources(turns[last], last) if cited else ""
        box = gr.Textbox(submit_btn=say.ask, stop_btn=False)
        return self.chat.shown(request, turns), turns, panel, box

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
