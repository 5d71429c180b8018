"""Conversations as the browser keeps them: plain lists that came from outside and are checked before use."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from qa.records import Answer

LIMIT = 1_000_000  # characters of JSON; a browser's storage ends at about five million bytes
Shelf = list[dict[str, Any]]  # newest first: {"id", "title", "answers"}


@cache
def _answers() -> TypeAdapter[list[Answer]]:
    return TypeAdapter(list[Answer])


def read(stored: object) -> Shelf:
    """The conversations in what a browser sent; whatever has another shape is left out."""
    rows = stored if isinstance(stored, list) else []
    return [
        {"id": str(r["id"]), "title": str(r["title"])[:200], "answers": r["answers"]}
        for r in rows
        if isinstance(r, dict) and {"id", "title", "answers"} <= r.keys() and isinstance(r["answers"], list)
    ]


def open_(stored: object, chosen: str | None) -> list[Answer]:
    row = next((r for r in read(stored) if r["id"] == chosen), None)
    try:
        return _answers().validate_python(row["answers"]) if row else []
    except ValidationError:
        return []  # kept by another version of the page, or edited by hand


def put(stored: object, chosen: str | None, answers: Sequence[Answer]) -> tuple[Shelf, str | None]:
    """The shelf with this conversation first, named by its first question; the oldest go when it gets too long."""
    shelf = read(stored)
    if not answers:
        return shelf, chosen
    old = next((r for r in shelf if r["id"] == chosen), None)
    title = old["title"] if old else answers[0].question[:80]
    # Through JSON, so that what is stored is what can be read back: lists for tuples, no shared objects.
    rows = json.loads(json.dumps([a.to_dict() for a in answers]))
    new = {"id": old["id"] if old else uuid4().hex, "title": title, "answers": rows}
    shelf = [new, *(r for r in shelf if r is not old)]
    while len(shelf) > 1 and len(json.dumps(shelf)) > LIMIT:
        shelf.pop()
    return shelf, str(new["id"])


def rename(stored: object, chosen: str | None, title: str) -> Shelf:
    return [{**r, "title": title.strip()[:200]} if r["id"] == chosen and title.strip() else r for r in read(stored)]


def remove(stored: object, chosen: str | None) -> Shelf:
    return [r for r in read(stored) if r["id"] != chosen]


def choices(shelf: Shelf) -> list[tuple[str, str]]:
    return [(r["title"], r["id"]) for r in shelf]
