"""Which days a relative time can be, behind its article and ahead of it; 2025-10-17 is a Friday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.checking.times import DAYS, Time, times

FRIDAY = date(2025, 10, 17)
BASES = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def only(sentence: str, base: date = FRIDAY) -> Time:
    (time,) = times(sentence, base)
    return time


@given(BASES, st.sampled_from(DAYS))
def test_a_weekday_is_the_nearest_on_either_side(base: date, name: str) -> None:
    time = only(f"They met on {name.title()}.", base)
    assert not time.sure
    assert time.behind
    assert time.behind[0].weekday() == DAYS.index(name)
    assert base - timedelta(6) <= time.behind[0] <= base
    if time.behind[0] == base:
        assert time.ahead is None  # today, or in a week
    else:
        assert time.ahead == (time.behind[0] + timedelta(7),) * 2


@given(BASES, st.dates(date(2001, 1, 1), date(2001, 12, 31)))
def test_a_date_is_the_nearest_on_either_side(base: date, day: date) -> None:
    time = only(f"They met on {day.day} {day:%B}.", base)
    assert time.behind
    assert time.ahead
    assert time.behind[0] <= base <= time.ahead[0]
    assert {(one.month, one.day) for one in (*time.behind, *time.ahead)} == {(day.month, day.day)}
    assert time.ahead[0].year - time.behind[0].year == (time.behind[0] != base)


@given(BASES, st.sampled_from(["January", "June", "December"]))
def test_a_month_is_a_whole_one(base: date, name: str) -> None:
    time = only(f"Rents have risen since {name}.", base)
    assert time.behind
    assert time.ahead
    for first, last in (time.behind, time.ahead):
        assert first.day == (last + timedelta(1)).day == 1
        assert f"{first:%B}" == f"{last:%B}" == name
    assert time.behind[0] <= base <= time.ahead[1]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("He called yesterday.", "2025-10-16", "2025-10-16"),
        ("They sat until last night.", "2025-10-16", "2025-10-16"),
        ("They sit the day after tomorrow.", "2025-10-19", "2025-10-19"),
        ("It sank the day before yesterday.", "2025-10-15", "2025-10-15"),
        ("It sank three days ago.", "2025-10-14", "2025-10-14"),
        ("He resigned last Friday.", "2025-10-10", "2025-10-10"),
        ("He resigned last Saturday.", "2025-10-11", "2025-10-11"),
        ("They meet next Monday.", "2025-10-20", "2025-10-20"),
        ("They meet this coming Monday.", "2025-10-20", "2025-10-20"),
        ("Talks broke down this past Monday.", "2025-10-13", "2025-10-13"),
        ("Oil prices fell last week.", "2025-10-06", "2025-10-12"),
        ("Thousands marched last weekend.", "2025-10-11", "2025-10-12"),
        ("Exports fell last month.", "2025-09-01", "2025-09-30"),
        ("It failed earlier this year.", "2025-01-01", "2025-10-17"),
        ("Elections follow later this month.", "2025-10-17", "2025-10-31"),
        ("Growth slowed last year.", "2024-01-01", "2024-12-31"),
        ("The talks began in October.", "2025-10-01", "2025-10-31"),
    ],
)
def test_the_same_on_either_side(text: str, first: str, last: str) -> None:
    time = only(text)
    assert time.behind == time.ahead == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_weekday_with_a_date_must_be_one() -> None:
    time = only("Doors open on Friday 3 October.", date(2025, 9, 22))
    assert (time.behind, time.ahead) == (None, (date(2025, 10, 3),) * 2)
    assert list(times("They met on Monday 4 October.", date(2025, 9, 18))) == []
    assert only("Hearings begin Friday, Oct. 31.").ahead == (date(2025, 10, 31),) * 2


@pytest.mark.parametrize(
    "sentence",
    [
        'He called it "great progress in today\'s talk".',
        "we met last week,” he said.",
        "Mondays were quiet.",
        "They met on Thursday, Oct. 16, 2025.",
        "They met on Thursday, 9 October 2025.",
        "The law passed in August 2019.",
        "They will meet next Saturday.",
        "He resigned last Thursday.",
        "The festival opens next weekend.",
        "It shuts a week on Monday.",
        "He left a week ago today.",
        "They return on Tuesday week.",
        "In August 15 people died.",
        "He died on February 30.",
        "The friday mood was good.",
        "Prices may rise, analysts said.",
    ],
)
def test_what_has_two_readings_or_counts_from_another_day_is_left_out(sentence: str) -> None:
    assert list(times(sentence, FRIDAY)) == []
