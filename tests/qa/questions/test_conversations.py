"""Whole conversations: what means the last answer is answered from its articles, or not at all."""

import pytest

from index.embedder import MiniLMEmbedding
from index.records import Filters
from qa.pipeline import Pipeline
from qa.questions.followups import standalone
from qa.questions.kinds import Kinds
from qa.questions.turns import Turns
from qa.records import Answer, Turn

ASKED = "How far can a Tomahawk fly?"
ANSWER = "The Tomahawk flies about 1,600 kilometers, or 1,000 miles."
STRIKES = "What did the Russian strikes hit?"
HIT = (
    "Earlier this week, Russian strikes on a hospital and a United Nations convoy injured 57 people, "
    "and 50 patients had to be moved to safety."
)
RANGE = [Turn("user", ASKED), Turn("assistant", f"{ANSWER} [1]")]
HOSPITAL = [Turn("user", STRIKES), Turn("assistant", f"{HIT} [1]")]


@pytest.mark.parametrize(
    ("wish", "questions"),
    [
        ("more", "Tell me more!|go on|continue|Please tell me more about it|More on that"),
        ("sure", "Are you sure?|are you certain about this?|Is it true?|Is this really true?"),
        (
            "source",
            "What is your source?|what's the source for this?|Sources?|where did you get it",
        ),
        ("gap", "when?|How many?|and the hospital?|And the schools?|Why?|What about the police?"),
        (
            "other",
            "Is it treatable?|How is it calculated?|What did he say?|Why did it fail?|thanks|👍|hello"
            "|What is the source of the river?|Tell me more about Orbán|What are its symptoms?"
            "|Is it true that Putin is coming?|How many missiles did the US sell?|Who wants them?",
        ),
    ],
)
def test_what_a_turn_wants_of_the_last_answer(
    embedder: MiniLMEmbedding, wish: str, questions: str
) -> None:
    turns = Turns(embedder)
    got = {question: turns.wish(question) for question in questions.split("|")}
    assert got == dict.fromkeys(got, wish)


def test_a_glad_emoji_is_thanks_and_others_are_not(embedder: MiniLMEmbedding) -> None:
    known = Kinds(embedder)
    got = {
        text: known.kind(text) for text in ("👍", "👍🏽", "🙏", "❤️", "🥰", "thanks 👍", "👎", "🤔")
    }
    assert got == {text: "fact" if text in "👎🤔" else "thanks" for text in got}
    assert known.kind("Who opened the harbour 👍?") == "fact"


def articles(answer: Answer) -> set[str]:
    return {citation.article_id for citation in answer.citations}


def test_more_goes_on_where_the_last_answer_ended(pipeline: Pipeline) -> None:
    more = pipeline.answer("tell me more", RANGE)
    again = pipeline.answer(
        "continue", [*RANGE, Turn("user", "tell me more"), Turn("assistant", more.answer)]
    )
    assert articles(more) == articles(again) == {"tomahawk-question.md"}
    assert more.citations[0].text.startswith("That is enough to reach Moscow")
    assert all(claim.citations for claim in more.claims + again.claims)
    texts = [citation.text for citation in (*more.citations, *again.citations)]
    assert len(texts) == len({ANSWER, *texts}) - 1


def test_the_source_is_named_with_its_sentence(pipeline: Pipeline) -> None:
    source = pipeline.answer("what is your source?", RANGE)
    assert [citation.text for citation in source.citations] == [ANSWER]
    assert source.answer.startswith("Footnote Desk, 2025-10-17, “Trump keeps everyone guessing")
    assert source.standalone_question == ASKED


@pytest.mark.parametrize("question", ["are you sure?", "Is it true?"])
def test_how_sure_an_answer_is(pipeline: Pipeline, question: str) -> None:
    sure = pipeline.answer(question, RANGE)
    assert sure.answer.startswith("I am very sure: the probability that the sentence answers")
    assert ANSWER in [citation.text for citation in sure.citations]
    assert articles(sure) == {"tomahawk-question.md"}
    assert len(sure.citations) > 1


@pytest.mark.parametrize("question", ["how many?", "and the hospital?"])
def test_half_a_question_means_the_last_answers_articles(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question, HOSPITAL)
    assert answer.status == "answered"
    assert articles(answer) == {"energy-strikes.md"}
    assert {evidence.article_id for evidence in answer.evidence} == {"energy-strikes.md"}


@pytest.mark.parametrize("question", ["Is it true?", "tell me more", "what is your source?"])
def test_after_a_refusal_there_is_nothing_to_mean(pipeline: Pipeline, question: str) -> None:
    refused = "These articles do not answer that. The closest sentences are shown below."
    history = [Turn("user", "Who is the president of France?"), Turn("assistant", refused)]
    answer = pipeline.answer(question, history)
    assert (answer.status, answer.citations, answer.evidence) == ("no_answer", (), ())
    assert [note.code for note in answer.notes] == ["no_last_answer"]


def test_a_written_answers_question_is_looked_up_again(pipeline: Pipeline) -> None:
    history = [Turn("user", ASKED), Turn("assistant", "It can fly some 1,600 km. [1]")]
    source = pipeline.answer("what is your source?", history)
    assert ANSWER in [citation.text for citation in source.citations]


def test_an_answer_out_of_bounds_is_not_told_again(pipeline: Pipeline) -> None:
    bound = Filters(within=("nowhere",))
    answer = pipeline.answer("tell me more", RANGE, filters=bound)
    assert (answer.status, answer.citations) == ("no_answer", ())


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("Why is the inflation rate important?", "How is the inflation rate calculated?"),
        ("Why is inflation important?", "How is inflation calculated?"),
        ("How important is the inflation rate?", "How is the inflation rate calculated?"),
        ("What is the consumer price index?", "How is the consumer price index calculated?"),
    ],
)
def test_it_is_a_thing_and_no_quality(first: str, expected: str) -> None:
    assert standalone("How is it calculated?", [Turn("user", first)]) == expected
