"""What a browser kept is read again, or left alone."""

from dataclasses import replace

import pytest

from qa import exporting
from qa.records import Answer
from ui import export, shelf


def test_what_is_kept_is_what_is_read(answered: Answer, refused: Answer) -> None:
    assert shelf.read(export.as_json([answered, refused])) == [answered, refused]


@pytest.mark.parametrize("stored", [None, "", "[", "{}", '"x"', "[1]", '[{"id": 5}]', "null"])
def test_what_somebody_edited_is_nothing(stored: str | None) -> None:
    assert shelf.read(stored) == []


def test_more_than_a_conversation_comes_to_is_nothing(answered: Answer) -> None:
    cited = answered.citations * (exporting.MOST + 1)
    assert shelf.read(export.as_json([replace(answered, citations=cited)])) == []
    assert len(shelf.read(export.as_json([answered] * 200))) == 200
