"""Which sentences are chosen: features, the threshold to the next, wire copies, sentences that
point back."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import make_article
from index.passages import group
from index.records import Found
from index.sentences import split
from qa.reading.choose import MOST, Candidate, before, marked, select
from qa.reading.decision import decide
from qa.reading.ranking import SHORTLIST, rank
from qa.reading.readings import Span
from qa.reading.scales import Scales, SentenceFeatures, odds, sigmoid
from qa.words import stem
from tests.fakes import WordReader, word_scales

NOTHING = SentenceFeatures(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
TEXT = (
    "Sergey Lavrov leads the Russian side. He has met Marco Rubio before. Marco Rubio speaks for Washington."
    " The move surprised Kyiv."
)


def found(text: str = TEXT, name: str = "talks", words: int = 140) -> list[Found]:
    article = make_article(text, title="Talks", id=name)
    return [Found(p, article, 0.5, 0.5, 1.0) for p in group(article, split(text), words=words)]


def candidate(text: str, probability: float, start: int = 0) -> Candidate:
    article = make_article("x" * start + text, title="Talks", id="talks")
    return Candidate(article, split(article.text)[0], 0, 0, NOTHING, probability, None)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("He has met Marco Rubio before.", True),
        ("“They agreed,” he said.", True),
        ("The move surprised Kyiv.", True),
        ("The two met in Alaska.", True),
        ("The two presidents met in Alaska.", False),
        ("Their talks go on.", True),
        ("Marco Rubio speaks for Washington.", False),
        ("The movement surprised Kyiv.", False),
        ("Hearings begin.", False),
    ],
)
def test_the_sentence_before_comes_along_when_one_points_back(text, points):
    one = found(f"Sergey Lavrov leads. {text}")
    second = Candidate(one[0].article, one[0].passage.sentences[1], 0, 1, NOTHING, 1.0, None)
    earlier = before(second, one)
    assert (earlier.text if earlier else None) == ("Sergey Lavrov leads." if points else None)


def test_nothing_is_before_the_first_sentence_of_a_passage():
    one = found("He has met Marco Rubio before. It rained.")
    assert (
        before(
            Candidate(one[0].article, one[0].passage.sentences[0], 0, 0, NOTHING, 1.0, None), one
        )
        is None
    )


@given(
    st.lists(st.tuples(st.text(max_size=40), st.floats(0, 1)), max_size=12),
    st.integers(1, 6),
    st.floats(0, 1, exclude_min=True),
)
@settings(max_examples=80, deadline=None)
def test_select_takes_the_first_and_at_most_so_many(rows, most, also):
    ranked = sorted((candidate(f"a{text}", p) for text, p in rows), key=lambda c: -c.probability)
    chosen = select(ranked, also, most)
    assert len(chosen) <= most
    assert chosen[:1] == ranked[:1]
    assert all(one in ranked for one in chosen)
    assert all(odds(one.probability) >= also * odds(chosen[0].probability) for one in chosen[1:])
    assert [c.probability for c in chosen] == sorted((c.probability for c in chosen), reverse=True)


def test_select_leaves_out_what_is_much_less_probable_and_what_is_a_copy():
    sure, copy = (
        candidate("Lavrov leads the Russian side in the talks.", 0.9),
        candidate("Lavrov leads.", 0.8),
    )
    wire = candidate("Lavrov leads the Russian side in the talks!", 0.85)
    weak = candidate("Rubio speaks for Washington.", 0.2)
    assert select([sure, wire, copy, weak], 0.1) == [sure, copy]
    assert select([sure, wire, copy, weak], 0.01) == [sure, copy, weak]
    assert select([], 0.1) == []
    assert len(select([candidate(f"word{n} " * 3, 0.9) for n in range(9)], 0.1)) == MOST


def test_rank_gives_every_sentence_once_with_features_for_the_scales(embedder):
    passages = found(words=14)
    assert len({s for one in passages for s in one.passage.sentences}) < sum(
        len(p.passage.sentences) for p in passages
    )
    scales = word_scales()
    ranked = rank("Who speaks for Washington?", passages, WordReader(), embedder, scales)
    assert sorted(c.sentence.text for c in ranked) == sorted(s.text for s in split(TEXT))
    assert ranked[0].sentence.text == "Marco Rubio speaks for Washington."
    assert [c.probability for c in ranked] == sorted((c.probability for c in ranked), reverse=True)
    for one in ranked:
        assert passages[one.found].passage.sentences[one.place] == one.sentence
        assert len(one.features) == len(scales.sentence) - 1
        assert one.probability == pytest.approx(sigmoid(one.features[0]))


def test_a_sentence_in_two_passages_counts_as_it_reads_best(embedder):
    class Second(WordReader):
        def read(self, question, passages):
            first, second = super().read(question, passages)
            return [replace(first, sentences=tuple(-4.0 for _ in first.sentences)), second]

    passages = found(words=14)[:2]
    shared = passages[1].passage.sentences[0]
    assert shared in passages[0].passage.sentences
    ranked = rank(shared.text, passages, Second(), embedder, word_scales())
    assert (ranked[0].sentence, ranked[0].found, ranked[0].place) == (shared, 1, 0)


def test_a_sentence_that_was_not_read_is_no_candidate(embedder):
    class Cut(WordReader):
        def read(self, question, passages):
            return [
                replace(r, spans=(*r.spans[:-1], None)) for r in super().read(question, passages)
            ]

    ranked = rank("Who speaks for Washington?", found(), Cut(), embedder, word_scales())
    assert "The move surprised Kyiv." not in [c.sentence.text for c in ranked]
    assert len(ranked) == 3


def test_passages_found_far_behind_are_read_only_when_the_first_do_not_answer(embedder):
    class Counting(WordReader):
        def read(self, question, passages):
            asked.append(len(passages))
            return super().read(question, passages)

    articles = [
        make_article(f"Minister {name} spoke about grain. It rained.", id=name)
        for name in "ABCDEFG"
    ]
    many = [
        Found(p, one, 1.0 if n < 5 else 0.1, 0.5, 1.0)
        for n, one in enumerate(articles)
        for p in group(one, split(one.text))
    ]
    asked = []
    assert {
        c.found for c in rank("Who spoke about grain?", many, Counting(), embedder, word_scales())
    } <= set(range(5))
    assert asked == [5]  # four at least, and those found nearly as well
    asked.clear()
    rank("Who won the cup?", many, Counting(), embedder, word_scales())
    assert asked == [5, 2]


def test_only_the_shortlist_is_embedded_and_ranked(embedder):
    text = (
        " ".join(f"Minister number {n} spoke about grain prices." for n in range(20))
        + " Lavrov leads the Russian side."
    )
    ranked = rank(
        "Who leads the Russian side?", found(text, words=300), WordReader(), embedder, word_scales()
    )
    assert len(ranked) == SHORTLIST
    assert ranked[0].sentence.text == "Lavrov leads the Russian side."


def test_sentences_not_to_keep_take_no_room_in_the_shortlist(embedder):
    text = "Who leads the Russian side? " * 12 + "Lavrov leads the Russian side."
    asked, passages = "Who leads the Russian side?", found(text, words=300)
    ranked = rank(
        asked,
        passages,
        WordReader(),
        embedder,
        word_scales(),
        keep=lambda c: "?" not in c.sentence.text,
    )
    assert "Lavrov leads the Russian side." in [c.sentence.text for c in ranked]


@pytest.mark.parametrize(
    ("question", "words", "shown"),
    [
        ("Who spoke to Modi?", "Marco Rubio", True),
        ("Who spoke to Rubio?", "Marco", False),  # half of a name that is asked about
        ("Who is Marco Rubio?", "Marco Rubio", False),
        ("Who speaks for Washington?", "Marco Rubio", True),
    ],
)
def test_the_words_marked_are_not_those_of_the_question(question, words, shown):
    (one,) = found("Marco Rubio speaks for Washington.")
    span = Span(0, len(words), 2.0)
    top = Candidate(one.article, one.passage.sentences[0], 0, 0, NOTHING, 1.0, span)
    assert marked(question, top, 1.0) == (span if shown else None)
    assert marked(question, replace(top, span=replace(span, score=0.5)), 1.0) is None


def test_decide_follows_the_best_sentence_and_is_zero_without_one(embedder):
    scales = word_scales()
    for question, probability in (
        ("Who speaks for Washington?", sigmoid(4)),
        ("Who won the cup?", sigmoid(-4)),
    ):
        passages = found()
        ranked = rank(question, passages, WordReader(), embedder, scales)
        assert decide(question, passages, ranked, scales) == pytest.approx(probability)
    assert decide("Who?", [], rank("Who?", [], WordReader(), embedder, scales), scales) == 0.0


def test_the_scales_that_ship_fit_the_features(embedder):
    scales, passages = Scales.load(), found()
    ranked = rank("Who speaks for Washington?", passages, WordReader(), embedder, scales)
    assert all(0 <= c.probability <= 1 for c in ranked)
    assert 0 <= decide("Who speaks for Washington?", passages, ranked, scales) <= 1
    assert 0 < scales.also <= 1
    assert 0 < scales.answer < 1
    assert all(map(math.isfinite, (*scales.sentence, *scales.decision, scales.short)))


def test_scales_come_from_the_folder_of_the_weights(tmp_path):
    row = {
        "sentence": [1, 2],
        "decision": [3],
        "again_sentence": [1, 0, 0],
        "again_decision": [0, 1, 0],
        "support": [1, 0],
        "answer": 0.4,
        "also": 0.3,
        "short": 1.0,
    }
    (tmp_path / "scales.json").write_text(json.dumps(row))
    assert Scales.load(tmp_path) == Scales(
        (1, 2), (3,), (1, 0, 0), (0, 1, 0), (1, 0), 0.4, 0.3, 1.0
    )


@pytest.mark.parametrize(
    ("one", "other"), [("leads", "leading"), ("represents", "represented"), ("talks", "talk")]
)
def test_inflections_have_one_stem(one, other):
    assert stem(one) == stem(other)


def test_numbers_keep_their_digits():
    assert stem("3350") == "3350"


@given(st.floats(allow_nan=False))
@settings(deadline=None)
def test_sigmoid_never_overflows(x):
    assert 0.0 <= sigmoid(x) <= 1.0
