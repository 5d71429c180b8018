"""A claim is judged by its own citations first; another sentence takes their place only when it passes."""

from collections.abc import Callable

import pytest

from index.articles import make_article
from index.records import Sentence
from index.sentences import split
from qa.checking.judge import Judge
from tests.fakes import WordReader

TEXT = (
    "The harbour of Vienna will be closed for repairs. The company builds vehicles in other countries. "
    "Ukraine is buying 3,350 missiles. The missiles cost $825 million. It rained."
)
HARBOUR, ABROAD, MISSILES, COST, RAIN = range(5)


@pytest.fixture(params=["ours", "another"])
def judge(request: pytest.FixtureRequest, embedder, reader) -> Judge:
    article = make_article(TEXT, title="News", published="2025-10-17", id="news")
    shown = [(article, Sentence(s.start, s.end, s.text)) for s in split(TEXT)]
    return Judge(shown, embedder, reader if request.param == "ours" else WordReader())


def test_its_own_citation_when_it_passes(judge: Judge):
    places, verdict = judge.best("Ukraine is buying 3,350 missiles.", [MISSILES, RAIN])
    assert (places, verdict.support) == ([MISSILES, RAIN], "supported")


@pytest.mark.parametrize("own", [[], [RAIN], [COST]])
def test_a_sentence_that_passes_takes_the_place(judge: Judge, own: list[int]):
    places, verdict = judge.best("Ukraine is buying 3,350 missiles.", own)
    assert (places, verdict.support) == ([MISSILES], "supported")


def test_two_sentences_together(judge: Judge):
    places, verdict = judge.best(
        "Ukraine is buying 3,350 missiles that cost $825 million.", [MISSILES]
    )
    assert (sorted(places), verdict.support) == ([MISSILES, COST], "supported")


@pytest.mark.parametrize("own", [[], [MISSILES]])
def test_a_wrong_number_passes_nowhere(judge: Judge, own: list[int]):
    places, verdict = judge.best("Ukraine is buying 3,351 missiles.", own)
    assert verdict.support == "unsupported"
    assert "3,351" in (verdict.reason or "")
    assert not own or places == own


def test_other_words_for_the_same_pass_with_our_reader_only(embedder, reader):
    article = make_article(TEXT, id="news")
    shown = [(article, Sentence(s.start, s.end, s.text)) for s in split(TEXT)]
    make: Callable[[object], Judge] = lambda one: Judge(shown, embedder, one)  # noqa: E731
    claim = "The firm makes its vehicles in foreign countries."
    ours, words = (make(one).best(claim, [ABROAD])[1] for one in (reader, WordReader()))
    assert ours.probability > words.probability


def test_nothing_shown(embedder, reader):
    assert Judge([], embedder, reader).best("It rained.", [])[1].support == "unsupported"
