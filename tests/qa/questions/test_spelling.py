"""Misspelt words of a question are put right; names, known words and what has no near word stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.pipeline import Pipeline
from qa.questions.spelling import as_typed, corrected

IN_ARTICLES = {
    "missiles",
    "eram",
    "injured",
    "injury",
    "naftogaz",
    "people",
    "hospital",
    "received",
    "bricks",
}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("how many ERAM missles is ukraine buying", "how many ERAM missiles is ukraine buying"),
        (
            "how many pepole were recieved at the hosptial?",
            "how many people were received at the hospital?",
        ),
        ("who recieved the noble prize", "who received the noble prize"),
        (
            "wheer is it and whcih one was betwen them?",
            "where is it and which one was between them?",
        ),
        (
            "what did starmer say on crypto when macron came",
            "what did starmer say on crypto when macron came",
        ),
        ("What gusts were there, and which hens?",) * 2,
        ("what did bloomburg say?",) * 2,
        ("what does naftogaz say?", "what does naftogaz say?"),
        ("whats the plan, and why doesnt it work?", "whats the plan, and why doesnt it work?"),
        ("Who is Zelenskiy, and what is Naftogas?", "Who is Zelenskiy, and what is Naftogas?"),
        ("see example.comm or qwertzuiop2", "see example.comm or qwertzuiop2"),
        ('how many "missles or pepole" and missles', 'how many "missles or pepole" and missiles'),
        ("who sold “missles”", "who sold “missles”"),
    ],
)
def test_one_slip_from_a_known_word_is_put_right(asked: str, meant: str) -> None:
    assert corrected(asked, IN_ARTICLES.__contains__) == meant


def test_as_typed_is_left_as_it_is() -> None:
    question = "how many pepole were injured by their missles?"
    typed = as_typed(question, corrected(question, IN_ARTICLES.__contains__))
    assert typed == 'how many "pepole" were injured by their "missles"?'
    assert corrected(typed, IN_ARTICLES.__contains__) == typed
    assert as_typed(typed, typed) == typed


def test_no_article_is_searched_for_what_is_quoted() -> None:
    asked: list[str] = []

    def having(word: str) -> int:
        asked.append(word)
        return 0

    corrected('who sold "missles and pepole" to qwertz', having)
    assert "qwertz" in asked
    assert all(word.isalpha() for word in asked)


@given(st.text())
def test_what_is_not_a_small_word_stays(text: str) -> None:
    once = corrected(text, IN_ARTICLES.__contains__)
    assert once.split(" ").__len__() == text.split(" ").__len__()
    assert corrected(once, IN_ARTICLES.__contains__) == once


def test_the_answer_says_what_was_understood(pipeline: Pipeline) -> None:
    answer = pipeline.answer("how many ERAM missles does the arms package include?")
    assert answer.standalone_question == "how many ERAM missiles does the arms package include?"
    assert any("3,350" in citation.text for citation in answer.citations)
    assert [note.code for note in answer.notes] == ["spelling"]
    assert answer.standalone_question in answer.notes[0].message


def test_what_is_typed_right_needs_no_word_about_it(pipeline: Pipeline) -> None:
    answer = pipeline.answer("how many ERAM missiles does the arms package include?")
    assert not answer.notes
