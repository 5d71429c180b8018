"""Reads a set of questions: a JSON object on each line."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from qa.evaluation.figures import complaint
from qa.evaluation.scoring import Row


class Said(BaseModel):
    role: Literal["user", "assistant"]
    content: str


class Known(BaseModel):
    """What a row of a question set must have and what it may; `quotes` has a list of sentences for
    each annotator."""

    id: str | int
    question: str
    answerable: bool
    kind: str | None = None
    status: str = "answered"
    history: list[Said] | None = None
    article_id: str | None = None
    article_ids: list[str] | None = None
    quotes: list[list[str]] | None = None
    answers: list[str] | None = None
    must: list[str] | None = None
    answer_starts: list[int] | None = None


def load(questions: Path) -> list[Row]:
    """The rows of a JSON-lines file. Raises ValueError with one line for the first that is no
    question."""
    rows: list[Row] = []
    for number, line in enumerate(questions.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            Known.model_validate(row)
        except ValueError as error:
            remedy = "give it id, question, answerable as JSON"
            reason = f"not a question ({complaint(error)}); {remedy}"
            raise ValueError(f"{questions}:{number}: {reason}") from None
        rows.append(row)
    if not rows:
        raise ValueError(f"{questions}: no questions; write one as JSON on each line")
    return rows
