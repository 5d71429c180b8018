"""What the page offers to ask is answered, over the seeds."""

import pytest

from qa.pipeline import Pipeline
from ui import suggest
from ui.texts import EXAMPLES


@pytest.mark.parametrize("question", [question for question, _ in EXAMPLES])
def test_examples_are_answered_with_a_margin(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question)
    assert answer.status == "answered"
    assert answer.probability > pipeline.scales.answer + 0.2


def test_the_seeds_offer_our_examples(pipeline: Pipeline) -> None:
    assert suggest.examples(pipeline.index.articles()) == [question for question, _ in EXAMPLES]


def test_most_follow_ups_are_answered(pipeline: Pipeline) -> None:
    offered = {follow for question, _ in EXAMPLES for follow in suggest.follow_ups(pipeline.answer(question))}
    answered = {follow for follow in offered if pipeline.answer(follow).status != "no_answer"}
    assert len(offered) >= 4
    assert len(answered) >= 0.8 * len(offered), offered - answered
