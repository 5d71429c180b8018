"""On which side of its article's day a time in a sentence lies, ahead or behind: learned from
labelled sentences, by logistic regression on how the embedder sees the time's words among the
others."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from safetensors.numpy import load_file

from index.embedder import MiniLMEmbedding, Place, Vectors, load_embedder
from qa.reading.scales import WEIGHTS

Side = Literal["ahead", "behind", "day", "open"]
Sides = Callable[[Sequence[Place]], Sequence[Side]]

# neither: a name, a habit, any year's, a plan that may not have been kept
LABELS = ("ahead", "behind", "neither")
LAYERS = (4, 5)  # of the embedder
SURE = 0.85  # probability from which a side counts
REAL = 0.15  # probability of "neither" up to which it is a day of the calendar at all
KEPT = 2000  # places that are remembered: claims are checked against the same sentences


def unknown(places: Sequence[Place]) -> list[Side]:
    """Leaves all of them open."""
    return ["open"] * len(places)


class LearnedSides:
    """As one embedder sees the sentences; the weights are made for the packaged one and load it
    where another is given. Safe to call from several threads."""

    def __init__(self, embedder: BaseEmbedding) -> None:
        self._embedder = embedder if isinstance(embedder, MiniLMEmbedding) else load_embedder()
        self._known: dict[Place, Side] = {}

    def __call__(self, places: Sequence[Place]) -> list[Side]:
        """For each the side where it is sure, `day` where it is only sure that it is one, else
        `open`."""
        known = self._known
        fresh = [place for place in dict.fromkeys(places) if place not in known]
        if len(known) + len(fresh) > KEPT:
            known = self._known = {}
            fresh = list(dict.fromkeys(places))
        if fresh:
            known |= zip(fresh, map(_side, self.probabilities(fresh)), strict=True)
        return [known[place] for place in places]

    def probabilities(self, places: Sequence[Place]) -> Vectors:
        """(n, 3) float32 in the order of LABELS."""
        rows = self._embedder.words(places, LAYERS)
        return softmax(rows @ self._weights["weights"] + self._weights["constants"])

    @cached_property
    def _weights(self) -> dict[str, Vectors]:
        read = load_file(WEIGHTS / "sides.safetensors")
        return {name: part.astype(np.float32) for name, part in read.items()}


def softmax(logits: Vectors) -> Vectors:
    """Over the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)


def _side(probabilities: Vectors) -> Side:
    ahead, behind, neither = map(float, probabilities)
    if ahead >= SURE:
        return "ahead"
    if behind >= SURE:
        return "behind"
    return "day" if neither <= REAL else "open"
