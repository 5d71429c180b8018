"""Contradictions between chosen sentences, and what must not be taken for one."""

import re
from collections.abc import Sequence

import numpy as np
import pytest

from index.articles import make_article
from index.records import Sentence
from qa.checking.conflicts import among
from qa.checking.verify import Verifier
from qa.reading.choose import Candidate
from qa.reading.readings import Span
from qa.reading.scales import SentenceFeatures

NOTHING = SentenceFeatures(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def said(
    text: str,
    article: str,
    published: str | None = None,
    source: str = "",
    answer: str | None = None,
) -> Candidate:
    body = make_article(
        f"Strikes\n\n{text}", title="Strikes", source=source, published=published, id=article
    )
    start = body.text.index(text)
    at = body.text.index(answer) if answer else 0
    span = Span(at, at + len(answer), 5.0) if answer else None
    return Candidate(body, Sentence(start, start + len(text), text), 0, 0, NOTHING, 0.9, span)


def borne_out(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    """By words alone: all of the claim's are in the sentence."""
    logits = []
    for claim, premise in pairs:
        words, there = (set(re.findall(r"\w+", text.lower())) for text in (claim, premise))
        logits.append(4.0 if words <= there else -4.0)
    return np.array([[logit, -4.0] for logit in logits], np.float32).reshape(-1, 2)


VERIFIER = Verifier(borne_out, (1.0, 0.0))


def told(*chosen: Candidate) -> list[tuple[str, str]]:
    return [(note.code, note.message) for note in among(chosen, VERIFIER)[0]]


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        (
            "The strike injured 57 people in Kyiv.",
            "The strike injured 60 people in Kyiv.",
            ("57", "60"),
        ),
        (
            "The package is worth $825 million.",
            "The package is worth $925 million.",
            ("$825 million", "$925 million"),
        ),
        (
            "The summit begins on 20 October 2025.",
            "The summit begins on 24 October 2025.",
            ("20 October 2025", "24 October 2025"),
        ),
    ],
)
def test_one_value_in_the_place_of_another(one, other, values):
    message = 'The sources disagree: "{}" and "{}".'.format(*values)
    assert told(said(one, "a"), said(other, "b")) == [("sources_disagree", message)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The strike injured 57 people in Kyiv.", "The strike injured 57 people in Kyiv."),
        ("It sold 3,350 missiles to Ukraine.", "It sold more than 3,000 missiles to Ukraine."),
        ("The range is 1,600 kilometers.", "The range is 1,000 miles."),
        (
            "Volodymyr Zelensky will visit Washington on Friday.",
            "Volodymyr Zelenskyy will visit Washington on Friday.",
        ),
        ("In 2010 the town had 3,559 inhabitants.", "In 2020 the town had 3,506 inhabitants."),
        ("The toll rose from 57 to 60 people.", "The toll rose to 57 people."),
        ("The strike injured 57 people in Kyiv.", "A fire in Odesa killed 12 dogs."),
        ("Prices rose by 5 percent in May 2025.", "Prices rose by 6 percent in June 2025."),
        ("He was born on 3 May 1950 in Lviv.", "He was born in May 1950 in Lviv."),
        ("", "The strike injured 57 people."),
        ("The United States joined the Arctic pact.", "The U.S. joined the Arctic pact."),
        (
            "The president of France welcomed the deal.",
            "The president of Poland welcomed the deal.",
        ),
        (
            "The flood killed 3 people in Ohio on Monday.",
            "The flood killed 7 people in Texas on Monday.",
        ),
        ("Three people died in the fire.", "Five people were missing in the fire."),
        ("At least 12 people were killed in the fire.", "The fire killed 15 people."),
        (
            "Sales of iPhones rose 3 percent in China last quarter.",
            "Sales of iPads rose 5 percent in China last quarter.",
        ),
    ],
)
def test_no_contradiction(one, other):
    assert told(said(one, "a"), said(other, "b")) == []


def test_one_article_does_not_contradict_itself():
    assert (
        told(said("The strike injured 57 people.", "a"), said("The strike injured 60 people.", "a"))
        == []
    )


def test_a_later_article_is_an_update_and_comes_first():
    older = said("The strike injured 57 people in Kyiv.", "a", "2025-10-14", "Axios")
    newer = said("The strike injured 60 people in Kyiv.", "b", "2025-10-16", "CNN")
    message = 'The newer article differs from the older: "60" (CNN, as of 2025-10-16) and "57" (Axios, as of 2025-10-14).'
    assert told(older, newer) == told(newer, older) == [("conflict_in_time", message)]


def test_the_same_day_or_no_day_is_a_disagreement():
    chosen = (
        said("The strike injured 57 people.", "a", "2025-10-14"),
        said("The strike injured 60 people.", "b"),
    )
    assert told(*chosen) == [
        ("sources_disagree", 'The sources disagree: "57" (2025-10-14) and "60".')
    ]


def test_among_chosen_sentences_the_newest_side_comes_first():
    chosen = [
        said("Talks go on in Budapest.", "a", "2025-10-15", answer="Budapest"),
        said("The strike injured 57 people in Kyiv.", "b", "2025-10-14", answer="57"),
        said("The strike injured 60 people in Kyiv.", "c", "2025-10-16", answer="60"),
    ]
    notes, order = among(chosen, VERIFIER)
    assert [note.code for note in notes] == ["conflict_in_time"]
    assert [one.article.published for one in order] == ["2025-10-16", "2025-10-14", "2025-10-15"]
    assert among(chosen[:2], VERIFIER) == ([], chosen[:2])
