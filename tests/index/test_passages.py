"""Sentences and passages of any text keep their offsets."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import make_article
from index.passages import CHARACTERS, group
from index.records import Article, Passage
from index.sentences import split

PARTS = st.sampled_from(
    [
        "The U.S. said so. ",
        "Mr. Smith came at 5 p.m. ",
        "“No,” he said. ",
        "\n\n",
        "1,200 men. ",
        "й́ф👍 ",
        "purr. [1] ",
        "- ",
        "# ",
        "a" * 90,
    ]
)
TEXTS = (
    st.lists(st.one_of(PARTS, st.text(max_size=12)), min_size=1, max_size=30)
    .map("".join)
    .filter(lambda text: any(map(str.isalnum, text)))
)


def passages(article: Article, words: int, overlap: int) -> list[Passage]:
    return group(article, split(article.text), words, overlap)


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.integers(1, 60), st.integers(0, 3))
def test_offsets_are_exact_and_nothing_is_lost(text: str, words: int, overlap: int) -> None:
    article = make_article(text, id="a")
    sentences = split(article.text)
    gaps = [0, *(end for one in sentences for end in (one.start, one.end)), len(article.text)]
    assert gaps == sorted(gaps)
    assert "".join(article.text[a:b] for a, b in pairwise(gaps)) == article.text
    found = passages(article, words, overlap)
    for one in (
        *sentences,
        *found,
        *(sentence for passage in found for sentence in passage.sentences),
    ):
        assert article.text[one.start : one.end] == one.text
    assert (
        sorted({one for passage in found for one in passage.sentences}, key=lambda one: one.start)
        == sentences
    )
    assert len({passage.id for passage in found}) == len(found)
    for passage in found:
        assert (
            len(passage.sentences) == 1
            or sum(len(one.text.split()) for one in passage.sentences) <= words
        )
        assert (
            len(passage.sentences) == 1
            or sum(len(one.text) for one in passage.sentences) <= words * CHARACTERS
        )


@pytest.mark.parametrize(
    ("overlap", "starts"),
    [
        (0, ["S1", "S4", "S7"]),
        (1, ["S1", "S3", "S5", "S7"]),
        (2, ["S1", "S2", "S3", "S4", "S5", "S6"]),
    ],
)
def test_passages_repeat_the_last_sentences(overlap: int, starts: list[str]) -> None:
    article = make_article(" ".join(f"S{number} has four words." for number in range(1, 9)), id="a")
    assert [passage.text.split()[0] for passage in passages(article, 12, overlap)] == starts


def test_ids_tell_editions_apart() -> None:
    one, other = (
        make_article(text, id="a") for text in ("It rains. So it goes.", "It rains. So it went.")
    )
    assert not {p.id for p in passages(one, 3, 0)} & {p.id for p in passages(other, 3, 0)}
    assert passages(one, 3, 0) == passages(one, 3, 0)
