"""What goes in and out of the routes of saved questions."""

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, Field

from qa.endpoint.schemas import Address, Limited, Line, Question
from qa.records import Citation
from qa.saved.question import NewSentence, SavedQuestion


class SaveRequest(Limited):
    """A question to ask again whenever articles come in, and which articles it may use."""

    question: Question = Field(examples=["Who leads the talks?"])
    webhook: Address | None = Field(
        None, description="Address that what is new is POSTed to; needs a key that may write."
    )
    owner: Line | None = Field(
        None,
        description="Name of the key it is saved for, when not one's own; for a key that may write "
        "and is not bound.",
    )


class SavedLine(BaseModel):
    id: str
    question: str
    published_after: str | None
    published_before: str | None
    sources: list[str]
    collections: list[str]
    authors: list[str]
    owner: str | None = Field(description="Name of the key it is saved for.")
    created: str
    asked: str | None = Field(description="When it was last asked.")
    looked: str | None = Field(description="When somebody last looked.")
    new: int = Field(description="Sentences that are cited now and were not before that look.")
    webhook: str | None
    failure: str | None = Field(description="Why it could not be asked.")
    webhook_failure: str | None = Field(description="Why its webhook could not be told.")


class SavedList(BaseModel):
    saved: list[SavedLine]


class NewSentenceOut(BaseModel):
    found: str
    citation: Citation


class SavedRecord(SavedLine):
    sentences: list[NewSentenceOut] = Field(description="What is new, the oldest first.")


class SavedMade(SavedRecord):
    secret: str | None = Field(description="Signs what the webhook gets; shown only this once.")


def line(saved: SavedQuestion, sentences: list[NewSentence]) -> dict[str, Any]:
    """The fields of a SavedLine."""
    fields = {**asdict(saved), **asdict(saved.filters), "new": len(sentences)}
    return {name: fields[name] for name in SavedLine.model_fields}


def record(saved: SavedQuestion, sentences: list[NewSentence]) -> dict[str, Any]:
    """The fields of a SavedRecord."""
    return line(saved, sentences) | {"sentences": [asdict(one) for one in sentences]}
