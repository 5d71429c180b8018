"""The reader's input and output: whatever the texts are, its sentences and spans stay where they
belong."""

import math

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from index.articles import make_article
from index.folding import fold
from index.passages import group
from index.records import Passage, Sentence
from index.sentences import split
from index.store import StoreError
from qa.reading.encoders import small
from qa.reading.packing import MAX_QUESTION_TOKENS, MAX_TOKENS, Packed, batch, pack
from qa.reading.reader import MAX_SPAN_TOKENS, Reader, reading_of
from qa.reading.scales import WEIGHTS

TEXT = "Preface. Sergey Lavrov leads the Russian side. Marco Rubio speaks for Washington. It lasted two hours."


def passages(text: str) -> list[Passage]:
    """Their offsets do not begin at 0: those of the reader count the article, not the passage."""
    article = make_article(f"An opening line.\n\n{text}", title="Title", id="a")
    return group(article, split(article.text)[1:])


@pytest.fixture(scope="module", params=["small", "strong"])
def base(request, readers):
    """Both sizes write their pairs in their own way."""
    return readers[request.param]._base


@pytest.fixture(scope="module", params=["small", "strong"])
def reader(request, readers):
    return readers[request.param]


NASTY = st.text(
    st.sampled_from("aéß. ’“\n\t🌊中文\u0301\u200bA1-'!?$%漢字한국ﬁ"), min_size=1, max_size=120
)


@given(
    st.text(max_size=300) | NASTY, st.text(max_size=60), st.text(min_size=1, max_size=300) | NASTY
)
@settings(max_examples=80, deadline=None)
def test_packed_sentences_are_their_own_tokens(base, question, title, text):
    marks = [(s.start, s.end) for s in split(text)]
    packed = pack(base, question, title, text, marks)
    assert len(packed.ids) == len(packed.types) <= MAX_TOKENS
    assert packed.ids[0] == base.begin
    assert packed.ids[-1] == base.end
    assert packed.types == sorted(packed.types)
    assert packed.ids[packed.types.index(1) - 1] == base.separator[-1]
    assert len(packed.sentence_tokens) == len(marks)
    end = packed.first
    for (low, high), (start, stop) in zip(packed.sentence_tokens, marks, strict=True):
        assert end <= low <= high <= packed.first + len(packed.offsets)
        end = high
        for first, last in packed.offsets[low - packed.first : high - packed.first]:
            assert start <= first < stop
            assert first <= last


UNSEEN = st.sampled_from(("\u00ad", "\u200b", "\u2060", "\ufeff", "\ufe0f"))
LEADS = "Preface. Officer Flint leads the coffin makers, the office said on Friday. It was late."


def hide(text: str, hidden: list[tuple[int, str]]) -> tuple[str, list[int]]:
    """The text with these characters put in, and where each of its own characters stands then."""
    before = [[char for at, char in hidden if at == place] for place in range(len(text))]
    full, places = "", []
    for char, put in zip(text, before, strict=True):
        full += "".join(put)
        places.append(len(full))
        full += char
    return full, places


@given(st.lists(st.tuples(st.integers(0, len(LEADS) - 1), UNSEEN), max_size=30))
@settings(max_examples=60, deadline=None)
def test_what_nobody_sees_is_not_read_and_offsets_hold(base, hidden):
    full, places = hide(LEADS, hidden)
    clean = pack(base, "Who leads the makers?", "Coffins", LEADS, [(0, 8), (9, 74)])
    marks = [(places[0], places[8]), (places[9], places[74])]
    packed = pack(base, "Who\u200b leads the ma\u00adkers?", "Co\ufb03ns", full, marks)
    assert (packed.ids, packed.sentence_tokens) == (clean.ids, clean.sentence_tokens)
    assert packed.offsets == [(places[start], places[end - 1] + 1) for start, end in clean.offsets]


@pytest.mark.parametrize(
    "written",
    [
        "O\ufb03cer Flint leads the co\ufb03n makers",
        "Of\u00adfi\u00adcer Fl\u200bint leads the cof\u00adfin ma\u00adkers",
        "Ｏｆｆｉｃｅｒ Ｆｌｉｎｔ leads the coffin makers",
    ],
)
def test_the_answer_and_its_span_are_the_same_with_odd_letters(reader, written):
    question = "Who leads the coffin makers?"
    odd = LEADS.replace("Officer Flint leads the coffin makers", written)
    (clean,) = reader.read(question, [("Coffins", one) for one in passages(LEADS)])
    (passage,) = passages(odd)
    (found,) = reader.read(question, [("Coffins", passage)])
    assert found.answers == pytest.approx(clean.answers, abs=1e-3)
    assert found.sentences == pytest.approx(clean.sentences, abs=1e-3)
    span = found.spans[1]
    quoted = passage.text[span.start - passage.start : span.end - passage.start]
    assert fold(quoted) == "Officer Flint"


def test_a_long_question_leaves_room_and_a_long_text_is_cut(base):
    packed = pack(base, "why " * 500, "title " * 500, "word " * 1000, [(0, 100), (4900, 4999)])
    assert len(packed.ids) == MAX_TOKENS
    front = 1 + MAX_QUESTION_TOKENS + len(base.separator)
    assert packed.types.count(0) == front
    (low, high), (later, end) = packed.sentence_tokens
    assert high - low == 20
    assert end - later == 0


def test_a_batch_is_padded_with_a_mask(base):
    packed = [pack(base, "Who?", "", text, []) for text in ("one", "one two three " * 20)]
    ids, types, mask = batch(packed, base.pad)
    assert ids.shape == types.shape == mask.shape
    assert ids.shape[1] % 16 == 0
    assert mask.sum(1).tolist() == [len(one.ids) for one in packed]
    assert ids[0][mask[0] == 1].tolist() == packed[0].ids
    assert set(ids[0][mask[0] == 0].tolist()) == {base.pad}


@given(
    st.text(max_size=80),
    st.text(min_size=1, max_size=200).filter(str.strip) | NASTY.filter(str.strip),
)
@example("Who?", "0\x850")  # the tokenizer sees one word
@settings(max_examples=25, deadline=None)
def test_readings_fit_their_sentences(reader, question, text):
    given_passages = passages(text)
    for passage, reading in zip(
        given_passages, reader.read(question, [("Title", p) for p in given_passages]), strict=True
    ):
        assert math.isfinite(reading.answers)
        assert len(reading.sentences) == len(reading.spans) == len(passage.sentences)
        for sentence, logit, span in zip(
            passage.sentences, reading.sentences, reading.spans, strict=True
        ):
            assert (span is None) == (logit == -math.inf)
            if span:
                assert sentence.start <= span.start <= span.end <= sentence.end
                assert math.isfinite(span.score)


def test_spans_are_words_of_the_article_and_not_too_long(reader):
    article = make_article(TEXT, title="Talks", id="talks")
    (passage,) = group(article, split(TEXT)[1:])
    (reading,) = reader.read("Who leads the Russian side?", [("Talks", passage)])
    for sentence, span in zip(passage.sentences, reading.spans, strict=True):
        words = article.text[span.start : span.end]
        assert words
        assert words in sentence.text
        assert (
            len(reader._base.tokenizer.encode(words, add_special_tokens=False).ids)
            <= MAX_SPAN_TOKENS
        )


def test_the_best_span_is_no_longer_than_allowed_and_scored_against_no_answer():
    words = 2 * MAX_SPAN_TOKENS
    text = "ab " * words
    passage = Passage("p", "a", 100, 100 + len(text), text, (Sentence(100, 100 + len(text), text),))
    packed = Packed([], [], [(1, 1 + words)], [(3 * n, 3 * n + 2) for n in range(words)], 1)
    logits = np.zeros((words + 2, 2), np.float32)
    logits[0] = 1.0  # the first token stands for no answer
    logits[1, 0], logits[words, 1] = 9.0, 9.0  # too far apart
    logits[10, 1] = 5.0
    (span,) = reading_of(packed, passage, logits, np.zeros(words + 2, np.float32), 0.0).spans
    assert (span.start, span.end, span.score) == (100, 129, 12.0)


def test_sentences_beyond_the_cut_are_not_read(reader):
    article = make_article(
        "Rain fell. " + "word " * 400 + ". Nobody was hurt.", title="Rain", id="rain"
    )
    (passage,) = group(article, split(article.text), words=2000)
    (reading,) = reader.read("Who was hurt?", [("Rain", passage)])
    assert math.isfinite(reading.sentences[0])
    assert (reading.sentences[-1], reading.spans[-1]) == (-math.inf, None)


def test_a_passage_reads_the_same_alone_and_in_a_batch(reader):
    one, other = passages(TEXT)[0], passages("Rain fell in Dover. " * 12)[0]
    (alone,) = reader.read("Who leads the Russian side?", [("Talks", one)])
    _, together = reader.read("Who leads the Russian side?", [("Rain", other), ("Talks", one)])
    assert together.answers == pytest.approx(alone.answers, abs=1e-3)
    assert together.sentences == pytest.approx(alone.sentences, abs=1e-3)
    assert [(s.start, s.end) for s in together.spans] == [(s.start, s.end) for s in alone.spans]


def test_nothing_to_read_is_no_error(reader):
    assert reader.read("Who?", []) == []
    assert reader.support([]).shape == (0, 2)


def test_support_is_two_logits_a_pair(reader):
    logits = reader.support([("Lavrov leads.", TEXT), ("", "")])
    assert logits.shape == (2, 2)
    assert torch.isfinite(torch.from_numpy(logits)).all()


@pytest.mark.parametrize(
    "tensors", [{"span.weight": torch.zeros(2, 384)}, {"unknown": torch.zeros(1)}]
)
def test_weights_of_something_else_are_told(readers, tmp_path, tensors):
    save_file(tensors, tmp_path / "small.safetensors")
    with pytest.raises(StoreError, match=r"not this version's reader; reinstall"):
        Reader(readers["small"]._base, tmp_path)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_damaged_weights_are_told(readers, tmp_path, damage):
    path = tmp_path / "small.safetensors"
    if damage != "missing":
        path.write_bytes((WEIGHTS / path.name).read_bytes()[: 5_000 if damage == "cut" else 0])
    with pytest.raises(StoreError, match=r"small.safetensors: not this .* reinstall footnote-qa"):
        Reader(small(), tmp_path)
