"""A claim stands only on what its sources say: facts, polarity and attribution first, then the probability."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.checking.check import Source, check, rank

ERAM = (
    "Meanwhile, the U.S. has moved ahead with other steps to bolster Ukraine's defenses, including the sale of 3,350 "
    "Extended Range Attack Munition (ERAM) missiles as part of an $825 million arms package."
)
TEAM = (
    "Secretary of State Marco Rubio will represent the U.S. and Russian Foreign Minister Sergey Lavrov"
    " will lead the Russian side."
)


def support(claim: str, *sources: str) -> str:
    return check(claim, [Source(source) for source in sources]).support


@pytest.mark.parametrize(
    "source",
    [ERAM, TEAM, "He did not go.", "It may rain, he said.", "If it rains, they stay.", "3."],
)
def test_a_source_supports_itself(source: str) -> None:
    verdict = check(source, [Source(source)])
    assert (verdict.support, verdict.reason) == ("supported", None)
    assert verdict.probability >= 0.98


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "The U.S. sold 3,350 Extended Range Attack Munition missiles as part of an $825 million arms package.",
            ERAM,
        ),
        ("Sergey Lavrov will lead the Russian side.", TEAM),
        ("Lavrov leads the Russian side.", TEAM),
        ("He came second.", "Although he did not win the title, he came second."),
        ("He came second.", "He came second, which was not what he had hoped for."),
        ("Trump said the talks went well.", "Trump said that the talks on Thursday went well."),
    ],
)
def test_shorter_than_the_source(claim: str, source: str) -> None:
    assert support(claim, source) == "supported"


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        ("The U.S. sold 3 ERAM missiles.", ERAM, "the source says 3,350, the answer 3"),
        ("Marco Polo will represent the U.S.", TEAM, "the source does not name Marco Polo"),
        ("He went home.", "He did not go home.", "the source says 'not', the answer does not"),
        ("He did not go home.", "He went home.", "the answer says 'not', the source does not"),
        (
            "There is evidence of it.",
            "There is no evidence of it.",
            "the source says 'no', the answer does not",
        ),
        (
            "They can go there.",
            "They can't go there.",
            "the source says 'not', the answer does not",
        ),
        (
            "They can go there.",
            "They cannot go there.",
            "the source says 'not', the answer does not",
        ),
        (
            "Prices of oil rose on Monday.",
            "Prices of oil fell on Monday.",
            "the source says 'fell', the answer 'rose'",
        ),
        (
            "Lavrov will represent the U.S. and Rubio will lead the Russian side.",
            "Rubio will represent the U.S. and Lavrov will lead the Russian side.",
            "the source says Rubio, the answer Lavrov",
        ),
        (
            "The Panthers had 24 interceptions and gave up 308 points.",
            "The Panthers had 308 interceptions and gave up 24 points.",
            "the source says 308, the answer 24",
        ),
        ("X said the rate was cut by 75 points.", "X said the rate was raised by 25 points.", None),
        ("The moon is made of green cheese.", TEAM, None),
    ],
)
def test_what_is_wrong(claim: str, source: str, reason: str | None) -> None:
    verdict = check(claim, [Source(source)])
    assert verdict.support == "unsupported"
    assert verdict.probability < 0.5
    assert verdict.reason
    assert reason in (None, verdict.reason)


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        (
            "Russia hit the hospital.",
            "Moscow denied that Russia hit the hospital.",
            "the source says this of a denial",
        ),
        (
            "The talks went well.",
            "Trump claimed that the talks went well.",
            "the source gives this as somebody's words",
        ),
        (
            "The talks went well.",
            "According to Trump, the talks went well.",
            "the source gives this as somebody's words",
        ),
        (
            "The talks went well.",
            "The talks went well, Trump said.",
            "the source gives this as somebody's words",
        ),
        (
            "The talks went well.",
            "“The talks went well,” Trump said.",
            "the source gives this as somebody's words",
        ),
        (
            "He stole the car.",
            "He allegedly stole the car.",
            "the source gives this as somebody's words",
        ),
        (
            "The talks will end.",
            "The talks may end.",
            "the source says this only as possible or planned",
        ),
        (
            "They build a bridge.",
            "They planned to build a bridge.",
            "the source says this only as possible or planned",
        ),
        (
            "They stay at home.",
            "If it rains, they stay at home.",
            "the source says this only under a condition",
        ),
        (
            "They stay at home.",
            "They stay at home if it rains.",
            "the source says this only under a condition",
        ),
    ],
)
def test_what_the_source_does_not_say_itself(claim: str, source: str, reason: str) -> None:
    verdict = check(claim, [Source(source)])
    assert (verdict.support, verdict.reason) == ("partly", reason)


def test_another_source_that_says_it_itself_is_enough() -> None:
    assert (
        support(
            "The talks went well.",
            "Trump claimed that the talks went well.",
            "The talks went well.",
        )
        == "supported"
    )


def test_sources_add_up() -> None:
    assert (
        support(
            "Rubio leads the American side and Lavrov the Russian side.",
            "Rubio leads the American side.",
        )
        == "unsupported"
    )
    both = ("Rubio leads the American side.", "Lavrov leads the Russian side.")
    assert (
        support("Rubio leads the American side and Lavrov the Russian side.", *both) == "supported"
    )


def test_title_and_sentence_before_help_with_names() -> None:
    claim, sentence = "Sergey Lavrov leads the Russian side.", "He leads the Russian side."
    assert support(claim, sentence) == "unsupported"
    assert (
        check(claim, [Source(sentence, before="Sergey Lavrov is coming.")]).support == "supported"
    )
    assert check(claim, [Source(sentence, title="Lavrov in Budapest")]).support == "supported"


def test_without_a_source_nothing_stands() -> None:
    assert (
        check("It purrs.", []).support
        == check("...", [Source("It purrs.")]).support
        == "unsupported"
    )


@pytest.mark.parametrize("likenesses", [[(0.1, 0.0), (0.9, 0.0)], [(0.6, -3.0), (0.6, 3.0)]])
def test_similarity_and_the_readers_opinion_move_the_probability(likenesses) -> None:
    claim, sources = (
        "The firm makes its cars abroad.",
        [Source("The company builds vehicles in other countries.")],
    )
    low, high = (check(claim, sources, likeness=likeness).probability for likeness in likenesses)
    assert low < high


def test_no_opinion_outweighs_a_wrong_number() -> None:
    verdict = check("It lost 3 cars.", [Source("It lost 5 cars.")], likeness=(1.0, 9.0))
    assert (verdict.support, verdict.reason) == ("unsupported", "the source says 5, the answer 3")


def test_rank_prefers_the_sentence_that_says_it_and_then_what_it_lacks() -> None:
    sentences = [
        "The weather was fine.",
        "Lavrov leads the side.",
        "Lavrov leads a side.",
        "The side arrives on Friday.",
    ]
    scores = rank("Lavrov leads the side that arrives on Friday.", sentences)
    assert sorted(range(4), key=lambda i: -scores[i])[:2] == [3, 1]
    assert rank("...", sentences) == [0.0] * 4
    assert rank("Lavrov", []) == []


@settings(deadline=None)
@given(st.text(max_size=120), st.lists(st.text(max_size=120), max_size=3))
def test_any_text_gets_a_verdict(claim: str, sources: list[str]) -> None:
    verdict = check(claim, [Source(source) for source in sources])
    assert 0 <= verdict.probability <= 1
    assert (verdict.reason is None) == (verdict.support == "supported")
    assert len(rank(claim, sources)) == len(sources)
