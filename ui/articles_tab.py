"""The articles tab: what is in the index, read, add to it, take from it."""

from typing import Any

import gradio as gr

from ui.library import Library
from ui.render import hint
from ui.texts import ENGLISH, label
from ui.theme import QUIET


def articles_tab(books: Library, tab: gr.Tab, state: list[Any]) -> None:
    """Lays the tab out; `state` are the components outside of it that tell what is in the index."""
    opened = gr.State(None)
    with gr.Row():
        with gr.Column(scale=3, min_width=280):
            with gr.Row():
                sources = gr.Dropdown(label=label("sources"), multiselect=True)
                after, before = (
                    gr.Textbox(label=label(name), placeholder=label("date_hint"), max_length=10)
                    for name in ("start", "end")
                )
                collections = gr.Dropdown(label=label("collections"), multiselect=True)
            plot = gr.BarPlot(
                x="published",
                y="articles",
                label=label("timeline"),
                height=160,
                y_lim=[0, None],
                buttons=[],
            )
            table = gr.Dataframe(
                headers=ENGLISH.columns.split(), label=label("listed"), interactive=False, type="array", wrap=True,
                column_widths=["250px", "130px", "105px", "150px"], max_height=420, buttons=[],
            )  # fmt: skip
            seeds = gr.Button(label("remove_seeds"), visible=False, size="sm")
            files = gr.File(
                label=label("upload"), file_count="multiple", type="filepath", height=140
            )
            keep = gr.Checkbox(label=label("keep_old"), value=False)
            tables = gr.State(None)
            with gr.Row(visible=False) as mapping:
                names = ("text_column", "title_column", "date_column", "source_column")
                columns = [gr.Dropdown(label=label(name), min_width=120) for name in names]
                mapped = gr.Button(label("read_table"), size="sm")
            outcome = gr.Dataframe(
                headers=ENGLISH.upload_columns.split(), label=label("uploaded"), interactive=False, visible=False,
                wrap=True, column_widths=["35%", "65%"], buttons=[],
            )  # fmt: skip
        with gr.Column(scale=2, min_width=280, elem_classes="fn-reader"):
            reader = gr.HTML(hint("choose"), apply_default_css=False, js_on_load=None)
            remove = gr.Button(label("remove"), visible=False, size="sm")
            with gr.Row(visible=False) as sure:
                yes = gr.Button(label("remove_sure"), variant="stop", size="sm")
                no = gr.Button(label("keep"), size="sm")
    seen = [sources, collections, plot, table, seeds]
    limits = [sources, after, before, collections]
    changed = (sources.change, collections.change)
    for event in (tab.select, *changed, after.submit, before.submit, after.blur, before.blur):
        event(books.view, limits, seen, **QUIET)
    table.select(books.read, None, [reader, opened, remove], **QUIET)
    remove.click(
        lambda: (gr.Button(visible=False), gr.Row(visible=True)), None, [remove, sure], **QUIET
    )
    no.click(
        lambda: (gr.Button(visible=True), gr.Row(visible=False)), None, [remove, sure], **QUIET
    )
    gone = yes.click(books.remove, [opened], [reader, opened], **QUIET)
    gone.then(lambda: gr.Row(visible=False), None, [sure], **QUIET)
    cleared = seeds.click(books.remove_seeds, None, None, **QUIET)
    told = [outcome, tables, mapping, *columns]
    taken = files.upload(books.add, [files, keep], told, api_visibility="private")
    again = mapped.click(books.add_tables, [tables, keep, *columns], told, api_visibility="private")
    for step in (gone, cleared, again, taken.then(lambda: None, None, [files], **QUIET)):
        step.then(books.view, limits, seen, **QUIET).then(books.state, None, state, **QUIET)
