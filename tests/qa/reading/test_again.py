"""The second look: the order and the probability that the strong reader's logits give."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.articles import make_article
from index.passages import group
from index.records import Found, Passage
from index.sentences import split
from qa.pipeline import Pipeline
from qa.reading.again import LOOKED, decide_again, look_again, source_of
from qa.reading.choose import Candidate
from qa.reading.premise import premise
from qa.reading.readings import Reading
from qa.reading.scales import Scales, SentenceFeatures, sigmoid
from tests.fakes import WordReader, word_scales

TEXT = "The bridge opened in May. It cost 4 million euros. Ann Lee built it. Tolls are low. No one came."
NOTHING = SentenceFeatures(0, 0, 0, 0, 0, 0)
LOGIT = st.floats(-12, 12, width=32)


class Strong:
    """Gives these logits in turn, and remembers what it was asked."""

    def __init__(self, logits: Sequence[float]) -> None:
        self._logits, self.asked = logits, list[tuple[str, str]]()

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.asked += pairs
        return np.array([(one, 0.0) for one in self._logits[: len(pairs)]], np.float32).reshape(
            -1, 2
        )


def ranked(probabilities: Sequence[float]) -> tuple[list[Found], list[Candidate]]:
    article = make_article(TEXT, title="Toll bridge", published="2025-05-01")
    (passage,) = group(article, split(article.text))
    found = [Found(passage, article, 1.0, 1.0, 1.0)]
    sentences = zip(passage.sentences, probabilities, strict=False)
    made = [Candidate(article, s, 0, n, NOTHING, p, None) for n, (s, p) in enumerate(sentences)]
    return found, made


def by_strong() -> Scales:
    """Believe the strong reader's logit alone."""
    return replace(word_scales(), again_sentence=(0.0, 1.0, 0.0), again_decision=(0.0, 1.0, 0.0))


def test_the_best_of_the_second_look_comes_first():
    found, some = ranked([0.9, 0.8, 0.7, 0.6])
    strong = Strong([-2.0, 3.0, 1.0])
    again = look_again("What did it cost?", found, some, strong, by_strong())
    assert [one.place for one in again] == [1, 2, 0, 3]
    assert [one.again for one in again] == [3.0, 1.0, -2.0, None]
    assert again[0].probability == pytest.approx(sigmoid(3))
    assert decide_again(0.9, again, by_strong()) == pytest.approx(sigmoid(3))


def test_a_sentence_is_read_with_its_title_day_and_the_one_before():
    found, some = ranked([0.9, 0.8])
    strong = Strong([1.0, 2.0])
    look_again("What did it cost?", found, some, strong, by_strong())
    question, text = strong.asked[1]
    assert question == "What did it cost?"
    assert text == premise(source_of(some[1], found))
    assert text == (
        "Toll bridge. Published Thursday 1 May 2025. (The bridge opened in May.) "
        "It cost 4 million euros."
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.lists(LOGIT, min_size=5, max_size=5))
def test_nothing_is_lost_or_left_out_of_order(probabilities, logits):
    found, some = ranked(sorted(probabilities, reverse=True))
    again = look_again("What did it cost?", found, some, Strong(logits), by_strong())
    assert sorted(one.place for one in again) == [one.place for one in some]
    assert [one.probability for one in again] == sorted(
        (one.probability for one in again), reverse=True
    )
    assert sum(one.again is not None for one in again) == min(LOOKED, len(some))
    assert 0 <= decide_again(0.5, again, by_strong()) <= 1


def test_without_sentences_the_first_decision_stands():
    assert look_again("Why?", [], [], Strong([]), by_strong()) == []
    assert decide_again(0.3, [], by_strong()) == 0.3


class Counted(WordReader):
    """Counts how often it reads."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        self.reads += 1
        return super().read(question, passages)


def test_a_warm_pipeline_has_read_with_every_model(seed_index):
    reader, strong = Counted(), Strong([0.0])
    Pipeline(seed_index, reader, word_scales(), strong=strong).warm()
    assert reader.reads
    assert strong.asked


def test_what_is_hopeless_is_refused_by_the_first_look_alone(seed_index):
    strong = Strong([9.0] * LOOKED)
    pipeline = Pipeline(seed_index, WordReader(), word_scales(), strong=strong)
    assert pipeline.answer("Who won the chess cup of Reykjavik?").status == "no_answer"
    assert strong.asked == []
    assert pipeline.answer("Which side gave a sterner account?").status == "answered"
    assert strong.asked
