"""What the page offers to ask is answered, over the seeds."""

from qa.pipeline import Pipeline
from ui import suggest

ASKED = (
    "Where will Trump and Putin meet?",
    "How far can a Tomahawk fly?",
    "How long did the phone call last?",
)


def test_most_examples_and_follow_ups_are_answered(pipeline: Pipeline) -> None:
    examples = suggest.examples(pipeline.index.articles(limit=50))
    assert len(examples) == 4
    asked = (*ASKED, *examples)
    offered = {
        *examples,
        *(follow for question in asked for follow in suggest.follow_ups(pipeline.answer(question))),
    }
    answered = {follow for follow in offered if pipeline.answer(follow).status != "no_answer"}
    assert len(offered) >= 8
    assert len(answered) >= 0.8 * len(offered), offered - answered
