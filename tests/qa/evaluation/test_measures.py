"""The measures on cases worked out by hand, and their laws on any input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from qa.evaluation.measures import (
    auroc,
    brier,
    citations,
    exact_match,
    holds,
    operating,
    plain,
    reliability,
    same,
    token_f1,
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
        ("“We need Tomahawks,” he said", "We need Tomahawks", True),
    ],
)
def test_holds(text: str, part: str, held: bool) -> None:
    assert holds(text, part) is held


def test_plain_keeps_amounts_and_drops_the_rest() -> None:
    assert plain("  The “U.S.” paid $1,000 (5.5 %)!\n") == "the u.s. paid $1000 5.5 %"


def test_sentences_cut_differently_are_the_same_but_an_empty_one_is_none() -> None:
    assert same("He agreed", "He agreed. At once.")
    assert same("He agreed. At once.", "He agreed")
    assert not same("", "He agreed")


def test_short_answers_as_squad_scores_them() -> None:
    assert exact_match("The U.S.!", ["us"]) == 1.0
    assert exact_match("theory", ["ory"]) == 0.0
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


@settings(deadline=None)
@given(SAID)
def test_reliability_counts_every_question_once(said: list[tuple[float, bool]]) -> None:
    scores, truth = zip(*said, strict=True)
    bins = reliability(scores, truth)
    assert sum(b["n"] for b in bins) == len(said)
    assert sum(b["n"] * b["was"] for b in bins) == pytest.approx(sum(truth))
    assert all(b["from"] - 1e-9 <= b["said"] <= b["to"] + 1e-9 for b in bins)


def test_reliability_of_a_few() -> None:
    assert reliability([0.0, 0.05, 1.0], [False, True, True]) == [
        {"from": 0.0, "to": 0.1, "n": 2, "said": 0.025, "was": 0.5},
        {"from": 0.9, "to": 1.0, "n": 1, "said": 1.0, "was": 1.0},
    ]


@settings(deadline=None)
@given(SAID)
def test_a_higher_threshold_never_answers_more(said: list[tuple[float, bool]]) -> None:
    scores, truth = zip(*said, strict=True)
    points = operating(scores, truth)
    for name, kind in (("coverage", True), ("false_answers", False)):
        shares = [point[name] for point in points]
        if kind not in truth:
            assert set(shares) == {None}
        else:
            assert shares == sorted(shares, reverse=True)


def test_operating_point() -> None:
    (half,) = [p for p in operating([0.9, 0.5, 0.5, 0.2], [True, True, False, True]) if p["threshold"] == 0.5]
    assert half == {"threshold": 0.5, "coverage": 2 / 3, "false_answers": 1.0}
