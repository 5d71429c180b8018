"""The verifier that ships, on pairs that no training has seen: an accuracy floor, not a list of
what happens to pass."""

import pytest

from qa.checking.verify import Verifier
from qa.reading.premise import Source
from qa.reading.scales import Scales

FLOOR = 0.75  # of the pairs below
DAY = "2026-03-12"
PAIRS = [  # source, claim that it bears out, claim that it does not
    (
        "Port workers at Halden walked out on Monday after talks over night pay collapsed.",
        "Talks on pay for night shifts broke down before dockers at Halden went on strike.",
        "Talks over night pay collapsed after port workers at Halden walked out.",
    ),
    (
        "Prosecutors have charged the former treasurer, Ilan Voss, with taking 40,000 euros in bribes.",
        "Ilan Voss, once the treasurer, is accused of accepting bribes worth 40,000 euros.",
        "The former treasurer, Ilan Voss, has been convicted of taking 40,000 euros in bribes.",
    ),
    (
        "The ministry plans to open three clinics in the north by 2028 if parliament approves the money.",
        "Three northern clinics are planned by 2028, provided that parliament agrees to pay.",
        "The ministry opened three clinics in the north.",
    ),
    (
        "Marta Lund beat Chiara Rossi in the final in three sets.",
        "Chiara Rossi lost the final to Marta Lund.",
        "Chiara Rossi beat Marta Lund in the final in three sets.",
    ),
    (
        "The ferry, which had caught fire off Brekke, was towed to port, and all 212 passengers were unhurt.",
        "None of the 212 people travelling on the burning ferry came to harm.",
        "The ferry sank off Brekke with 212 passengers.",
    ),
    (
        "According to the union, two in five nurses have thought of leaving this year.",
        "The union says that 40 percent of nurses have considered quitting this year.",
        "Two in five nurses have left this year.",
    ),
    (
        "The mayor refused to comment on reports that she would step down.",
        "Asked about reports of her resignation, the mayor said nothing.",
        "The mayor said that she would step down.",
    ),
    (
        "Sales fell by 8 percent in Asia but rose slightly in Europe, the company said.",
        "The company sold less in Asia and a little more in Europe.",
        "The company said that sales rose in Asia and fell slightly in Europe.",
    ),
]


@pytest.fixture(scope="module")
def verifier(readers):
    return Verifier(readers["strong"].support, Scales.load().support)


def test_most_pairs_are_judged_rightly(verifier):
    right = []
    for source, good, bad in PAIRS:
        for claim, wanted in ((good, True), (bad, False)):
            (verdict,) = verifier.verdicts(claim, [[Source(source, DAY, "News")]])
            right.append((verdict.support == "supported") == wanted)
    assert sum(right) / len(right) >= FLOOR


def test_verbatim_sentences_stand(verifier):
    for source, _, _ in PAIRS:
        (verdict,) = verifier.verdicts(
            source, [[Source(source, DAY, "News", "It was a long week.")]]
        )
        assert verdict.support == "supported"
