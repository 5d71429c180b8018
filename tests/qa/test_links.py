"""Links to a sentence: what a browser would mark is the sentence, whatever it is written with."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import make_article
from index.records import Article, Sentence
from qa.links import absolute, link_to, page_of

WORDS = st.lists(
    st.text(st.characters(blacklist_categories=("Cs", "Zs", "Zl", "Zp", "Cc")), min_size=1),
    min_size=1,
    max_size=80,
)


def article(text: str, url: str | None = "https://example.org/a?b=c") -> Article:
    return make_article(text, title="T", id="a b/c?d", url=url)


def sentence(text: str, wanted: str, at: int = 0) -> Sentence:
    start = text.index(wanted, at)
    return Sentence(start, start + len(wanted), wanted)


def test_a_short_sentence_stands_in_the_address_as_a_whole() -> None:
    text = "First. Trade, arms - and peace & more."
    link = link_to(article(text), sentence(text, text[7:]))
    assert link == (
        "https://example.org/a?b=c#:~:text=Trade%2C%20arms%20%2D%20and%20peace%20%26%20more."
    )


def test_a_long_sentence_is_named_by_its_ends() -> None:
    text = "one two three four five " + "and on and " * 30 + "six seven eight nine ten."
    directive = link_to(article(text), sentence(text, text)).partition("text=")[2]
    assert directive == "one%20two%20three%20four%20five,six%20seven%20eight%20nine%20ten."


def test_the_second_of_two_like_sentences_is_told_by_what_stands_before() -> None:
    text = "He won. Then she came back home. He won."
    assert "text=He%20won." in link_to(article(text), sentence(text, "He won."))
    second = link_to(article(text), sentence(text, "He won.", 10))
    assert second.endswith("text=came%20back%20home.-,He%20won.")


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://example.org/a#part", "https://example.org/a#part:~:text="),
        ("https://example.org/a#:~:text=other", "https://example.org/a#:~:text="),
        ("https://example.org/a#part:~:text=other", "https://example.org/a#part:~:text="),
        (None, "/a/a%20b%2Fc%3Fd?s=0-7"),
    ],
)
def test_an_address_may_have_a_fragment_or_be_missing(url: str | None, head: str) -> None:
    assert link_to(article("He won.", url), Sentence(0, 7, "He won.")).startswith(head)


@given(WORDS)
def test_a_directive_gives_the_sentence_back(words: list[str]) -> None:
    text = " ".join(words)
    directive = link_to(article(f"x\n\n{text}"), Sentence(3, 3 + len(text), text)).partition(
        "text="
    )[2]
    parts = [unquote(part) for part in directive.split(",") if not part.endswith("-")]
    flat = " ".join(text.split())
    assert flat.startswith(parts[0])
    assert flat.endswith(parts[-1])
    assert not set("&- \n") & set(directive.replace("-,", ""))


def test_a_path_is_made_whole_for_use_elsewhere() -> None:
    page = page_of("a", 1, 2)
    assert absolute(page, "https://desk.example/foot/") == "https://desk.example/foot/a/a?s=1-2"
    assert absolute("https://example.org/", "https://desk.example/") == "https://example.org/"
