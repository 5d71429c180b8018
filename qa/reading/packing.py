"""Packs a question and a passage, or a claim and its evidence, as the reader's model takes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from index.folding import fold, mapped
from qa.reading.encoders import Encoder

MAX_TOKENS = 288
MAX_QUESTION_TOKENS = 48
GRAIN = 16  # tokens; few shapes: the CPU library keeps compiled code for each


@dataclass(frozen=True, slots=True)
class Packed:
    """A question and a passage as one model input; `sentence_tokens` are token ranges, `offsets`
    characters a token."""

    ids: list[int]
    types: list[int]
    sentence_tokens: list[tuple[int, int]]
    offsets: list[tuple[int, int]]
    first: int


def pack(
    base: Encoder, question: str, title: str, text: str, sentences: Sequence[tuple[int, int]]
) -> Packed:
    """The question, then `title. text`, as the encoder wants a pair, cut at MAX_TOKENS; `sentences`
    are character ranges of `text`. The model reads folded text; offsets and ranges are of `text`
    itself."""
    plain = mapped(text)
    front = [base.begin, *_cut(base, fold(question)), *base.separator]
    named = _cut(base, fold(title) + ".") if title else []
    head = [*front, *named]
    room = MAX_TOKENS - len(head) - 1
    body = base.tokenizer.encode(plain.text, add_special_tokens=False)
    ids = [*head, *body.ids[:room], base.end]
    types = [0] * len(front) + [1] * (len(ids) - len(front))
    offsets = [plain.original(start, end) for start, end in body.offsets[:room]]
    starts = [start for start, _ in offsets]
    ranges = []
    for start, end in sentences:
        low, high = np.searchsorted(starts, [start, end])
        ranges.append((len(head) + int(low), len(head) + int(high)))
    return Packed(ids, types, ranges, offsets, len(head))


def _cut(base: Encoder, text: str) -> list[int]:
    """The ids of a question or title, as many as there is room for."""
    ids: list[int] = base.tokenizer.encode(text, add_special_tokens=False).ids
    return ids[:MAX_QUESTION_TOKENS]


def batch(packed: Sequence[Packed], pad: int) -> tuple[Tensor, Tensor, Tensor]:
    """Padded ids, types and attention mask, each (n, longest) int64; `pad` is the id that fills."""
    longest = max(len(one.ids) for one in packed)
    width = -(-longest // GRAIN) * GRAIN
    ids = torch.full((len(packed), width), pad, dtype=torch.long)
    types = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    for row, one in enumerate(packed):
        length = len(one.ids)
        ids[row, :length] = torch.tensor(one.ids)
        types[row, :length] = torch.tensor(one.types)
        mask[row, :length] = 1
    return ids, types, mask
