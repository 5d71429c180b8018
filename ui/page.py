"""The page: Gradio's components laid out and wired to what the chat, the browser's shelf and the library do."""

from base64 import b64encode
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from qa import exporting
from qa.endpoint.service import Service
from ui import export, library, render, shelf, suggest, texts
from ui.articles_tab import articles_tab
from ui.chat import Chat, Turns, messages
from ui.check_tab import check_tab
from ui.feedback import Feedback
from ui.guard import GuardedBlocks, bounds
from ui.texts import ENGLISH, label
from ui.theme import QUIET
from ui.watch import Watch

HERE = Path(__file__).parent
SAVE = """(text) => { const a = document.createElement("a"); a.href = URL.createObjectURL(new Blob([text]));
a.download = "%s"; a.click(); URL.revokeObjectURL(a.href); }"""

SAVE_BYTES = SAVE.replace("[text]", "[Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]")

SPEAK = """(html) => { document.documentElement.lang = / lang="(\\w+)"/.exec(html)[1]; }"""
LOG_OUT = """() => { const form = document.createElement("form"); form.method = "post";
form.action = "/logout"; document.body.append(form); form.submit(); }"""

FILES: tuple[tuple[exporting.Format, str], ...] = (
    ("docx", "DOCX"), ("ris", "RIS"), ("csl", "CSL-JSON"), ("bibtex", "BibTeX"),
)  # fmt: skip

KEPT = (
    3600,
    86400,
)  # seconds between two looks for uploaded and exported files, and their age when they are deleted
WAITING = 64  # events of all visitors; the next is told that the page is busy


class Page:
    """One page over one service. Nothing of a session is kept in it: initial values are constants or made at load."""

    def __init__(self, service: Service, watch: Watch | None = None) -> None:
        self.pipeline = service.pipeline
        self.chat = Chat(service, Feedback(service.settings.data))
        self.books = library.Library(service, watch)

    def build(self) -> Any:
        """A gr.Blocks."""
        with GuardedBlocks(
            title=texts.NAME, analytics_enabled=False, fill_width=True, delete_cache=KEPT
        ) as page:
            self.turns, self.opened, shared = gr.State(None), gr.State(False), gr.State("")
            self.carrier = gr.Textbox(
                visible="hidden"
            )  # between the session here and the browser's storage
            self._sidebar()
            self.line = gr.HTML(library.overview(self.pipeline, ENGLISH), apply_default_css=False)
            with gr.Tabs():
                with gr.Tab(label("ask_tab")):
                    self._ask_tab()
                with gr.Tab(label("articles_tab")) as tab:
                    articles_tab(self.books, tab, [self.line, self.sources, self.collections])
                with gr.Tab(label("check_tab")):
                    check_tab(service=self.chat.service)
            self._wire_chat(shared)
            self._wire_shelf()
            # The shared question is not put into the box: by the time the page has loaded somebody may type in it.
            choices = [self.sources, self.collections]
            started = [self.chatbot, self.box, self.line, *choices, shared, self.leave]
            page.load(self.start, None, started, **QUIET).then(
                None, [self.line], None, js=SPEAK, **QUIET
            )
        page.queue(default_concurrency_limit=8, max_size=WAITING)
        return page

    def _sidebar(self) -> None:
        with gr.Sidebar(open=False, label=label("conversations")):
            gr.Markdown(label("conversations_head"))
            self.new = gr.Button(label("new"), variant="primary")
            self.listed = gr.Radio(
                label=label("conversations"), show_label=False, elem_id="fn-shelf"
            )
            with gr.Column(visible=False) as self.tools:
                self.name = gr.Textbox(label=label("name"), max_length=200)
                with gr.Row():
                    self.rename, self.delete = (
                        gr.Button(label(t), size="sm") for t in ("rename", "delete")
                    )
                self.as_markdown, self.as_json = (
                    gr.Button(label(t), size="sm") for t in ("as_markdown", "as_json")
                )
                with gr.Row():
                    self.files = {
                        name: gr.Button(text, size="sm", min_width=60) for name, text in FILES
                    }
            self.leave = gr.Button(label("log_out"), visible=False, size="sm")
            self.leave.click(None, None, None, js=LOG_OUT, **QUIET)

    def _ask_tab(self) -> None:
        with gr.Row(elem_id="fn-desk"):
            with gr.Column(scale=3, min_width=280):
                self.chatbot = gr.Chatbot(
                    label=label("chat"),
                    show_label=False,
                    elem_id="fn-chat",
                    height="calc(100dvh - 18.5rem)",
                    layout="panel",
                    placeholder=label("empty"),
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
                    submit_btn=ENGLISH.ask,
                    max_length=2000,
                    autofocus=True,
                    elem_id="fn-box",
                )
                with gr.Accordion(label("limits"), open=False), gr.Row():
                    self.sources = gr.Dropdown(label=label("sources"), multiselect=True)
                    self.after, self.before = (
                        gr.Textbox(label=label(name), placeholder=label("date_hint"), max_length=10)
                        for name in ("after", "before")
                    )
                    self.collections = gr.Dropdown(label=label("collections"), multiselect=True)
            with gr.Column(scale=2, min_width=280, elem_id="fn-side"):
                scripts = "".join(
                    (HERE / name).read_text("utf-8") for name in ("shelf.js", "page.js")
                )
                self.panel = gr.HTML(
                    render.hint("panel_empty"), apply_default_css=False, js_on_load=scripts
                )

    def _wire_chat(self, shared: gr.State) -> None:
        chat, bot = self.chat, self.chatbot
        limits = [self.turns, self.sources, self.after, self.before, self.collections]
        told = [bot, self.turns, self.box, self.opened]
        ask = {
            **QUIET,
            "concurrency_limit": None,
        }  # the service bounds what is asked, here and at the endpoint
        self.asking: list[Any] = [
            # "multiple", because Gradio would drop a question sent before a cancelled answer has ended.
            self.box.submit(chat.ask, [self.box, *limits], told, trigger_mode="multiple", **ask),
            shared.change(chat.ask, [shared, *limits], told, **ask),
            bot.retry(chat.retry, limits, told, **ask),
            bot.edit(chat.edit, limits, told, **ask),
            bot.example_select(chat.follow, limits, told, **ask),
            bot.option_select(chat.follow, limits, told, **ask),
        ]
        for step in self.asking:
            self._finish(step.success)
            step.failure(chat.failed, [self.turns], told[:3], **QUIET)
        self._finish(
            self.box.stop(chat.stop, [self.turns], told[:3], cancels=self.asking, **QUIET).then
        )
        panel, shown = self.panel, [self.panel, self.opened]
        for event, fn, given in (
            (panel.read_source, chat.read, [self.turns]),
            (panel.list_sources, chat.sources, [self.turns]),
            (panel.search_for, chat.search, limits),
        ):
            event(fn, given, shown, **QUIET)
        panel.report_answer(chat.report, [self.turns], None, **QUIET)

    def _finish(self, then: Any) -> None:
        """After an answer: show its sources and let the browser keep the conversation."""
        shown = then(self.finish, [self.turns, self.opened], [self.panel, self.carrier], **QUIET)
        kept = [self.listed, self.name, self.tools]
        shown.success(None, [self.carrier], kept, js="(text) => footnote.keep(text)", **QUIET)

    def _wire_shelf(self) -> None:
        kept = [self.listed, self.name, self.tools]
        for event, js in (
            (self.listed.input, "(id) => footnote.open(id)"),
            (self.new.click, "() => footnote.open(null)"),
            (self.chatbot.clear, "() => footnote.open(null)"),
            (self.delete.click, "() => footnote.remove()"),
        ):
            chosen = event(
                None, [self.listed], [self.carrier, *kept], js=js, cancels=self.asking, **QUIET
            )
            chosen.then(
                self.open, [self.carrier], [self.chatbot, self.turns, self.panel, self.box], **QUIET
            )
        rename = "(title) => footnote.rename(title)"
        for event in (self.rename.click, self.name.submit):
            event(None, [self.name], kept, js=rename, **QUIET)
        self.panel.list_shelf(None, None, kept, js="() => footnote.listed()", **QUIET)
        for button, export_, name in (
            (self.as_markdown, self.markdown, "answers.md"),
            (self.as_json, self.json, "answers.json"),
        ):
            button.click(export_, [self.turns], [self.carrier], **QUIET).then(
                None, [self.carrier], None, js=SAVE % name, **QUIET
            )

        for format_, file in self.files.items():
            made = file.click(partial(self.file, format_), [self.turns], [self.carrier], **QUIET)
            name = f"answers.{exporting.TYPES[format_][1]}"
            made.then(None, [self.carrier], None, js=SAVE_BYTES % name, **QUIET)

    def start(self, request: gr.Request) -> tuple[Any, ...]:
        """A new session: what can be asked, what is indexed, a shared question, what Gradio does not translate, and for
        whom has logged in the way out."""
        say = texts.of(request)
        articles = self.pipeline.index.articles(limit=50, filters=bounds(request))
        asked: list[Any] = [{"text": q} for q in suggest.examples(articles)]
        line, *choices = self.books.state(request)
        question = str(request.query_params.get("q", ""))[:2000]
        leave = gr.Button(visible=getattr(request.request.state, "session", False))  # type: ignore[union-attr]
        box = gr.Textbox(submit_btn=say.ask)
        return gr.Chatbot(examples=asked), box, line, *choices, question, leave

    def finish(self, request: gr.Request, turns: Turns | None, opened: bool) -> tuple[Any, str]:
        if turns and not turns[-1].id:
            return gr.skip(), ""  # another answer still grows
        return self.chat.last_sources(request, turns, opened), export.as_json(turns or ())

    def open(self, request: gr.Request, stored: str) -> tuple[Any, ...]:
        """Shows a kept conversation, or an empty one."""
        say, turns = texts.of(request), shelf.read(stored)
        show, last = render.Render(say), len(turns) - 1
        panel = show.sources(turns[last], last) if turns else show.message(say.panel_empty)
        return messages(turns, say), turns, panel, gr.Textbox(submit_btn=say.ask, stop_btn=False)

    def markdown(self, request: gr.Request, turns: Turns | None) -> str:
        base = str(request.request.base_url)  # type: ignore[union-attr]
        return export.conversation(turns or (), texts.of(request), base)

    def json(self, turns: Turns | None) -> str:
        return export.as_json(turns or ())

    def file(self, format_: exporting.Format, turns: Turns | None, request: gr.Request) -> str:
        """The conversation in another program's format, base64."""
        base = str(request.request.base_url)  # type: ignore[union-attr]
        return b64encode(exporting.exported(turns or (), format_, base)).decode()
