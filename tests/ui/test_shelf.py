"""Conversations survive the way through the browser; what comes back damaged does no harm."""

from dataclasses import replace
from typing import Any

import pytest

from qa.records import Answer
from ui import shelf


def test_what_is_put_is_what_is_opened(answered: Answer, refused: Answer) -> None:
    books, chosen = shelf.put([], None, [answered, refused])
    assert shelf.open_(books, chosen) == [answered, refused]
    assert shelf.choices(books) == [(answered.question, chosen)]


def test_putting_again_replaces_and_comes_first(answered: Answer, refused: Answer) -> None:
    books, first = shelf.put([], None, [answered])
    books, second = shelf.put(books, None, [refused])
    assert [i for _, i in shelf.choices(books)] == [second, first]
    books, again = shelf.put(books, first, [answered, refused])
    assert again == first
    assert [i for _, i in shelf.choices(books)] == [first, second]


def test_rename_and_remove(answered: Answer) -> None:
    books, chosen = shelf.put([], None, [answered])
    assert shelf.choices(shelf.rename(books, chosen, " Mine ")) == [("Mine", chosen)]
    assert shelf.choices(shelf.rename(books, chosen, " ")) == shelf.choices(books)
    assert shelf.remove(books, chosen) == []


def test_the_oldest_go_when_it_gets_too_long(answered: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "LIMIT", 5_000)
    books: Any = []
    for number in range(6):
        books, chosen = shelf.put(books, None, [replace(answered, question=f"Number {number}?")])
    assert 0 < len(books) < 6
    assert shelf.choices(books)[0] == ("Number 5?", chosen)


@pytest.mark.parametrize(
    "stored", [None, 3, "x", {}, [1], [{"id": 1}], [{"id": "a", "title": "t", "answers": [{"x": 1}]}]]
)
def test_damage_is_left_out(stored: Any) -> None:
    assert shelf.open_(stored, "a") == []
    assert shelf.put(stored, None, [])[1] is None
