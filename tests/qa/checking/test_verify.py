"""The verdict on a claim: exact facts veto, the reader's logit decides, the whole sentence is its
own proof."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.checking.verify import Verifier
from qa.reading.premise import Source, dated, premise

LAVROV = Source("Sergey Lavrov leads the Russian side.", "2025-10-17", "Talks", "Two sides met.")
COUNT = Source("The strike injured 57 people in Kyiv.", "2025-10-17")


def verifier(*logits: float) -> Verifier:
    """Gives these logits in turn to whatever it is asked."""
    left = list(logits)

    def support(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        return np.array(
            [[left.pop(0) if len(left) > 1 else left[0], -1.0] for _ in pairs], np.float32
        ).reshape(-1, 2)

    return Verifier(support, (1.0, 0.0))


def test_the_premise_holds_what_explains_the_sentence():
    assert premise(LAVROV) == (
        "Talks. Published Friday 17 October 2025. (Two sides met.) Sergey Lavrov leads the Russian side."
    )
    assert premise(Source("It rained.")) == "It rained."


@given(st.text(max_size=12) | st.dates().map(str))
def test_no_date_raises(published):
    assert dated(published) == "" or dated(published).startswith("Published ")


@pytest.mark.parametrize(
    ("logit", "support"), [(3.0, "supported"), (-0.5, "partly"), (-3.0, "unsupported")]
)
def test_the_logit_decides(logit, support):
    (verdict,) = verifier(logit).verdicts("The Russian side follows Lavrov.", [[LAVROV]])
    assert verdict.support == support
    assert (verdict.reason is None) == (support == "supported")


def test_a_number_that_no_source_has_is_a_veto():
    (verdict,) = verifier(9.0).verdicts("The strike injured 75 people.", [[COUNT]])
    assert verdict.support == "unsupported"
    assert verdict.reason == "the source says 57, the answer 75"
    both = Source("Later 75 people were counted.")
    (verdict,) = verifier(9.0).verdicts("The strike injured 75 people.", [[COUNT, both]])
    assert verdict.support == "supported"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("The council voted 31 to 24 for a bridge.", "The bridge won by seven votes."),
        ("Customs seized 1.4 tonnes of tobacco.", "Customs seized 1,400 kilograms of tobacco."),
        ("The fine is 86,000 crowns, half of what she asked for.", "She asked for 172,000 crowns."),
        ("A vaccine protected 47 of 50 calves.", "Three calves were not protected."),
        ("The storm could come on Saturday.", "The storm may come on 18 October."),
        ("The probe is six weeks from the asteroid.", "It gets there in November."),
        ("It sent a picture, 26 months after its launch.", "It was launched in 2023."),
    ],
)
def test_what_follows_by_arithmetic_is_left_to_the_logit(source, claim):
    cited = [Source(source, "2025-10-17")]
    assert verifier(3.0).verdicts(claim, [cited])[0].support == "supported"
    assert verifier(-3.0).verdicts(claim, [cited])[0].support == "unsupported"


def test_of_very_many_numbers_nothing_follows_but_from_one():
    few = [100 + 7 * number for number in range(5)]
    many = [100_000 + 7 * number for number in range(300)]
    for numbers, support in ((few, "supported"), (many, "unsupported")):
        cited = [Source(f"It had {' and '.join(map(str, numbers))} of them.", None)]
        (verdict,) = verifier(3.0).verdicts(f"They were {numbers[0] + numbers[1]}.", [cited])
        assert verdict.support == support
        (verdict,) = verifier(3.0).verdicts(f"They were {2 * numbers[0]}.", [cited])
        assert verdict.support == "supported"
    claim = f"They were {' and '.join(str(7 * number + 3) for number in range(1, 200))}."
    assert verifier(3.0).verdicts(claim, [cited] * 7)[0].support == "unsupported"


def test_the_whole_sentence_is_its_own_proof():
    (verdict,) = verifier(-9.0).verdicts("Sergey Lavrov leads the Russian side", [[LAVROV]])
    assert verdict.support == "supported"


def test_several_sources_are_read_alone_and_together():
    asked: list[str] = []

    def support(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        asked.extend(text for _, text in pairs)
        return np.full((len(pairs), 2), 1.0, np.float32)

    Verifier(support, (1.0, 0.0)).verdicts("He leads.", [[LAVROV, COUNT]])
    assert asked == [premise(LAVROV), premise(COUNT), f"{premise(LAVROV)} {premise(COUNT)}"]


@pytest.mark.parametrize("claim", ["", "...", "— !"])
def test_what_says_nothing_is_unsupported(claim):
    assert verifier(9.0).verdicts(claim, [[LAVROV]])[0].support == "unsupported"
    assert verifier(9.0).verdicts("He leads.", [[]])[0].reason == "no source is cited"
