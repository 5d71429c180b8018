"""Which sentences a written claim ends up citing: its own, or others that clearly do better."""

from collections.abc import Sequence

import numpy as np
import pytest

from index.articles import make_article
from index.sentences import split
from qa.checking.judge import Judge
from qa.checking.verify import Verifier

TALKS = make_article(
    "Sergey Lavrov leads the Russian side. Marco Rubio speaks for Washington. It lasted two hours.",
    title="Talks",
    id="talks",
)
OTHER = make_article("Sergey Lavrov leads the Russian side in Vienna.", title="Vienna", id="vienna")
SHOWN = [(article, sentence) for article in (TALKS, OTHER) for sentence in split(article.text)]


class Bears:
    """Says of which sentences a claim is borne out, and counts how often it is asked."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.asked = texts, 0

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        self.asked += 1
        logits = [4.0 if premise.endswith(self.texts) else -4.0 for _, premise in pairs]
        return np.array([[logit, -4.0] for logit in logits], np.float32).reshape(-1, 2)


@pytest.fixture
def judge(embedder):
    return lambda bears: Judge(SHOWN, embedder, Verifier(bears, (1.0, 0.0)))


def texts(cited: Sequence[int]) -> list[str]:
    return [SHOWN[n][1].text for n in cited]


def test_its_own_sentence_stays_when_it_bears_the_claim_out(judge):
    cited, verdict = judge(Bears("Washington.")).best("Rubio speaks for the Americans.", [1])
    assert texts(cited) == ["Marco Rubio speaks for Washington."]
    assert verdict.support == "supported"


def test_a_better_sentence_of_the_same_article_takes_its_place(judge):
    cited, verdict = judge(Bears("Russian side.", "Vienna.")).best(
        "Lavrov heads the Russians.", [2]
    )
    assert texts(cited) == ["Sergey Lavrov leads the Russian side."]
    assert verdict.support == "supported"


def test_a_sentence_of_another_article_does_not(judge):
    cited, verdict = judge(Bears("Vienna.")).best("Lavrov heads the Russians.", [2])
    assert cited == [2]
    assert verdict.support == "unsupported"


def test_without_a_citation_any_article_will_do(judge):
    cited, verdict = judge(Bears("Vienna.")).best("Lavrov leads the Russians in Vienna.", [])
    assert texts(cited) == ["Sergey Lavrov leads the Russian side in Vienna."]
    assert verdict.support == "supported"


def test_the_same_claim_is_judged_once(judge):
    bears = Bears("Washington.")
    one = judge(bears)
    for _ in range(51):
        one.best("Rubio speaks for the Americans.", [1])
    assert bears.asked == 1


class Together(Bears):
    """Says that a claim is borne out only where all of these texts are."""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        held = [all(text in premise for text in self.texts) for _, premise in pairs]
        return np.array([[4.0 if one else -4.0, -4.0] for one in held], np.float32)


@pytest.mark.parametrize("own", [[], [0], [2]])
def test_what_two_articles_say_together_is_no_repair(judge, own):
    joined = Together("Russian side.", "in Vienna.")
    cited, verdict = judge(joined).best("Lavrov leads the Russians in Vienna.", own)
    assert len({SHOWN[n][0].id for n in cited}) == 1
    assert verdict.support == "unsupported"


def test_what_two_sentences_of_one_article_say_together_is(judge):
    claim = "Sergey Lavrov leads the Russian side, and it lasted two hours."
    cited, verdict = judge(Together("Russian side.", "two hours.")).best(claim, [])
    assert sorted(cited) == [0, 2]
    assert verdict.support == "supported"
