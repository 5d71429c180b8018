"""Numbers, dates, units and quotations compare by what they mean, and nothing else passes."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.checking.dates import resolve
from qa.checking.facts import facts, missing, plain
from qa.checking.sides import Place, Side


def behind(places: Sequence[Place]) -> list[Side]:
    return ["behind"] * len(places)


def faults(claim: str, source: str, context: str = "", published: str | None = None) -> list[str]:
    (resolved,) = resolve([(plain(source), published)], behind)
    claimed = facts(plain(claim))
    found = missing(claimed, plain(source), plain(context), published, resolved)
    return list(found.values())


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The sale of 3350 missiles", "the sale of 3,350 missiles"),
        ("It cost 825,000,000 dollars", "an $825 million package"),
        ("It cost $825m", "It cost US$ 825 million"),
        ("2 dogs and twenty-five cats", "two dogs and 25 cats"),
        ("350,000 men", "three hundred and fifty thousand men"),
        ("5 percent of them", "5% of them, or 5 per cent"),
        ("the 3rd and the 21st time", "the third and the twenty-first time"),
        ("5½ sacks", "5.5 sacks"),
        ("a dozen eggs", "12 eggs"),
        ("It holds about 1,600 books", "It holds 1,587 books"),
        ("more than 1 million", "1,234,567 people"),
        ("some 1.2 million people", "1,234,567 people"),
        ("a range of 1,600 kilometers", "a range of about 1,600 km (1,000 miles)"),
        ("It began in the 1990s", "It began in the 1990s."),
        ("between 100 and 150 species", "100–150 species"),
        ("Up to 150 species", "100–150 species"),
        ("They had 23 points", "They won 23–16"),
        ("until 1918", "the war of 1914–1918"),
        ("on Oct. 16", "on October 16, 2025"),
        ("on 16 October", "on Oct 16th"),
        ("on October 17", "from October 16-18 and October 17"),
        ("on 2025-10-16", "on October 16, 2025"),
        ("on Thursday", "on October 16, 2025"),
        ("in October", "on October 16, 2025"),
        ("in 2025", "on October 16, 2025"),
        ('He said "we need Tomahawks"', "“We need Tomahawks for the U.S., too,” he said"),
        (
            'He said "We need [the] Tomahawks ... too."',
            "“We need the Tomahawks for the U.S., too,” he said",
        ),
    ],
)
def test_the_same(claim: str, source: str) -> None:
    assert faults(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        (
            "The sale of 3 missiles",
            "the sale of 3,350 missiles",
            "the source says 3,350, the answer 3",
        ),
        ("two dogs", "three dogs", "the source says three, the answer two"),
        ("$825 billion", "$825 million", "the source says $825 million, the answer $825 billion"),
        (
            "84.6 million streams",
            "84.4 million streams",
            "the source says 84.4 million, the answer 84.6 million",
        ),
        (
            "1,600 miles",
            "1,600 kilometers",
            "the source says 1,600 kilometers, the answer 1,600 miles",
        ),
        ("150 species", "100–150 species", "the source says 100–150, the answer 150"),
        ("It costs $15.", "It costs $15-20 a month.", "the source says $15-20, the answer $15"),
        ("12 of them", "12% of them", "the source says 12%, the answer 12"),
        ("less than 50 men", "more than 50 men", "the source says 50, the answer 50"),
        ("about 1,650 books", "about 1,600 books", "the source says 1,600, the answer 1,650"),
        ("the 4th time", "4 times", "the source says 4, the answer 4th"),
        ("on October 17", "on October 16", "the source says October 16, the answer October 17"),
        (
            "on October 16, 2024",
            "on October 16, 2025",
            "the source says October 16, 2025, the answer October 16, 2024",
        ),
        ("on Friday", "on Thursday", "the source says Thursday, the answer Friday"),
        ("in May", "in June", "the source says June, the answer May"),
        ("It was in 1990", "It was long ago", "the source does not say 1990"),
        (
            'He said "we need boats"',
            '"We need Tomahawks," he said',
            'the source does not have the words "we need boats"',
        ),
    ],
)
def test_not_the_same(claim: str, source: str, reason: str) -> None:
    assert faults(claim, source) == [reason]


@pytest.mark.parametrize(
    ("claim", "source", "right"),
    [
        ("on October 16, 2025", "They met on Thursday.", True),
        ("on October 23", "They met on Thursday.", False),
        ("on October 15, 2025", "They met on Thursday.", False),
        ("on October 17, 2025", "It happened today.", True),
        ("on October 16, 2025", "It happened yesterday.", True),
        ("on October 16, 2025", "They met on October 16.", True),
        ("on October 16, 2024", "They met on October 16.", False),
        ("on December 30, 2024", "They met on December 30.", True),
        ("in September", "It fell last month.", True),
        ("in 2024", "It cut jobs last year.", True),
        ("in 2025", "It opened.", True),
        ("in 2024", "It opened.", False),
    ],
)
def test_the_published_date_resolves_days_and_years(claim: str, source: str, right: bool) -> None:
    assert (faults(claim, source, published="2025-10-17") == []) == right


def test_the_context_supplies_no_numbers() -> None:
    assert faults("He leads 3 men", "He leads men.", "There were 3 men.") != []


def test_a_verb_is_no_month() -> None:
    assert [fact.kind for fact in facts("It may begin on 3 May 2025.")] == ["date"]


def test_numbers_in_hard_places() -> None:
    text = "It won 20–18 at 5:30 p.m. with 6½ sacks; 10–12 million saw two of the 3 F-16s in the 1990s, 3.5% more."
    found = [
        (fact.text, fact.value[0], fact.value[1])
        for fact in facts(plain(text))
        if fact.kind == "number"
    ]
    assert found == [
        ("20", 20, ""),
        ("18", 18, ""),
        ("5:30 p.m.", 17 * 60 + 30, "time"),
        ("6½", 6.5, ""),
        ("10–12 million", 10, ""),
        ("10–12 million", 12e6, ""),
        ("two", 2, ""),
        ("3", 3, ""),
        ("16s", 16, "ordinal"),
        ("1990s", 1990, "decade"),
        ("3.5%", 3.5, "%"),
    ]


def test_dates_that_do_not_exist_are_none() -> None:
    assert [fact for fact in facts("February 31, 2020 and 2020-13-45") if fact.kind == "date"] == []


@settings(deadline=None)
@given(st.text(max_size=200) | st.text('aB1,.-"$% May½(', max_size=200), st.text(max_size=80))
def test_any_text_can_be_compared_and_has_what_it_says(text: str, other: str) -> None:
    text = plain(text)
    (resolved,) = resolve([(text, "2025-10-17")], behind)
    for fact in facts(text, resolved):
        assert 0 <= fact.start < fact.end <= len(text)
    assert all(missing(facts(text), plain(other)).values())
    assert missing(facts(text), text) == {}


@pytest.mark.parametrize(
    "unit", ["1,", "one ", "two and ", "A", "A ", "A of ", '"', "May 1 ", "1 million ", "-", "1."]
)
def test_hostile_runs_end(unit: str) -> None:
    facts(plain(unit * 5_000))
