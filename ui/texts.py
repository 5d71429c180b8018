"""Every text of the interface, in one place, in every language the interface speaks."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.requests import Request

NAME = "Footnote"
PREFIX = "fn_"  # Gradio's own keys share the dictionary

# Questions, in the one language that the pipeline reads.
ASK_ABOUT, ASK_SAID = "What do the articles say about {}?", "What did {} say?"


@dataclass(frozen=True)
class Texts:
    """The texts in one language; English unless said otherwise. A translation, `de.json` say, names every field."""

    language: str = "en"
    tagline: str = "Answers from the articles, each with the sentence it rests on."
    quoting: str = "{count} · quoting, no language model"
    writing: str = "{count} · written by {model}, every sentence checked"
    article: str = "1 article"
    articles: str = "{} articles"
    looked: str = " · last looked for new ones at {}"
    seeds: str = ", {} of them the samples that came with Footnote"

    # The chat
    ask_tab: str = "Ask"
    articles_tab: str = "Articles"
    check_tab: str = "Check a text"
    chat: str = "Conversation"
    empty: str = (
        "**What would you like to know?**\n\n"
        "Every answer comes with the sentence it rests on. Choose a number to read it in place."
    )
    question: str = "Your question"
    question_hint: str = "Ask about the articles"
    ask: str = "Ask"
    stop: str = "Stop"
    limits: str = "Limit the search"
    sources: str = "Sources"
    collections: str = "Collections"
    after: str = "Published from"
    before: str = "Published until"
    date_hint: str = "YYYY-MM-DD"
    bad_date: str = "{!r} is not a date; write YYYY-MM-DD"
    conversations: str = "Conversations"
    conversations_head: str = "## Conversations\n\nKept in this browser only."
    new: str = "New conversation"
    name: str = "Name"
    rename: str = "Rename"
    delete: str = "Delete"
    as_markdown: str = "Export as Markdown"
    as_json: str = "Export as JSON"
    log_out: str = "Log out"

    # An answer
    working: str = "Reading the articles"
    no_answer: str = "Not in these articles"
    no_answer_help: str = "Nothing here answers the question. The closest sentences:"
    no_answer_empty: str = "Nothing in the articles comes close."
    search: str = "Search the articles for this"
    partial: str = "Only part of this is in the articles"
    missing: str = "Not found: {}"
    stopped: str = "Stopped before the answer was complete."
    busy: str = "Too many are asking at once. Try again in a moment."
    deadline: str = "It took too long and was given up. Try again, or ask for less."
    failed: str = "The answer could not be made. Try again; if it stays, look at the server's log."
    supported_mark: str = "✓"
    supported: str = "supported by the source"
    partly_mark: str = "~ partly supported"
    partly: str = "the source supports only part of this"
    unsupported_mark: str = "✗ not supported"
    unsupported: str = "the source does not support this"
    source: str = "Source {number}: {title}, {date}"
    no_date: str = "no date"
    day: str = "{day} {month} {year}"
    months: str = (
        "January February March April May June July August September October November December"
    )
    copy: str = "Copy"
    copied: str = "Copied with footnotes"
    share: str = "Share link"
    shared: str = "Link copied"
    timing: str = "{writer} · {ms} ms"
    quoted: str = "Quoted"
    written: str = "Written by {model}"
    feedback: str = "Feedback"
    feedback_note: str = "Note (optional)"
    feedback_hint: str = "What is right or wrong?"
    feedback_thanks: str = "Thank you, noted"
    helpful: str = "Helpful"
    wrong_source: str = "Wrong source"
    wrong_answer: str = "Wrong answer"
    should_have_answered: str = "Should have answered"

    # The source panel
    panel_empty: str = "Choose a number in an answer to read its sentence in the article."
    cited: str = "Cited"
    not_cited: str = "Looked at, not cited ({})"
    found: str = "Closest to “{}”"
    found_none: str = "The search found nothing."
    read: str = "Read in the article"
    original: str = "Original"
    back: str = "All sources"
    close: str = "Close"
    score: str = "score {:.2f}"
    gone: str = "This article is no longer in the index."
    changed: str = "The article has changed since; the sentence may stand elsewhere."

    only: str = "Only:"
    only_after: str = "from {}"
    only_before: str = "until {}"

    # A text of one's own, checked
    draft: str = "Your text"
    draft_hint: str = "Paste a draft: each sentence is compared with the articles."
    check: str = "Check"
    draft_long: str = "The text is too long: {} characters at most."
    finding_supported: str = "supported"
    finding_partly: str = "partly supported"
    finding_contradicted: str = "contradicted"
    finding_not_found: str = "not found"

    # The articles
    start: str = "From"
    end: str = "Until"
    timeline: str = "Articles over time"
    count: str = "articles"
    published: str = "published"
    listed: str = "In the index"
    columns: str = "Title Source Published Id"
    upload: str = "Add articles: drop files here"
    uploaded: str = "Added files"
    upload_columns: str = "File Outcome"
    upload_step: str = "Taking {}"
    added: str = "{} added"
    unchanged: str = "{} unchanged"
    replaced: str = "{} replaced"
    dropped: str = "{} no longer in it, removed"
    keep_old: str = "Keep what was added under the same file name"
    unknown_columns: str = "its columns are not recognised; say below which one holds the text"
    text_column: str = "Text is in"
    title_column: str = "Title is in"
    date_column: str = "Date is in"
    source_column: str = "Source is in"
    read_table: str = "Read the table so"
    nothing: str = "nothing to add"
    read_only: str = "Your key may read only."
    remove: str = "Remove this article"
    remove_sure: str = "Remove it for good"
    removed: str = "Removed {}"
    keep: str = "Keep it"
    remove_seeds: str = "Remove the {} samples"
    choose: str = "Choose a row to read the article."

    def date(self, published: str | None) -> str:
        """`17 October 2025`, or the words for an unknown date; a date that is not one is shown as it is."""
        try:
            known = date.fromisoformat((published or "")[:10])
        except ValueError:
            return published or self.no_date
        return self.day.format(
            day=known.day, month=self.months.split()[known.month - 1], year=known.year
        )


ENGLISH = Texts()


@cache
def languages() -> dict[str, Texts]:
    """By their tags; each translation is a file of its own beside this module."""
    read = [
        Texts(**json.loads(path.read_text("utf-8")))
        for path in sorted(Path(__file__).parent.glob("*.json"))
    ]
    return {texts.language: texts for texts in (ENGLISH, *read)}


def of(request: gr.Request | Request) -> Texts:
    """In the language the browser asks for first, as Gradio's I18n does; English where it is not spoken here."""
    wanted = str(request.headers.get("accept-language", ""))[:2].lower()
    return languages().get(wanted, ENGLISH)


def label(name: str) -> Any:
    """The text for Gradio's own components; Gradio translates it in the browser."""
    assert name in asdict(ENGLISH), name
    return gr.I18n()(PREFIX + name)


def translations() -> gr.I18n:
    return gr.I18n(
        **{t.language: {PREFIX + k: v for k, v in asdict(t).items()} for t in languages().values()}
    )
