"""A small reader: one cross-encoder that says which sentence of a passage answers, with which words, and whether any does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from index.embedder import alike
from index.folding import fold, mapped
from index.records import Passage
from qa.reading.deltas import grow
from qa.reading.encoders import Encoder
from qa.reading.scales import WEIGHTS
from qa.settings import SettingsError

MAX_TOKENS = 288
MAX_QUESTION_TOKENS = 48
MAX_SPAN_TOKENS = 24
NEVER = -30.0  # a logit
ALIKE = (
    0.75  # of the longest passage in a batch; read in one batch, a fifth of the work was padding
)


@dataclass(frozen=True, slots=True)
class Span:
    """Words that may answer, as half-open character offsets into the article; `score` is a logit against "no answer here"."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage; every figure is a logit.

    `answers`: the passage answers the question. `sentences`: each sentence does, in the passage's order (-inf where the
    passage was cut). `spans`: the best words of each sentence, or None.
    """

    answers: float
    sentences: tuple[float, ...]
    spans: tuple[Span | None, ...]


class Judges(Protocol):
    """Tells whether claims are borne out."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(n, 2) logits for (claim, evidence) pairs: the evidence bears the claim out, it contradicts it."""


class Reads(Judges, Protocol):
    """What a reader does: ours, or another extractive-QA model."""

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """One reading for each (title, passage)."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A question and a passage as one model input; `sentence_tokens` are token ranges, `offsets` characters a token."""

    ids: list[int]
    types: list[int]
    sentence_tokens: list[tuple[int, int]]
    offsets: list[tuple[int, int]]
    first: int


class ReaderModel(nn.Module):
    """An encoder with four heads: answer span, answering sentence, answerable passage, supported claim."""

    def __init__(self, base: Encoder) -> None:
        super().__init__()
        self.encoder = base.module()
        self.segments = base.segments
        width = base.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.sentence = nn.Linear(width, 1)
        self.answers = nn.Linear(width, 1)
        self.support = nn.Linear(width, 2)

    def forward(
        self, ids: Tensor, types: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(batch, tokens) inputs to span (b, t, 2), per-token sentence (b, t), answers (b,) and
        support (b, 2) logits.

        The mean of the per-token sentence logits over a sentence's tokens is that sentence's logit
        (the head is linear).
        """
        extra = {"token_type_ids": types} if self.segments else {}
        hidden = self.encoder(input_ids=ids, attention_mask=mask, **extra).last_hidden_state
        return self.heads(hidden)

    def heads(self, hidden: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The four heads' logits from the encoder's (batch, tokens, width) hidden states."""
        first = hidden[:, 0]
        sentence = self.sentence(hidden)[..., 0]
        return self.span(hidden), sentence, self.answers(first)[:, 0], self.support(first)


def pack(
    base: Encoder, question: str, title: str, text: str, sentences: Sequence[tuple[int, int]]
) -> Packed:
    """The question, then `title. text`, as the encoder wants a pair, cut at MAX_TOKENS; `sentences`
    are character ranges of `text`. The model reads folded text; offsets and ranges are of `text` itself."""
    tokenizer = base.tokenizer
    plain = mapped(text)
    asked = tokenizer.encode(fold(question), add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
    named: list[int] = []
    if title:
        named = tokenizer.encode(fold(title) + ".", add_special_tokens=False).ids
        named = named[:MAX_QUESTION_TOKENS]
    body = tokenizer.encode(plain.text, add_special_tokens=False)
    front = [base.begin, *asked, *base.separator]
    head = [*front, *named]
    room = MAX_TOKENS - len(head) - 1
    offsets = [plain.original(start, end) for start, end in body.offsets[:room]]
    ids = [*head, *body.ids[:room], base.end]
    types = [0] * len(front) + [1] * (len(ids) - len(front))
    starts = [start for start, _ in offsets]
    ranges = []
    for start, end in sentences:
        low, high = int(np.searchsorted(starts, start)), int(np.searchsorted(starts, end))
        ranges.append((low + len(head), high + len(head)))
    return Packed(ids, types, ranges, offsets, len(head))


def batch(packed: Sequence[Packed], pad: int) -> tuple[Tensor, Tensor, Tensor]:
    """Padded ids, types and attention mask, each (n, longest) int64; `pad` is the id that fills."""
    longest = (
        -(-max(len(p.ids) for p in packed) // 16) * 16
    )  # few shapes: the CPU library keeps compiled code for each
    ids = torch.full((len(packed), longest), pad, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, p in enumerate(packed):
        ids[row, : len(p.ids)] = torch.tensor(p.ids)
        types[row, : len(p.ids)] = torch.tensor(p.types)
        mask[row, : len(p.ids)] = 1
    return ids, types, mask


class Reader:
    """A reader with the weights that ship in the package, or those in `folder`; safe to call from
    several threads."""

    def __init__(
        self, base: Encoder, folder: Path = WEIGHTS, dtype: torch.dtype = torch.float32
    ) -> None:
        self._base = replace(base, weights={})  # the model has its own
        model = ReaderModel(base)
        load_weights(model, base, folder / f"{base.size}.safetensors")
        self._model = model.to(dtype).eval()

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """One reading for each (title, passage); about 8 ms a passage of 140 words on two cores in bfloat16."""
        packed = []
        for title, p in passages:
            marks = [(s.start - p.start, s.end - p.start) for s in p.sentences]
            packed.append(pack(self._base, question, title, p.text, marks))
        readings: dict[int, Reading] = {}
        for places in alike([len(one.ids) for one in packed], ALIKE):
            with torch.inference_mode():
                heads = self._model(*batch([packed[i] for i in places], self._base.pad))
            span, token, answers, _ = (head.float().numpy() for head in heads)
            for row, i in enumerate(places):
                readings[i] = reading_of(
                    packed[i], passages[i][1], span[row], token[row], float(answers[row])
                )
        return [readings[i] for i in range(len(packed))]

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(n, 2) logits for (claim, evidence) pairs: the evidence supports the claim, the evidence contradicts it."""
        if not pairs:
            return np.zeros((0, 2), np.float32)
        packed = [pack(self._base, claim, "", evidence, []) for claim, evidence in pairs]
        with torch.inference_mode():
            _, _, _, support = self._model(*batch(packed, self._base.pad))
        return np.asarray(support.float().numpy(), np.float32)


class LateReader:
    """A reader that is made when it is first needed: the strong one takes seconds to load, and only claims need it."""

    def __init__(self, make: Callable[[], Reader]) -> None:
        self._make = make
        self._made: Reader | None = None
        self._lock = Lock()

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """As `Reader.support`; nothing is made when there is nothing to judge. Raises what making it raised."""
        if not pairs:
            return np.zeros((0, 2), np.float32)
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return self._made.support(pairs)


class NoReader:
    """In the place of a strong reader that is not installed: bears nothing out, so that only verbatim claims pass."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(n, 2) logits that say no."""
        return np.full((len(pairs), 2), NEVER, np.float32)


def load_weights(model: ReaderModel, base: Encoder, path: Path) -> None:
    """Puts the trained layers and heads from `path` into the model; raises SettingsError for others."""
    trained = grow(load_file(path), base.weights)
    missing, unknown = model.load_state_dict(trained, strict=False)
    lacking = [name for name in missing if not base.frozen(name.removeprefix("encoder."))]
    if unknown or lacking:
        raise SettingsError(f"{path}: not this version's reader; reinstall footnote-qa")


def reading_of(
    packed: Packed,
    passage: Passage,
    span: NDArray[np.float32],
    token: NDArray[np.float32],
    answers: float,
) -> Reading:
    """From a model's output for one passage: (tokens, 2) span and (tokens,) sentence logits, and whether it answers."""
    null = float(span[0].sum())
    last = packed.first + len(packed.offsets)
    sentences: list[float] = []
    spans: list[Span | None] = []
    for sentence, (low, beyond) in zip(passage.sentences, packed.sentence_tokens, strict=True):
        high = min(beyond, last)
        if low >= high:
            sentences.append(float("-inf"))
            spans.append(None)
            continue
        sentences.append(float(token[low:high].mean()))
        grid = span[low:high, 0][:, None] + span[low:high, 1][None, :]
        grid = np.where(np.triu(np.tri(len(grid), k=MAX_SPAN_TOKENS - 1)), grid, -np.inf)
        first, final = divmod(int(grid.argmax()), len(grid))
        start = passage.start + packed.offsets[low - packed.first + first][0]
        end = passage.start + packed.offsets[low - packed.first + final][1]
        end = min(
            end, sentence.end
        )  # the tokenizer reads over control characters that end a sentence
        spans.append(Span(start, end, float(grid[first, final]) - null))
    return Reading(answers, tuple(sentences), tuple(spans))
