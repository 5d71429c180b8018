"""Whether a sentence counts what is asked about."""

import pytest

from qa.checking.roles import counts_other


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("How many people were killed in the strike?", "The strike injured 57 people.", True),
        ("How many people were injured?", "Two were killed and 57 injured.", False),
        ("How many people died?", "Five men were killed.", False),
        ("How many women were hurt?", "Three men were hurt.", True),
        ("Who was killed?", "In all, 57 people were injured.", False),
        ("How many seats did the party win?", "The party lost five seats.", True),
    ],
)
def test_killed_are_not_injured(question, sentence, other):
    assert counts_other(question, sentence) is other
