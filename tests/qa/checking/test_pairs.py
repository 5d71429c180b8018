"""Ordinary claims and sources of news English: half are supported, half are not, over every kind of fact."""

import pytest

from qa.checking.check import Source, check

FRIDAY = "2025-10-17"
SUPPORTED = [
    # who did what to whom
    ("Israel was attacked by Iran on Friday.", "Iran attacked Israel on Friday."),
    ("Trump met Putin in Alaska.", "Putin met Trump in Alaska."),
    ("In Alaska, Trump told Putin to stop.", "Trump told Putin to stop in Alaska."),
    ("Lavrov leads the Russian side.", "Russian Foreign Minister Sergey Lavrov will lead the Russian side."),
    # how many of what
    ("Two people were killed.", "Two people were killed and five were injured."),
    ("Five people were injured.", "Two people were killed and five were injured."),
    ("The bank raised its rate to 5 percent.", "The bank raised its rate from 3 to 5 percent."),
    ("Half of the staff left.", "50 percent of the staff left."),
    ("A third of voters stayed at home.", "About 33 percent of voters stayed at home."),
    ("Ten thousand people marched in Rome.", "Some 10,000 people marched in Rome."),
    ("Around 10,000 people marched.", "9,870 people marched."),
    # when
    ("The talks begin at 5 p.m.", "The talks begin at 17:00."),
    ("The company cut 3,000 jobs in 2024.", "The company cut 3,000 jobs last year."),
    ("Exports fell in September.", "Exports fell last month."),
    ("He arrived on October 16.", "He arrived on Thursday."),
    # names
    ("The United States joined the Arctic pact.", "The U.S. joined the Arctic pact."),
    ("Dutch police arrested two men.", "Police in the Netherlands arrested two men."),
    ("The EU approved the loan to Kyiv.", "The European Union approved the loan to Kiev on Monday."),
    # what is denied
    ("Nobody was hurt.", "No one was hurt in the fire."),
    ("The vote was held before the strike.", "The vote was held on Monday, before the strike."),
]
REFUSED = [
    ("Israel attacked Iran on Friday.", "Iran attacked Israel on Friday."),
    ("Putin told Trump that sanctions would hurt.", "Trump told Putin that sanctions would hurt."),
    ("Harris defeated Trump in Ohio.", "Trump defeated Harris in Ohio."),
    ("Iran was attacked by Israel on Friday.", "Iran attacked Israel on Friday."),
    ("Two people were injured.", "Two people were killed and five were injured."),
    ("57 people were killed.", "The strike killed three people and injured 57."),
    ("The bank raised its rate to 3 percent.", "The bank raised its rate from 3 to 5 percent."),
    ("Half of the staff left.", "40 percent of the staff left."),
    ("Talks lasted 2 hours.", "Talks lasted two to three hours."),
    ("Three women and two men were arrested.", "Three men and two women were arrested in Turin."),
    ("Around 10,000 people marched.", "7,400 people marched."),
    ("The talks begin at 5 p.m.", "The talks begin at 15:00."),
    ("The company cut 3,000 jobs in 2025.", "The company cut 3,000 jobs last year."),
    ("The bill takes effect in January 2025.", "The bill, which passed on Monday, takes effect in January."),
    ("He arrived on October 23.", "He arrived on Thursday."),
    ("The United States joined the Arctic pact.", "The United Kingdom joined the Arctic pact."),
    ("Dutch police arrested two men.", "Police in Denmark arrested two men."),
    ("Paula Smith resigned.", "Paul Smith resigned."),
    ("Nobody was hurt.", "Two people were hurt in the fire."),
    ("The vote was held after the strike.", "The vote was held before the strike."),
]
PAIRS = [(*pair, True) for pair in SUPPORTED] + [(*pair, False) for pair in REFUSED]


@pytest.mark.parametrize(("claim", "source", "right"), PAIRS)
def test_a_claim_of_news(claim: str, source: str, right: bool) -> None:
    assert (check(claim, [Source(source, FRIDAY)]).support == "supported") == right
