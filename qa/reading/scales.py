"""The fitted weights that make probabilities of the readers' scores, and the thresholds
(`qa/weights/scales.json`)."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

WEIGHTS = Path(__file__).parents[1] / "weights"


class SentenceFeatures(NamedTuple):
    """What is known of a sentence: the reader's logits for it and its words, how its passage was
    found (cosine, BM25 as a share of the best), its own cosine with the question, and the share of
    the question's words, weighted by rarity, in it, the sentence before and the title."""

    sentence: float
    span: float
    passage_cosine: float
    passage_bm25: float
    cosine: float
    overlap: float


class DecisionFeatures(NamedTuple):
    """What the decision looks at: the best sentence's features, the reader's logits for its passage
    and for the best passage, and the share of the question's words that its passage covers."""

    sentence: float
    span: float
    passage_cosine: float
    passage_bm25: float
    cosine: float
    overlap: float
    answers: float
    best_answers: float
    covered: float


class Again(NamedTuple):
    """What the second look adds: the log-odds of the first, and the strong reader's logit for the
    sentence, or for the best one."""

    first: float
    strong: float


@dataclass(frozen=True, slots=True)
class Scales:
    """One weight a feature, the constant last, in the order of the NamedTuples above; `support` is
    slope and constant of the verifier's probability.

    A question is answered from probability `answer` on. Further sentences need `also` of the best
    one's odds; words are marked as the short answer from a span logit of `short` on."""

    sentence: tuple[float, ...]
    decision: tuple[float, ...]
    again_sentence: tuple[float, ...]
    again_decision: tuple[float, ...]
    support: tuple[float, ...]
    answer: float
    also: float
    short: float

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> "Scales":
        """From `scales.json` beside the readers' weights."""
        row: dict[str, Any] = json.loads((folder / "scales.json").read_text())
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
        }
        return cls(**values)


def weighed(weights: Sequence[float], features: Sequence[float]) -> float:
    """The probability: the logistic of the weighted sum of the features and the constant."""
    return sigmoid(sum(a * b for a, b in zip(weights, (*features, 1.0), strict=True)))


def sigmoid(x: float) -> float:
    """The logistic function without overflow."""
    return 1 / (1 + math.exp(-x)) if x > -30 else 0.0


def log_odds(probability: float) -> float:
    """log p / (1 - p), between -20 and 20."""
    edge = 2e-9
    sure = min(max(probability, edge), 1 - edge)
    return math.log(sure / (1 - sure))


def odds(probability: float) -> float:
    """p / (1 - p); infinite for 1."""
    return probability / (1 - probability) if probability < 1 else math.inf
