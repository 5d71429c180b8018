"""Contradictions between chosen sentences, and what must not be taken for one."""

import pytest

from index.articles import make_article
from index.records import Sentence
from qa.checking.conflicts import Dated, among, find, told
from qa.choose import Candidate
from qa.reader import Span


def dated(text: str, article: str, published: str | None = None, source: str = "", answer: str | None = None) -> Dated:
    start = text.index(answer) if answer else 0
    return Dated(text, article, published, source, (start, start + len(answer)) if answer else None)


@pytest.mark.parametrize(
    ("one", "other", "what", "values"),
    [
        ("The strike injured 57 people in Kyiv.", "The strike injured 60 people in Kyiv.", "number", ("57", "60")),
        (
            "The package is worth $825 million.",
            "The package is worth $925 million.",
            "number",
            ("$825 million", "$925 million"),
        ),
        (
            "The summit begins on 20 October 2025.",
            "The summit begins on 24 October 2025.",
            "date",
            ("20 October 2025", "24 October 2025"),
        ),
        (
            "Sergey Lavrov will lead the Russian side in the talks.",
            "Yuri Ushakov will lead the Russian side in the talks.",
            "name",
            ("Lavrov", "Ushakov"),
        ),
    ],
)
def test_one_value_in_the_place_of_another(one, other, what, values):
    (conflict,) = find([dated(one, "a"), dated(other, "b")])
    assert (conflict.kind, conflict.what) == ("disagreement", what)
    assert all(value in side.value for side, value in zip(conflict.sides, values, strict=True))


def test_short_answers_in_different_words():
    one = dated("Russian strikes on the Kyiv hospital injured 57 people, officials said.", "a", answer="57 people")
    other = dated(
        "After the strikes on a hospital in Kyiv, officials said that 61 people were injured.", "b", answer="61 people"
    )
    (conflict,) = find([one, other])
    assert [side.value for side in conflict.sides] == ["57", "61"]
    assert find([one, dated("The bus crash in Lviv injured 61 people.", "b", answer="61 people")]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The strike injured 57 people in Kyiv.", "The strike injured 57 people in Kyiv."),
        ("It sold 3,350 missiles to Ukraine.", "It sold more than 3,000 missiles to Ukraine."),
        ("The range is 1,600 kilometers.", "The range is 1,000 miles."),
        ("Volodymyr Zelensky will visit Washington on Friday.", "Volodymyr Zelenskyy will visit Washington on Friday."),
        ("In 2010 the town had 3,559 inhabitants.", "In 2020 the town had 3,506 inhabitants."),
        ("The toll rose from 57 to 60 people.", "The toll rose to 57 people."),
        ("The strike injured 57 people in Kyiv.", "A fire in Odesa killed 12 dogs."),
        ("Prices rose by 5 percent in May 2025.", "Prices rose by 6 percent in June 2025."),
        ("He was born on 3 May 1950 in Lviv.", "He was born in May 1950 in Lviv."),
        ("", "The strike injured 57 people."),
    ],
)
def test_no_contradiction(one, other):
    assert find([dated(one, "a"), dated(other, "b")]) == []


def test_one_article_does_not_contradict_itself():
    assert find([dated("The strike injured 57 people.", "a"), dated("The strike injured 60 people.", "a")]) == []


def test_a_later_article_is_an_update_and_comes_first():
    sentences = [
        dated("The strike injured 57 people in Kyiv.", "a", "2025-10-14", "Axios"),
        dated("The strike injured 60 people in Kyiv.", "b", "2025-10-16", "CNN"),
    ]
    (conflict,) = find(sentences)
    assert conflict.kind == "update"
    assert [side.index for side in conflict.sides] == [1, 0]
    assert told(conflict, sentences) == (
        'The newer article differs from the older: "60" (CNN, as of 2025-10-16) and "57" (Axios, as of 2025-10-14).'
    )


def test_the_same_day_or_no_day_is_a_disagreement():
    sentences = [dated("The strike injured 57 people.", "a", "2025-10-14"), dated("The strike injured 60 people.", "b")]
    (conflict,) = find(sentences)
    assert conflict.kind == "disagreement"
    assert told(conflict, sentences) == 'The sources disagree: "57" (2025-10-14) and "60".'


def candidate(text: str, published: str, answer: str) -> Candidate:
    article = make_article(f"Strikes\n\n{text}", title="Strikes", source="CNN", published=published, id=published)
    start = article.text.index(text)
    at = article.text.index(answer)
    return Candidate(article, Sentence(start, start + len(text), text), 0, 0, (), 0.9, Span(at, at + len(answer), 5.0))


def test_among_chosen_sentences_the_newest_side_comes_first():
    chosen = [
        candidate("Talks go on in Budapest.", "2025-10-15", "Budapest"),
        candidate("The strike injured 57 people in Kyiv.", "2025-10-14", "57"),
        candidate("The strike injured 60 people in Kyiv.", "2025-10-16", "60"),
    ]
    notes, order = among(chosen)
    assert [note.code for note in notes] == ["conflict_in_time"]
    assert [one.article.published for one in order] == ["2025-10-16", "2025-10-14", "2025-10-15"]
    assert among(chosen[:2]) == ([], chosen[:2])
