"""The marker parser: every form of a marker, and every way of cutting a reply, gives the same
claims."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.writing.markers import MarkerParser, Piece


def parse(reply: str, n_sources: int = 5) -> list[Piece]:
    parser = MarkerParser(n_sources)
    return [*parser.feed(reply), *parser.close()]


def cited(reply: str, n_sources: int = 5) -> list[tuple[str, tuple[int, ...]]]:
    return [(piece.text, piece.citations) for piece in parse(reply, n_sources)]


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", (1,)),
        ("[1][2]", (1, 2)),
        ("[2] [1]", (2, 1)),
        ("[1], [2] and [3]", (1, 2, 3)),
        ("[1, 2]", (1, 2)),
        ("[1,2,1]", (1, 2)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3]", (1, 2, 3)),
        ("[1 - 3, 5]", (1, 2, 3, 5)),
        ("【1】", (1,)),
        ("【2†source】", (2,)),
        ("[[1]]", (1,)),
        ("[Source 1]", (1,)),
        ("[Sources 1 and 2]", (1, 2)),
        ("[source: 3; source: 4]", (3, 4)),
        ("[^2]", (2,)),
    ],
)
def test_forms_before_and_after_the_full_stop(marker: str, numbers: tuple[int, ...]) -> None:
    assert cited(f"It purrs {marker}.") == [("It purrs.", numbers)]
    assert cited(f"It purrs. {marker}") == [("It purrs.", numbers)]
    assert cited(f"It purrs.{marker} It sleeps. [5]") == [
        ("It purrs.", numbers),
        ("It sleeps.", (5,)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(1)",
        "[sic]",
        "[]",
        "[-1]",
        "[1.5]",
        "[10:30]",
        "[see 1]",
        "[1–]",
        "[1234567]",
        "[Trump]",
        "[1",
    ],
)
def test_what_is_no_marker_stays(text: str) -> None:
    assert parse(f"It {text} purrs.") == [Piece(f"It {text} purrs.")]


@pytest.mark.parametrize(
    "reply", ['"Look at [1] there," he said.', "“Look at [1] there,” he said.", "Use `a[1]` here."]
)
def test_markers_in_quotations_and_code_stay(reply: str) -> None:
    assert parse(reply) == [Piece(reply)]
    assert parse(f"{reply} [2] Then it sleeps. [3]") == [
        Piece(reply, (2,)),
        Piece("Then it sleeps.", (3,)),
    ]


def test_a_quotation_that_never_closes_hides_no_marker() -> None:
    assert cited('He said "no. [1]') == [('He said "no.', (1,))]
    assert cited('A 5" pipe [1] and a 6" pipe [2].') == [('A 5" pipe and a 6" pipe.', (1, 2))]


def test_code_blocks_are_text() -> None:
    assert cited("Look:\n```\nx = a[1]. Next\n```\nDone. [1]") == [
        ("Look:", ()),
        ("x = a[1]. Next", ()),
        ("Done.", (1,)),
    ]


def test_numbers_of_no_source_are_dropped() -> None:
    assert cited("It purrs. [9][1][0]", 2) == [("It purrs.", (1,))]
    assert cited("It purrs. [1-999999]", 2) == [("It purrs.", (1, 2))]
    assert cited("It purrs. [1]", 0) == [("It purrs.", ())]


def test_no_marker() -> None:
    assert cited("Mr. Smith left at 5 p.m. on Friday. He slept.") == [
        ("Mr. Smith left at 5 p.m. on Friday.", ()),
        ("He slept.", ()),
    ]
    assert parse("") == parse(" \n\n") == parse("[1]") == []


def test_a_sentence_without_a_marker_beside_one_with() -> None:
    assert cited("It sleeps. It purrs. [1]") == [("It sleeps.", ()), ("It purrs.", (1,))]


def test_markers_that_open_a_line_belong_to_what_follows() -> None:
    assert cited("[1] It sleeps. [2] It purrs.") == [("It sleeps.", (1,)), ("It purrs.", (2,))]
    assert cited("[1] It sleeps. [2]") == [("It sleeps.", (1, 2))]


@pytest.mark.parametrize(
    "reply",
    [
        "As [2] says, it purrs.",
        "According to [2], it purrs.",
        "It purrs, as reported by [2].",
        "It, according to [2], purrs.",
    ],
)
def test_a_source_that_is_named_by_its_marker_leaves_no_half_clause(reply: str) -> None:
    assert cited(f"It sleeps. {reply} It eats. [1]") == [
        ("It sleeps.", ()),
        ("It purrs.", (2,)),
        ("It eats.", (1,)),
    ]
    assert cited(f"“{reply}” [3]") == [(f"“{reply}”", (3,))]


def test_list_items_are_claims_of_their_own() -> None:
    assert parse("They are:\n- Budapest [1]\n2) Oslo [2]") == [
        Piece("They are:"),
        Piece("Budapest", (1,), item=True),
        Piece("Oslo", (2,), item=True),
    ]


def test_a_marker_alone_on_the_next_line_belongs_to_the_claim_above() -> None:
    assert cited("It purrs.\n\n[1]\nIt sleeps. [2]") == [("It purrs.", (1,)), ("It sleeps.", (2,))]


def test_a_marker_that_the_end_cuts_off_goes() -> None:
    for rest in ("[", "[1", "[[1", "[1, ", "【2", "[Source"):
        assert parse(f"It purrs. {rest}") == [Piece("It purrs.")]


def test_claims_come_out_while_the_reply_streams() -> None:
    parser = MarkerParser(3)
    assert parser.feed("It purrs. [1] ") == []
    assert parser.feed("It") == [Piece("It purrs.", (1,))]
    assert parser.feed(" sleeps [2]. [3]\n") == []
    assert parser.feed("E") == [Piece("It sleeps.", (2, 3))]


@pytest.mark.parametrize(
    "unit",
    [
        "[1,2,",
        "1,2,",
        "[",
        "[[",
        "[1",
        "“",
        '"',
        "`",
        "a [1]. ",
        "[1]",
        "U.S. [1] a ",
        "【",
        " ",
        "-",
        "[1-5,",
        "as [1] ",
    ],
)
def test_hostile_runs_end(unit: str) -> None:
    for reply in ("[" + unit * 50_000, unit * 50_000, "x " + unit * 50_000 + "]"):
        parse(reply)


PARTS = [
    "It purrs",
    "The U.S. cat",
    ".",
    ". ",
    " ",
    "\n",
    "[1]",
    "[2, 3]",
    "[1–2]",
    "[9]",
    "【1】",
    "[[2]]",
    "[",
    "]",
    "“",
    "”",
]
PARTS += [
    '"',
    "`",
    "```\n",
    "- ",
    "1. ",
    "[Source 1]",
    "a",
    "?",
    "(1)",
    ", ",
    "[sic]",
    "As ",
    ", as ",
    " says, ",
]
REPLIES = st.lists(st.sampled_from(PARTS), max_size=25).map("".join) | st.text(
    'aB.[]1,-【】 \n"`“”', max_size=60
)


@settings(deadline=None)
@given(REPLIES, st.data())
def test_every_way_of_cutting_gives_the_same(reply: str, data: st.DataObject) -> None:
    parser = MarkerParser(3)
    pieces: list[Piece] = []
    at = 0
    while at < len(reply):
        size = data.draw(st.integers(1, len(reply) - at))
        pieces += parser.feed(reply[at : at + size])
        at += size
    assert [*pieces, *parser.close()] == parse(reply, 3)


@settings(deadline=None)
@given(REPLIES)
def test_claims_keep_every_word_and_cite_only_sources(reply: str) -> None:
    pieces = parse(reply, 3)
    assert all(1 <= number <= 3 for piece in pieces for number in piece.citations)
    kept = "".join(piece.text for piece in pieces)
    assert re.findall("purrs|cat", kept) == re.findall("purrs|cat", reply)
