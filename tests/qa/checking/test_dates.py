"""Relative times in articles, counted from the day of publication; 2025-10-17 is a Friday."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.checking.dates import as_of, describe, noted, resolve
from qa.checking.sides import Place, Side, unknown
from qa.records import Citation, Note

FRIDAY = "2025-10-17"


def behind(places: Sequence[Place]) -> list[Side]:
    return ["behind"] * len(places)


@pytest.mark.parametrize(
    ("side", "shown"),
    [
        ("behind", ["2025-10-16", "2025-10-16", "2025-10-06 to 2025-10-12", "2024-12-03"]),
        ("ahead", ["2025-10-23", "2025-10-16", "2025-10-06 to 2025-10-12", "2025-12-03"]),
        ("day", ["2025-10-16", "2025-10-06 to 2025-10-12"]),
        ("open", ["2025-10-06 to 2025-10-12"]),
    ],
)
def test_a_side_tells_the_day_where_it_is_needed(side: Side, shown: list[str]) -> None:
    sentence = "On Thursday, as yesterday, prices were those of last week and of 3 December."
    (resolved,) = resolve([(sentence, FRIDAY)], lambda places: [side] * len(places))
    assert [one.shown for one in resolved] == shown


def test_all_sentences_are_asked_about_at_once() -> None:
    asked: list[Sequence[Place]] = []

    def sides(places: Sequence[Place]) -> list[Side]:
        asked.append(places)
        return unknown(places)

    told = [("They met on Thursday.", FRIDAY), ("It rained.", FRIDAY), ("In May?", FRIDAY)]
    assert resolve(told, sides) == [[], [], []]
    assert asked == [[("They met on Thursday.", 12, 20), ("In May?", 3, 6)]]
    assert resolve([("It rained last week.", None)], sides) == [[]]
    assert len(asked) == 1  # nothing to ask, nothing to load


@pytest.mark.parametrize("published", [None, "", "2025", "17 October 2025", "2025-13-01"])
def test_without_a_day_of_publication_nothing_is_resolved(published):
    assert resolve([("They spoke on Thursday.", published)], behind) == [[]]


def test_how_it_is_told():
    ((found,),) = resolve([("The two spoke on Thursday.", "2025-10-17T09:30:00Z")], behind)
    assert describe(found) == '"Thursday" is 2025-10-16'
    assert as_of(FRIDAY) == "as of 2025-10-17"
    assert as_of(None) == ""


def test_each_relative_time_of_a_cited_sentence_gets_a_note():
    cited = Citation(2, "a", "Talks", "Axios", None, FRIDAY, 0, 26, "The two spoke on Thursday.")
    assert noted([cited], behind) == [Note("date", '"Thursday" is 2025-10-16 in [2].')]


VOCABULARY = "today yesterday Thursday Friday next last this week month year in August earlier March 31 15 will said “ ” , on"


@given(st.lists(st.sampled_from(VOCABULARY.split(" ")), max_size=12), st.dates())
def test_offsets_are_exact_and_ranges_run_forward(words, published):
    sentence = " ".join(words)
    end = 0
    (resolved,) = resolve([(sentence, published.isoformat())], behind)
    for found in resolved:
        assert sentence[found.start : found.end] == found.text
        assert end <= found.start < found.end
        assert found.first <= found.last
        end = found.end
