"""A conversation as the browser keeps it: it came from outside and is checked before use."""

from functools import cache

from pydantic import TypeAdapter, ValidationError

from qa.exporting import fits
from qa.records import Answer


@cache
def _answers() -> TypeAdapter[list[Answer]]:
    return TypeAdapter(list[Answer])


def read(stored: str | None) -> list[Answer]:
    """The answers in a JSON text; none when another version of the page kept it, or somebody edited
    it, also to more than a conversation comes to."""
    try:
        answers = _answers().validate_json(stored) if stored else []
    except ValidationError:
        return []
    return answers if fits(answers) else []
