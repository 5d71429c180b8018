"""Relative times in articles, counted from the day of publication; 2025-10-17 is a Friday."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.checking.dates import as_of, describe, noted, resolve
from qa.records import Citation, Note

FRIDAY = "2025-10-17"


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Trump will host Zelensky today.", ["2025-10-17"]),
        ("The call took place yesterday, officials said.", ["2025-10-16"]),
        ("They spoke last night.", ["2025-10-16"]),
        ("He leaves for Cairo tomorrow.", ["2025-10-18"]),
        ("The ship sank three days ago.", ["2025-10-14"]),
        ("Trump wavered Thursday on both questions.", ["2025-10-16"]),
        ("The two spoke on Thursday.", ["2025-10-16"]),
        (
            "Trump said Thursday he will meet Putin next week.",
            ["2025-10-16", "2025-10-20 to 2025-10-26"],
        ),
        ("The summit will be held on Thursday.", ["2025-10-23"]),
        ("The Senate is expected to vote on the bill Tuesday, officials said.", ["2025-10-21"]),
        ("Zelensky said he would travel to Berlin on Monday.", ["2025-10-20"]),
        ("The vote is scheduled for Tuesday.", ["2025-10-21"]),
        ("Police arrested two men on Saturday.", ["2025-10-11"]),
        ("The court ruled Friday that the ban stands.", ["2025-10-17"]),
        ("The court will rule on Friday.", ["2025-10-17"]),
        ("He resigned last Friday.", ["2025-10-10"]),
        ("He resigned last Saturday.", ["2025-10-11"]),
        ("They meet next Monday.", ["2025-10-20"]),
        ("They meet this coming Monday.", ["2025-10-20"]),
        ("Talks broke down this past Monday.", ["2025-10-13"]),
        ("Exports fell last month.", ["September 2025"]),
        ("Oil prices fell last week.", ["2025-10-06 to 2025-10-12"]),
        ("It was the sixth strike this month.", ["October 2025"]),
        ("A summit in Alaska earlier this year failed.", ["2025-01-01 to 2025-10-17"]),
        ("Elections follow later this month.", ["2025-10-17 to 2025-10-31"]),
        ("Growth slowed last year.", ["2024"]),
        ("The budget for next month is open.", ["November 2025"]),
        ("The Alaska summit in August failed to produce any agreement.", ["August 2025"]),
        ("In December, the party lost its majority.", ["December 2024"]),
        ("Voters will choose a parliament in April.", ["April 2026"]),
        ("The talks began in October.", ["October 2025"]),
        ("The two met on August 15 in Anchorage.", ["2025-08-15"]),
        ("The deal was signed on 3 December in Paris.", ["2024-12-03"]),
        ("The festival opens next weekend.", []),
        ("Thousands marched last weekend.", ["2025-10-11 to 2025-10-12"]),
    ],
)
def test_resolved(sentence, shown):
    assert [found.shown for found in resolve(sentence, FRIDAY)] == shown


@pytest.mark.parametrize(
    "sentence",
    [
        "“I will see him on Thursday,” Trump said.",
        'He called it "great progress in today\'s talk".',
        "we met on Thursday,” he said.",
        "Shops opened early on Black Friday.",
        "The Sunday Times reported the sale.",
        "He wrote for the Mail on Sunday for years.",
        "The market was held every Thursday.",
        "Mondays were quiet.",
        "They met on Thursday, Oct. 16, 2025.",
        "They met on Thursday, 9 October 2025.",
        "The law passed in August 2019.",
        "He was born on August 15, 1950.",
        "Today the city is a busy port.",
        "The minister arrives on Thursday.",
        "He was due to speak on Thursday.",
        "They will meet next Saturday.",
        "He resigned last Thursday.",
        "In August 15 people died.",
        "He died on February 30.",
        "The friday mood was good.",
        "Prices may rise, analysts said.",
        "The bill, passed by the Senate, takes effect in January.",
        "The permit expires in January.",
        "The summit, to be held in January, is in doubt.",
        "She was born in May.",
        "Officials, who voted against it, fear a crisis in January.",
    ],
)
def test_what_has_two_readings_or_its_own_date_stays_open(sentence):
    assert resolve(sentence, FRIDAY) == []


@pytest.mark.parametrize("published", [None, "", "2025", "17 October 2025", "2025-13-01"])
def test_without_a_day_of_publication_nothing_is_resolved(published):
    assert resolve("They spoke on Thursday.", published) == []


def test_how_it_is_told():
    (found,) = resolve("The two spoke on Thursday.", "2025-10-17T09:30:00Z")
    assert describe(found) == '"Thursday" is 2025-10-16'
    assert as_of(FRIDAY) == "as of 2025-10-17"
    assert as_of(None) == ""


def test_each_relative_time_of_a_cited_sentence_gets_a_note():
    cited = Citation(2, "a", "Talks", "Axios", None, FRIDAY, 0, 26, "The two spoke on Thursday.")
    assert noted([cited]) == [Note("date", '"Thursday" is 2025-10-16 in [2].')]


VOCABULARY = "today yesterday Thursday Friday next last this week month year in August earlier March 31 15 will said “ ” , on"


@given(st.lists(st.sampled_from(VOCABULARY.split(" ")), max_size=12), st.dates())
def test_offsets_are_exact_and_ranges_run_forward(words, published):
    sentence = " ".join(words)
    end = 0
    for found in resolve(sentence, published.isoformat()):
        assert sentence[found.start : found.end] == found.text
        assert end <= found.start < found.end
        assert found.first <= found.last
        end = found.end
