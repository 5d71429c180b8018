"""The articles tab: what is in the index, read, add to it, take from it."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from ui import render, texts
from ui.library import Library
from ui.theme import QUIET


def articles_tab(books: Library, tab: gr.Tab, refresh: Callable[[], Any], refreshed: list[Any]) -> None:
    """Lays the tab out; `refresh` gives the values of `refreshed` after the index has changed."""
    opened = gr.State(None)
    with gr.Row():
        with gr.Column(scale=3, min_width=280):
            with gr.Row():
                sources = gr.Dropdown(label=texts.LIMIT_SOURCES, multiselect=True)
                after, before = (
                    gr.Textbox(label=t, placeholder=texts.DATE_HINT, max_length=10) for t in (texts.FROM, texts.UNTIL)
                )
            plot = gr.BarPlot(
                x=texts.WHEN, y=texts.TIMELINE_COUNT, label=texts.TIMELINE, height=160, y_lim=[0, None], buttons=[]
            )
            table = gr.Dataframe(
                headers=texts.LIST_HEADERS, label=texts.LIST_LABEL, interactive=False, type="array", wrap=True,
                column_widths=["300px", "130px", "110px", "180px"], max_height=420, buttons=[],
            )  # fmt: skip
            files = gr.File(label=texts.UPLOAD, file_count="multiple", type="filepath", height=140)
            outcome = gr.Dataframe(
                headers=texts.UPLOAD_HEADERS, label=texts.UPLOADED, interactive=False, visible=False, buttons=[]
            )
        with gr.Column(scale=2, min_width=280, elem_classes="fn-reader"):
            reader = gr.HTML(render.message(texts.CHOOSE), apply_default_css=False, js_on_load=None)
            remove = gr.Button(texts.REMOVE, visible=False, size="sm")
            with gr.Row(visible=False) as sure:
                yes = gr.Button(texts.REMOVE_SURE, variant="stop", size="sm")
                no = gr.Button(texts.KEEP, size="sm")
    seen, limits = [sources, plot, table], [sources, after, before]
    for event in (tab.select, sources.change, after.submit, before.submit, after.blur, before.blur):
        event(books.view, limits, seen, **QUIET)
    table.select(books.read, [table], [reader, opened, remove], **QUIET)
    remove.click(lambda: (gr.Button(visible=False), gr.Row(visible=True)), None, [remove, sure], **QUIET)
    no.click(lambda: (gr.Button(visible=True), gr.Row(visible=False)), None, [remove, sure], **QUIET)
    gone = yes.click(books.remove, [opened], [reader, opened], **QUIET)
    gone.then(lambda: gr.Row(visible=False), None, [sure], **QUIET)
    taken = files.upload(books.add, [files], [outcome], api_visibility="private")
    for step in (gone, taken.then(lambda: None, None, [files], **QUIET)):
        step.then(books.view, limits, seen, **QUIET).then(refresh, None, refreshed, **QUIET)
