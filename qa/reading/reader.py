"""A small reader: one cross-encoder that says which sentence of a passage answers, with which
words, and whether any does."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from index.batches import alike
from index.records import Passage
from qa.reading.eight_bits import quantise
from qa.reading.encoders import Encoder
from qa.reading.model import ReaderModel, load_weights
from qa.reading.packing import Packed, batch, pack
from qa.reading.readings import Reading, Span
from qa.reading.sample import SAMPLE
from qa.reading.scales import WEIGHTS

MAX_SPAN_TOKENS = 24

# Of the longest passage in a batch; read in one batch, a fifth of the work was padding.
ALIKE = 0.75

Logits = NDArray[np.float32]


class Reader:
    """A reader with the weights that ship in the package, or those in `folder`; safe to call from
    several threads."""

    def __init__(
        self, base: Encoder, folder: Path = WEIGHTS, dtype: torch.dtype = torch.float32
    ) -> None:
        self._base = replace(base, weights={})  # the model has its own
        model = ReaderModel(base)
        load_weights(model, base, folder / f"{base.size}.safetensors")
        if dtype is torch.int8:
            sample = batch([pack(base, *one, []) for one in SAMPLE], base.pad)
            quantise(model.encoder, model, sample)
            dtype = torch.float32  # the rest
        self._model = model.to(dtype).eval()

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """One reading for each (title, passage); about 8 ms a passage of 140 words on two cores in
        bfloat16."""
        packed = [self._packed(question, title, passage) for title, passage in passages]
        readings: dict[int, Reading] = {}
        for places in alike([len(one.ids) for one in packed], ALIKE):
            with torch.inference_mode():
                heads = self._model(*batch([packed[place] for place in places], self._base.pad))
            spans, tokens, answers, _ = (head.float().numpy() for head in heads)
            for row, place in enumerate(places):
                passage = passages[place][1]
                answer = float(answers[row])
                reading = reading_of(packed[place], passage, spans[row], tokens[row], answer)
                readings[place] = reading
        return [readings[place] for place in range(len(packed))]

    def _packed(self, question: str, title: str, passage: Passage) -> Packed:
        at = passage.start
        sentences = [(one.start - at, one.end - at) for one in passage.sentences]
        return pack(self._base, question, title, passage.text, sentences)

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(n, 2) logits for (claim, evidence) pairs: the evidence supports the claim, the evidence
        contradicts it."""
        if not pairs:
            return np.zeros((0, 2), np.float32)
        packed = [pack(self._base, claim, "", evidence, []) for claim, evidence in pairs]
        with torch.inference_mode():
            _, _, _, support = self._model(*batch(packed, self._base.pad))
        return np.asarray(support.float().numpy(), np.float32)


def reading_of(
    packed: Packed, passage: Passage, span: Logits, token: Logits, answers: float
) -> Reading:
    """From a model's output for one passage: (tokens, 2) span and (tokens,) sentence logits, and
    whether it answers."""
    null = float(span[0].sum())
    last = packed.first + len(packed.offsets)
    scores: list[float] = []
    spans: list[Span | None] = []
    for sentence, (low, beyond) in zip(passage.sentences, packed.sentence_tokens, strict=True):
        high = min(beyond, last)
        if low >= high:
            scores.append(float("-inf"))
            spans.append(None)
            continue
        first, final, logit = _best_span(span[low:high])
        at = low - packed.first
        start = passage.start + packed.offsets[at + first][0]
        end = passage.start + packed.offsets[at + final][1]
        # The tokenizer reads over control characters that end a sentence.
        end = min(end, sentence.end)
        scores.append(float(token[low:high].mean()))
        spans.append(Span(start, end, logit - null))
    return Reading(answers, tuple(scores), tuple(spans))


def _best_span(span: Logits) -> tuple[int, int, float]:
    """The first and the last of the best tokens, at most MAX_SPAN_TOKENS, and their logit; `span`
    are (tokens, 2) logits of a beginning and an end."""
    begins, ends = span[:, 0], span[:, 1]
    grid = begins[:, None] + ends[None, :]
    fitting = np.triu(np.tri(len(grid), k=MAX_SPAN_TOKENS - 1))
    grid = np.where(fitting, grid, -np.inf)
    first, final = divmod(int(grid.argmax()), len(grid))
    return first, final, float(grid[first, final])
