"""The measures on cases worked out by hand, and their laws on any input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from qa.evaluation.measures import (
    auroc,
    brier,
    citations,
    holds,
    same,
    token_f1,
    words,
)

SAID = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "part", "held"),
    [
        ("It is worth $825 million.", "$825 million", True),
        ("Eight regions, it said.", "eight regions", True),
        ("about 3,350 missiles", "3350", True),
        ("rose 7.5 %", "75", False),
        ("anything", " . ", False),
        ("157 people died", "57", False),
        ("about 57, it said", "57", True),
        ("worth US$825 million", "825 million", True),
        ("rose 7.5%", "7.5 %", True),
        ("Moscow’s team", "Moscow", True),
        ("the 35-year-old", "35", True),
        ("undone", "done", False),
        ("“We need Tomahawks,” he said", "We need Tomahawks", True),
    ],
)
def test_holds(text: str, part: str, held: bool) -> None:
    assert holds(text, part) is held


def test_words_keep_amounts_and_drop_the_rest() -> None:
    assert words("  The “U.S.” paid $1,000 (5.5 %)!\n") == [
        "the",
        "u.s",
        "paid",
        "$",
        "1000",
        "5.5",
        "%",
    ]


def test_sentences_cut_differently_are_the_same_but_an_empty_one_is_none() -> None:
    assert same("He agreed", "He agreed. At once.")
    assert same("He agreed. At once.", "He agreed")
    assert not same("", "He agreed")


def test_short_answers_as_squad_scores_them() -> None:
    assert token_f1("The U.S.!", ["us"]) == 1.0
    assert token_f1("theory", ["ory"]) == 0.0
    assert token_f1("Marco Rubio", ["Rubio", "Lavrov"]) == pytest.approx(2 / 3)
    assert token_f1("to to be", ["to be be"]) == pytest.approx(2 / 3)
    assert token_f1("", ["Rubio"]) == 0.0
    assert token_f1("the", ["a"]) == 1.0
    assert token_f1("Rubio", []) == 0.0


def test_citations_are_measured_against_every_annotator() -> None:
    gold = [["A one.", "B two."], ["C three."]]
    assert citations(["A one.", "B two."], gold) == (1.0, 1.0, 1.0)
    assert citations(["A one.", "C three."], gold) == (1.0, 1.0, pytest.approx(2 / 3))
    assert citations(["A one.", "D four."], gold) == (0.5, 0.5, 0.5)
    assert citations(["D four."], gold) == (0.0, 0.0, 0.0)
    assert citations([], gold) == (0.0, 0.0, 0.0)


@settings(deadline=None)
@given(SAID)
def test_auroc_and_brier_agree_with_scikit_learn(said: list[tuple[float, bool]]) -> None:
    scores, truth = zip(*said, strict=True)
    error, skill = brier(scores, truth)
    if len(set(truth)) == 2:
        assert error == pytest.approx(brier_score_loss(truth, scores))
        assert auroc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))
        assert skill is not None
    else:
        assert auroc(scores, truth) is None
        assert skill is None


def test_brier_skill_is_one_for_the_truth_and_none_for_the_base_rate() -> None:
    assert brier([1, 0, 1, 0], [True, False, True, False]) == (0.0, 1.0)
    assert brier([0.5] * 4, [True, False, True, False]) == (0.25, 0.0)
