"""Questions with a label each, and how near another question is to those of each label."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import Vectors, embed

OTHER = "other"  # the label of ordinary questions
SLOT = re.compile(r"\{(.*?)\}")  # {Viktor Orbán}: what an example asks about
WORD = re.compile(r"\w+(?:[-’'.]\w+)*")
EMOJI = re.compile(
    "[\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
)  # without skin colours


class Labelled:
    """The examples of a file of tab-separated labels and questions, read when they are first
    needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[BaseEmbedding, Vectors] | None = None

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """(label, question) in the file's order, the slots still in their braces."""
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [
            (label, question) for label, _, question in (line.partition("\t") for line in lines)
        ]

    @cached_property
    def frames(self) -> dict[str, frozenset[str]]:
        """For each label but OTHER the words that its questions have around what they ask about."""
        frames: dict[str, set[str]] = {}
        for label, question in self.pairs:
            if label != OTHER:
                frames.setdefault(label, set()).update(_words(SLOT.sub(" ", question)))
        return {label: frozenset(words) for label, words in frames.items()}

    @cached_property
    def frame(self) -> frozenset[str]:
        """The words of all frames."""
        return frozenset().union(*self.frames.values())

    def masked(self, question: str) -> str:
        """With one X for each run of words that no frame has: a label does not hang on a topic. An
        emoji is its name in Unicode, as "thumbs up sign"."""
        masked: list[str] = []
        for word in _pieces(question):
            if EMOJI.match(word):
                masked.append(unicodedata.name(word, "X").lower())
            elif word in self.frame:
                masked.append(word)
            elif masked[-1:] != ["X"]:
                masked.append("X")
        return " ".join(masked)

    def vectors(self, embedder: BaseEmbedding) -> Vectors:
        """(n, dim) float32: the questions, masked, as an embedder sees them; kept for the next who
        asks with the same one."""
        seen = self._seen
        if seen is None or seen[0] is not embedder:
            texts = [SLOT.sub(r"\1", question) for _, question in self.pairs]
            seen = self._seen = embedder, embed(embedder, [self.masked(text) for text in texts])
        return seen[1]

    def topic(self, question: str, frame: frozenset[str]) -> str:
        """From the first to the last word that the frame has not; empty when there is none."""
        own = [word for word in WORD.finditer(question) if not frame.issuperset(_words(word[0]))]
        return question[own[0].start() : own[-1].end()] if own else ""


class Nearest:
    """Labelled questions as one embedder sees them; they are embedded when the first question
    comes."""

    def __init__(self, labelled: Labelled, embedder: BaseEmbedding, count: int) -> None:
        self._labelled, self._embedder, self._count = labelled, embedder, count

    def likeness(self, question: str) -> dict[str, float]:
        """For each label the mean cosine of its `count` nearest examples."""
        vector = embed(self._embedder, [self._labelled.masked(question)])[0]
        cosines = self._labelled.vectors(self._embedder) @ vector
        by_label: dict[str, list[float]] = {}
        for (label, _), cosine in zip(self._labelled.pairs, cosines, strict=True):
            by_label.setdefault(label, []).append(float(cosine))
        return {label: self._mean(found) for label, found in by_label.items()}

    def _mean(self, cosines: Sequence[float]) -> float:
        return float(np.sort(cosines)[-self._count :].mean())


def likest(likeness: Mapping[str, float]) -> str:
    """The label, but OTHER, that is most like."""
    return max((label for label in likeness if label != OTHER), key=likeness.__getitem__)


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower().replace("’", "'"))


def _pieces(text: str) -> list[str]:
    """The words and, each by itself, the emoji."""
    return [
        piece
        for part in re.split(f"({EMOJI.pattern})", text)
        for piece in ([part] if EMOJI.match(part) else _words(part))
    ]
