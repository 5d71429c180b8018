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


@dataclass(frozen=True)
class Texts:
    """The texts in one language; English unless said otherwise. A translation, `de.json` say, names
    every field."""

    language: str = "en"
    quoting: str = "answers are quotations"
    writing: str = "answers by {model}, each sentence checked"
    sample: str = "the sample articles"
    added_here: str = "added here"
    places: str = "from {} places"
    article: str = "1 article"
    articles: str = "{} articles"
    looked: str = "last looked for new ones at {}"
    seeds: str = "{} sample articles"
    seed: str = "1 sample article"

    # The chat
    chat: str = "Conversation"
    welcome: str = "What would you like to know?"
    welcome_help: str = (
        "Every answer comes with the sentence it rests on. Choose its number to read it in place."
    )
    start_head: str = "Which articles do you want to ask?"
    start_help: str = "Drop files anywhere on this page: text, Markdown, HTML, PDF, tables, feeds."
    drop_files: str = "Choose files"
    drop_folder: str = "Choose a folder"
    in_terminal: str = "A folder, from a terminal:"
    try_sample: str = "Try it with the sample articles"
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
    kept_here: str = "Kept in this browser only."
    none_kept: str = "No conversation yet."
    new: str = "New conversation"
    rename: str = "Rename"
    delete: str = "Delete"
    as_markdown: str = "Export as Markdown"
    as_json: str = "Export as JSON"
    log_out: str = "Log out"

    # An answer
    working: str = "Searching the articles …"
    reading: str = "{} passages found, reading …"
    again: str = "Ask again"
    next: str = "Also answered here"
    no_answer: str = "Not in these articles"
    not_sure: str = "No sure answer in these articles"
    no_answer_language: str = "Please ask in English"
    no_answer_alone: str = "Please ask a whole question"
    no_answer_more: str = "There is no more"
    looked_for: str = "Looked for: {}"
    perhaps: str = "Perhaps this:"
    no_answer_help: str = "The closest sentences:"
    no_answer_shared: str = "The closest sentences, with the words they share:"
    instead: str = "Answered here"
    no_answer_empty: str = "Nothing in the articles comes close."
    search: str = "Search the articles for this"
    partial: str = "Only part of this is in the articles"
    missing: str = "Not found: {}"
    spelling: str = "Showing results for {}"
    as_typed: str = "Ask as typed"
    one_outlet: str = "1 outlet"
    outlets: str = "{} outlets"
    days: str = "{} to {}"
    one_copy: str = "1 more article has the same sentence"
    copies: str = "{} more articles have the same sentence"
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
    took: str = "{:.1f} seconds"
    quoted: str = "Quoted"
    written: str = "Written by {model}"
    feedback: str = "Feedback"
    feedback_note: str = "Note (optional)"
    feedback_hint: str = "What is right or wrong?"
    feedback_thanks: str = "Thank you, noted"
    feedback_full: str = "This could not be noted: no more feedback is kept"
    helpful: str = "Helpful"
    wrong_source: str = "Wrong source"
    wrong_answer: str = "Wrong answer"
    should_have_answered: str = "Should have answered"

    # The source panel
    cited: str = "Sources of this answer"
    looked_at: str = "Looked at"
    not_cited: str = "Looked at as well ({})"
    found: str = "Closest to “{}”"
    found_none: str = "The search found nothing."
    read: str = "Read in the article"
    original: str = "Original"
    back: str = "All sources"
    close: str = "Close"
    gone: str = "This article is no longer in the index."
    changed: str = "The article has changed since; the sentence may stand elsewhere."

    only: str = "Only:"
    only_after: str = "from {}"
    only_before: str = "until {}"
    only_by: str = "by {}"
    unlimited: str = "Ask again without this limit: {}"
    counted: str = "“Last week” and the like count from {}"

    # A text of one's own, checked
    check_text: str = "Check a text"
    checking: str = "Comparing with the articles …"
    draft: str = "Your text"
    draft_hint: str = "Paste a draft: each sentence is compared with the articles."
    check: str = "Check"
    draft_long: str = "The text is too long: {} characters at most."
    finding_supported: str = "supported"
    finding_partly: str = "partly supported"
    finding_contradicted: str = "contradicted"
    finding_not_found: str = "not found"

    # Saved questions
    save_question: str = "Save question"
    question_saved: str = "Saved: it is asked again whenever articles come in"
    saved_full: str = "Too many questions are saved; remove one first."
    saved_head: str = "Saved questions"
    saved_none: str = "No saved question yet: save one under an answer."
    saved_new: str = "{} new since the last look"
    saved_nothing: str = "Nothing new since the last look."
    saved_back: str = "All saved questions"
    saved_remove: str = "Remove this question"

    # Who writes
    model_head: str = "Language model"
    model_none: str = "None: quote the articles"
    model_nowhere: str = (
        "No Ollama, LM Studio or llama.cpp was found on this machine. "
        "One to fetch, from a terminal:"
    )
    model_fixed: str = "The server's settings say what writes."

    # The articles
    articles_head: str = "Articles"
    all_articles: str = "All articles"
    find: str = "Find an article by its title"
    none_listed: str = "No article here."
    undated: str = "{} without a date"
    more: str = "The newest {} are listed; find others by their titles."
    add_files: str = "Add files"
    add_folder: str = "Add a folder"
    drop: str = "Drop the files to add them"
    taking: str = "is being read …"
    not_sent: str = "could not be sent: too large, or you may only read"
    timeline: str = "Articles over time"
    added: str = "{} added"
    unchanged: str = "{} unchanged"
    replaced: str = "{} replaced"
    dropped: str = "{} no longer in it, removed"
    keep_old: str = "Keep what was added under the same file name"
    unknown_columns: str = "its columns are not recognised; choose below which one holds the text"
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
    remove_seeds: str = "Remove the samples ({})"

    def count(self, number: int) -> str:
        """`1 article`, `12 articles`."""
        return self.article if number == 1 else self.articles.format(f"{number:,}")

    def period(self, iso: str) -> str:
        """A day, month or year in words: `17 October 2025`, `October 2025`, `2025`."""
        if len(iso) == 7:
            return f"{self.months.split()[int(iso[5:]) - 1]} {iso[:4]}"
        return self.date(iso) if len(iso) == 10 else iso

    def date(self, published: str | None) -> str:
        """`17 October 2025`, or the words for an unknown date; a date that is not one is shown as
        it is."""
        try:
            known = date.fromisoformat((published or "")[:10])
        except ValueError:
            return published or self.no_date
        return self.day.format(
            day=known.day, month=self.months.split()[known.month - 1], year=known.year
        )


ENGLISH = Texts()


def files() -> list[Path]:
    """The translations, each a file beside this module under the language's tag."""
    return sorted(Path(__file__).parent.glob("*.json"))


@cache
def languages() -> dict[str, Texts]:
    """By their tags."""
    read = [Texts(**json.loads(path.read_text("utf-8"))) for path in files()]
    return {texts.language: texts for texts in (ENGLISH, *read)}


def of(request: gr.Request | Request) -> Texts:
    """In the language the browser asks for first, as Gradio's I18n does; English where it is not
    spoken here."""
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
