"""The page: Gradio's components laid out and wired to what the chat, the shelf and the library do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.settings import Settings
from ui import export, library, render, shelf, suggest, texts
from ui.articles_tab import articles_tab
from ui.chat import Chat, Turns, messages
from ui.feedback import Feedback
from ui.theme import QUIET

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

HERE = Path(__file__).parent
# BrowserState encrypts with this; it must outlive a restart, or every conversation would be lost. Whoever can read the
# browser's storage can read this file too, so it protects nothing and need not be secret.
SECRET = "footnote-browser"
SAVE = """(text) => { const a = document.createElement("a"); a.href = URL.createObjectURL(new Blob([text]));
a.download = "%s"; a.click(); URL.revokeObjectURL(a.href); }"""


class Page:
    """One page over one pipeline. Nothing of a session is kept in it: initial values are constants or made at load."""

    def __init__(self, pipeline: "Pipeline", settings: Settings) -> None:
        self.pipeline = pipeline
        self.chat = Chat(pipeline, Feedback(settings.data))
        self.books = library.Library(pipeline.index)

    def build(self) -> Any:
        """A gr.Blocks."""
        with gr.Blocks(title=texts.NAME, analytics_enabled=False, fill_width=True) as page:
            self.turns, self.chosen = gr.State(None), gr.State(None)
            self.kept = gr.BrowserState([], storage_key="footnote", secret=SECRET)
            self._sidebar()
            self.line = gr.HTML(library.overview(self.pipeline), apply_default_css=False)
            with gr.Tabs():
                with gr.Tab(texts.ASK_TAB):
                    self._ask_tab()
                with gr.Tab(texts.ARTICLES_TAB) as tab:
                    articles_tab(self.books, tab, self.refresh, [self.line, self.sources])
            self._wire_chat()
            self._wire_shelf()
            shared = gr.State("")  # not the question box: by the time the page has loaded somebody may type in it
            page.load(self.start, [self.kept], [self.chatbot, self.line, self.listed, self.sources, shared], **QUIET)
            self._answers(shared.change(self.chat.ask, [shared, *self.asked[1:]], self.told, **QUIET))
        page.queue(default_concurrency_limit=8)
        return page

    def _sidebar(self) -> None:
        with gr.Sidebar(open=False, label=texts.CONVERSATIONS):
            gr.HTML(f"<h2>{texts.CONVERSATIONS}</h2><p>{texts.CONVERSATIONS_NOTE}</p>", js_on_load=None)
            self.new = gr.Button(texts.NEW, variant="primary")
            self.listed = gr.Radio(label=texts.CONVERSATIONS, show_label=False, elem_id="fn-shelf")
            self.name = gr.Textbox(label=texts.RENAME_LABEL, max_length=200, visible=False)
            with gr.Row():
                self.rename, self.delete = gr.Button(texts.RENAME, size="sm"), gr.Button(texts.DELETE, size="sm")
            self.as_markdown, self.as_json = (
                gr.Button(t, size="sm") for t in (texts.EXPORT_MARKDOWN, texts.EXPORT_JSON)
            )
            self.exported = gr.Textbox(visible="hidden")

    def _ask_tab(self) -> None:
        with gr.Row(elem_id="fn-desk"):
            with gr.Column(scale=3, min_width=280):
                self.chatbot = gr.Chatbot(
                    label=texts.CHAT_LABEL,
                    show_label=False,
                    elem_id="fn-chat",
                    height="calc(100dvh - 18.5rem)",
                    layout="panel",
                    placeholder=texts.EMPTY,
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
                    label=texts.QUESTION_LABEL,
                    placeholder=texts.QUESTION_HINT,
                    show_label=False,
                    submit_btn=texts.ASK,
                    max_length=2000,
                    autofocus=True,
                    elem_id="fn-box",
                )
                with gr.Accordion(texts.LIMITS, open=False), gr.Row():
                    self.sources = gr.Dropdown(label=texts.LIMIT_SOURCES, multiselect=True)
                    self.after, self.before = (
                        gr.Textbox(label=label, placeholder=texts.DATE_HINT, max_length=10)
                        for label in (texts.LIMIT_AFTER, texts.LIMIT_BEFORE)
                    )
            with gr.Column(scale=2, min_width=280, elem_id="fn-side"):
                self.panel = gr.HTML(
                    render.message(texts.PANEL_EMPTY),
                    apply_default_css=False,
                    js_on_load=(HERE / "page.js").read_text(),
                )

    def _wire_chat(self) -> None:
        chat, limits = self.chat, [self.sources, self.after, self.before]
        self.asked = [self.box, self.turns, *limits]
        self.told = [self.chatbot, self.turns, self.box, self.panel]
        running: list[Any] = [self.box.submit(chat.ask, self.asked, self.told, **QUIET)]
        for event, fn in (
            (self.chatbot.retry, chat.retry),
            (self.chatbot.edit, chat.edit),
            (self.chatbot.example_select, chat.follow),
            (self.chatbot.option_select, chat.follow),
        ):
            running.append(event(fn, [self.turns, *limits], self.told, **QUIET))
        for step in running:
            self._answers(step)
        stopped = self.box.stop(chat.stop, [self.turns], self.told[:3], cancels=running, **QUIET)
        stopped.then(self.keep, [self.turns, self.kept, self.chosen], [self.kept, self.listed, self.chosen], **QUIET)
        for name in ("read", "sources", "search"):
            event = getattr(
                self.panel, {"read": "read_source", "sources": "list_sources", "search": "search_for"}[name]
            )
            event(getattr(chat, name), [self.turns], [self.panel], **QUIET)
        self.panel.report_answer(chat.report, [self.turns], None, **QUIET)

    def _answers(self, step: Any) -> None:
        """After an answer: keep the conversation; after a failure: give the question box back."""
        step.success(self.keep, [self.turns, self.kept, self.chosen], [self.kept, self.listed, self.chosen], **QUIET)
        step.failure(self.chat.failed, [self.turns], self.told[:3], **QUIET)

    def _wire_shelf(self) -> None:
        shown = [self.chatbot, self.turns, self.chosen, self.panel, self.name]
        self.chatbot.clear(self.open, [self.kept], [*shown, self.listed], **QUIET)
        self.listed.input(self.open, [self.kept, self.listed], shown, **QUIET)
        self.new.click(self.open, [self.kept], [*shown, self.listed], **QUIET)
        self.rename.click(self.retitle, [self.kept, self.chosen, self.name], [self.kept, self.listed], **QUIET)
        self.delete.click(self.forget, [self.kept, self.chosen], [self.kept, *shown, self.listed], **QUIET)
        for button, as_json, name in ((self.as_markdown, False, "answers.md"), (self.as_json, True, "answers.json")):
            button.click(
                lambda turns, as_json=as_json: export.conversation(turns or (), as_json=as_json),
                [self.turns], [self.exported], **QUIET,
            ).then(None, [self.exported], None, js=SAVE % name)  # fmt: skip

    def refresh(self) -> tuple[str, Any]:
        return library.overview(self.pipeline), gr.Dropdown(choices=list(self.books.sources()))

    def start(self, kept: object, request: gr.Request) -> tuple[Any, ...]:
        """A new session: what can be asked, what is indexed, the browser's conversations, and a shared question."""
        line, sources = self.refresh()
        asked: list[Any] = [{"text": q} for q in suggest.examples(self.pipeline.index.articles(limit=50))]
        question = str(request.query_params.get("q", ""))[:2000]
        listed = gr.Radio(choices=list(shelf.choices(shelf.read(kept))), value=None)
        return gr.Chatbot(examples=asked), line, listed, sources, question

    def keep(self, turns: Turns | None, kept: object, chosen: str | None) -> tuple[Any, ...]:
        books, chosen = shelf.put(kept, chosen, turns or ())
        return books, gr.Radio(choices=list(shelf.choices(books)), value=chosen), chosen

    def open(self, kept: object, chosen: str | None = None) -> tuple[Any, ...]:
        """Shows a kept conversation, or an empty one when none is chosen."""
        turns = shelf.open_(kept, chosen)
        panel = render.sources(turns[-1], len(turns) - 1) if turns else render.message(texts.PANEL_EMPTY)
        title = next((row["title"] for row in shelf.read(kept) if row["id"] == chosen), "")
        shown = messages(turns), turns, chosen, panel, gr.Textbox(value=title, visible=bool(title))
        return shown if chosen else (*shown, gr.Radio(value=None))

    def retitle(self, kept: object, chosen: str | None, title: str) -> tuple[Any, ...]:
        books = shelf.rename(kept, chosen, title)
        return books, gr.Radio(choices=list(shelf.choices(books)), value=chosen)

    def forget(self, kept: object, chosen: str | None) -> tuple[Any, ...]:
        books = shelf.remove(kept, chosen)
        shown = self.open(books)[:5]
        return books, *shown, gr.Radio(choices=list(shelf.choices(books)), value=None)
