"""The page: Gradio's components laid out and wired to what the chat, the browser's shelf and the
library do."""

import json
from pathlib import Path
from typing import Any

import gradio as gr

from qa.endpoint.service import Service
from ui import heading, library, texts
from ui.chat import Chat
from ui.checking import Checking
from ui.feedback import Feedback
from ui.guard import GuardedBlocks
from ui.models import Models
from ui.offers import Offers
from ui.reading import Reading
from ui.saved import Saved
from ui.texts import label
from ui.theme import QUIET
from ui.visit import Visit
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
        offers = Offers(service, service.settings.data)
        self.chat = Chat(service, Feedback(service.settings.data), offers)
        self.books = library.Library(service, watch)
        self.reading = Reading(service)
        self.checking = Checking(service)
        self.saved = Saved(service)
        self.models = Models(service)
        self.visit = Visit(self.chat, self.reading, self.books)

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
            loaded = page.load(self.visit.start, None, started, **QUIET)
            loaded.then(self.books.view, self.listed_by, [self.list], **QUIET)
            loaded.then(None, None, None, js="() => { window.footnote?.list(); }", **QUIET)
            page.load(self.visit.offer, None, [self.welcome], **ASK)
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
        shown = then(
            self.visit.finish, [self.turns, self.opened], [self.panel, self.carrier], **QUIET
        )
        shown.success(None, [self.carrier], None, js="(text) => { footnote.keep(text); }", **QUIET)

    def _wire_panel(self) -> None:
        reading, panel, shown = self.reading, self.panel, [self.panel, self.opened]
        limits = [self.turns, *self.limits]
        panel.read_source(reading.read, [self.turns], shown, **QUIET)
        panel.open_article(reading.read, [self.turns], shown, **QUIET)
        panel.list_sources(reading.sources, [self.turns], shown, **QUIET)
        panel.search_for(reading.search, limits, shown, **QUIET)
        panel.check_text(self.checking.check, None, shown, **ASK)
        panel.save_question(self.saved.save, limits, None, **ASK)
        panel.list_saved(self.saved.listed, None, shown, **QUIET)
        panel.look_at_saved(self.saved.look, None, shown, **ASK)
        panel.forget_saved(self.saved.forget, None, shown, **QUIET)
        panel.list_models(self.models.listed, None, shown, **ASK)
        chosen = panel.choose_model(self.models.choose, None, shown, **ASK)
        places = [self.sources, self.collections]
        chosen.then(self.books.state, places, [self.line, *places], **QUIET)
        panel.report_answer(self.chat.report, [self.turns], None, **QUIET)
        whole = [self.chatbot, self.turns, self.panel, self.box]
        panel.open_kept(self.visit.open, None, whole, cancels=self.asking, **QUIET)
        panel.save_kept(self.visit.save, None, [self.carrier], **QUIET).then(
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
            again.then(**view, **QUIET).then(self.visit.offer, None, [self.welcome], **ASK)
