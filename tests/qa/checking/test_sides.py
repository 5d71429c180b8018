"""On which side of its article a time lies, as it was learned: on labelled sentences that were not learned from, and plain ones."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from index.embedder import MiniLMEmbedding
from qa.checking.dates import resolve
from qa.checking.sides import LearnedSides
from tests.benchmarks.days import SHOWN, judged

DAYS = Path(__file__).parents[2] / "benchmarks" / "days"
FRIDAY = "2025-10-17"


@pytest.fixture(scope="module")
def sides(embedder: MiniLMEmbedding) -> LearnedSides:
    return LearnedSides(embedder)


def test_of_the_days_shown_nearly_all_are_right(sides: LearnedSides) -> None:
    lines = [
        line
        for part in ("dev", "dev2")
        for line in (DAYS / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    outcomes = Counter(judged(row, sides) for row in map(json.loads, lines))
    shown = sum(outcomes[name] for name in SHOWN)
    assert outcomes["right"] >= 0.95 * shown
    assert outcomes["null shown"] <= 2
    assert shown >= 100


PLAIN: list[tuple[str, list[str]]] = [
    ("The two spoke on Thursday.", ["2025-10-16"]),
    ("Police arrested two men on Saturday.", ["2025-10-11"]),
    ("The court ruled Friday that the ban stands.", ["2025-10-17"]),
    ("The summit will be held on Thursday.", ["2025-10-23"]),
    ("The vote is scheduled for Tuesday.", ["2025-10-21"]),
    ("The call took place yesterday, officials said.", ["2025-10-16"]),
    ("The two met on August 15 in Anchorage.", ["2025-08-15"]),
    ("The deal was signed on 3 December in Paris.", ["2024-12-03"]),
    ("In December, the party lost its majority.", ["December 2024"]),
    ("Voters will choose a parliament in April.", ["April 2026"]),
    ("Shops opened early on Black Friday.", []),
    ("The Sunday Times reported the sale.", []),
    ("The market is held every Thursday.", []),
    ("Today the city is a busy port.", []),
    ("She was born in May.", []),
]


def test_of_plain_sentences_none_is_wrong_and_most_are_shown(sides: LearnedSides) -> None:
    resolved = resolve([(sentence, FRIDAY) for sentence, _ in PLAIN], sides)
    found = [[one.shown for one in own] for own in resolved]
    assert [
        one for one, (_, shown) in zip(found, PLAIN, strict=True) if one not in ([], shown)
    ] == []
    dated = [one for one, (_, shown) in zip(found, PLAIN, strict=True) if shown]
    assert sum(map(bool, dated)) >= 0.8 * len(dated)


def test_company_and_number_format_hardly_matter(sides: LearnedSides) -> None:
    text = "The mayor said on Monday that the bridge will open on Thursday."
    places = [(text, text.index(day), text.index(day) + len(day)) for day in ("Monday", "Thursday")]
    both = sides.probabilities(places)
    alone = [sides.probabilities([place])[0] for place in places]
    assert np.allclose(both, alone, atol=1e-4)
    assert np.allclose(both.sum(1), 1, atol=1e-5)
    assert sides(places) == sides(places[::-1])[::-1] == ["behind", "ahead"]


def test_what_the_model_does_not_read_stays_open(sides: LearnedSides) -> None:
    text = "Rain fell on the harbour. " * 100 + "They met on Thursday."
    (resolved,) = resolve([(text, FRIDAY)], sides)
    assert resolved == []
