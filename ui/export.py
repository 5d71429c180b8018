"""Answers to take elsewhere, with their dates in the page's language."""

from collections.abc import Sequence

from qa import exporting
from qa.records import Answer
from ui.texts import ENGLISH, Texts


def markdown(record: Answer, say: Texts = ENGLISH, base: str = "") -> str:
    """The answer with its citations as Markdown footnotes; `base` is where the page is reached."""
    return exporting.markdown(record, say.date, base)


def conversation(records: Sequence[Answer], say: Texts = ENGLISH, base: str = "") -> str:
    """A whole conversation as Markdown, the footnotes under each answer."""
    return exporting.conversation(records, say.date, base)


def as_json(records: Sequence[Answer]) -> str:
    """A conversation as the answer records are."""
    return exporting.as_json(records)
