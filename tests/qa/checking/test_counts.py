"""Whether a sentence counts what is asked about."""

import re

import pytest

from qa.checking.counts import counts_other


@pytest.mark.parametrize(
    ("question", "sentence", "other"),  # the words that answer are the first number
    [
        ("How many people were killed in the strike?", "The strike injured 57 people.", True),
        ("How many people were injured?", "Two were killed and 57 injured.", False),
        ("How many people died?", "Five men were killed.", False),
        ("How many women were hurt?", "Three men were hurt.", True),
        ("Who was killed?", "In all, 57 people were injured.", False),
        ("How many seats did the party win?", "The party lost five seats.", True),
        (
            "How many patients were evacuated?",
            "They injured people, and 50 patients were moved.",
            False,
        ),
        (
            "How many patients were killed?",
            "They injured 57 people, and 50 patients were moved.",
            True,
        ),
    ],
)
def test_killed_are_not_injured(question, sentence, other):
    number = re.search(r"\d+|five|Five|Two|Three|$", sentence)
    assert number
    assert counts_other(question, sentence, number.start()) is other
