"""Whose words are asked for, and which sentences of a passage are theirs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import make_article
from index.passages import group
from index.records import Found
from index.sentences import split
from qa.pipeline import Pipeline
from qa.questions.speech import speaker, spoken


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Viktor Orbán say about peace?", "Viktor Orbán"),
        ("What does the White House say about this?", "the White House"),
        ("what did starmer say about tomahawks", "starmer"),
        ("what do experts say about it", None),
        ("What did Putin's adviser say?", None),
        ("What did Trump and Putin say?", None),
        ("What did the Ukrainian president say?", None),
        ("What did the EU say?", None),  # an article may call it the European Union
        ("What did he say?", None),
        ("What do people say?", None),
        ("Who is Orbán?", None),
    ],
)
def test_speaker(question: str, expected: str | None) -> None:
    assert speaker(question) == expected


def said(who: str, text: str) -> list[str]:
    article = make_article(text, title="Talks", id="talks")
    found = [
        Found(passage, article, 0.0, 0.0, 0.0) for passage in group(article, split(article.text))
    ]
    theirs = spoken(who, found)
    return [
        s.text for one in found for s in one.passage.sentences if (article.id, s.start) in theirs
    ]


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("Putin", "A statement said that Putin had warned of damage."),
        ("Putin", "In Putin's view, nothing changes."),
        ("Ukrenergo", "Eight regions lost electricity, said Ukrenergo, which operates the grid."),
        ("Viktor Orbán", "Hungary's prime minister, Viktor Orban, welcomed the news."),
        ("Ann Lee", "Ann Lee, who worked in London for years, warns of a risk."),
        ("Yury Ushakov", "It was accepted, according to Yuri Ushakov, the adviser."),
        ("the Kremlin", "The Kremlin has voiced concern."),
        ("Russia", "Russian officials warn of escalation."),
        ("the White House", "A White House official defended it."),
        ("zelensky", "Zelenskyy told reporters that it was over."),
    ],
)
def test_an_attribution_makes_a_sentence_theirs(who: str, text: str) -> None:
    assert said(who, text) == [text]


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("Putin", "Putin's adviser Yuri Ushakov said that it was over."),
        ("Putin", "Trump asked whether Putin would mind."),
        ("Modi", "He has urged other leaders, among them Narendra Modi, to give up Russian oil."),
        ("Rubio", "They will meet, with Marco Rubio speaking for Washington."),
        ("Axios", "An official told Axios that it was over."),
        ("Biden", "Trump said it was over."),
        ("Ukraine", "Washington shares more with Ukraine, adding details of targets."),
    ],
)
def test_being_named_does_not(who: str, text: str) -> None:
    assert said(who, text) == []


def test_a_pronoun_and_a_quotation_belong_to_the_subject_before_them() -> None:
    text = (
        "Ann Lee spoke to Bob Ray on Friday. She said it was late. “It is never too late.” In a post on X, she thanked him."
        " The day was long, she added. Bob Ray left. He told nobody why."
    )
    hers = ["She said it was late.", "“It is never too late.”", "The day was long, she added."]
    assert said("Lee", text) == hers
    assert said("Ray", text) == ["He told nobody why."]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=20).filter(str.strip), st.text(max_size=120))
def test_any_text_is_read(who: str, text: str) -> None:
    speaker(f"What did {who} say?")
    said(who, f"{text} he said")


@pytest.mark.parametrize(
    "text",
    [
        "a, " * 400 + "he",
        "he " * 400,
        "and Lee " * 150,
        "Lee, " * 240,
        "“" * 1100 + "a",
        "in " * 400,
    ],
)
def test_a_long_sentence_is_read_in_reasonable_time(text: str) -> None:
    said("Lee", text)
    speaker(f"What did {text} say?")


@pytest.mark.parametrize(
    "question", ["What did Modi say about Russian oil?", "What did Biden say about Tomahawks?"]
)
def test_who_said_nothing_is_not_quoted(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question)
    assert (answer.status, answer.notes[0].code) == ("no_answer", "not_in_articles")


def test_only_the_speakers_words_are_quoted(pipeline: Pipeline) -> None:
    answer = pipeline.answer("What did Zelensky say about Tomahawks?")
    assert 'Russia "is afraid' in answer.answer
    assert "He would like to have Tomahawks" not in answer.answer  # Trump's words about him
