"""What readers say of passages and claims, and how one is had that loads late or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.records import Passage

NEVER = -30.0  # a logit


@dataclass(frozen=True, slots=True)
class Span:
    """Words that may answer, as half-open character offsets into the article; `score` is a logit
    against "no answer here"."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage; every figure is a logit.

    `answers`: the passage answers the question. `sentences`: each sentence does, in the passage's
    order (-inf where the passage was cut). `spans`: the best words of each sentence, or None.
    """

    answers: float
    sentences: tuple[float, ...]
    spans: tuple[Span | None, ...]


class Judges(Protocol):
    """Tells whether claims are borne out."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(n, 2) logits for (claim, evidence) pairs: the evidence bears the claim out, it
        contradicts it."""


class Reads(Judges, Protocol):
    """What a reader does: ours, or another extractive-QA model."""

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """One reading for each (title, passage)."""


class LateReader:
    """A reader that is made when it is first needed: importing what it stands on, and loading its
    weights, take seconds."""

    def __init__(self, make: Callable[[], Reads]) -> None:
        self._make = make
        self._made: Reads | None = None
        self._lock = Lock()

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """As the reader's own; nothing is made when there is nothing to read. Raises what making it
        raised."""
        return self._reader().read(question, passages) if passages else []

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """As the reader's own; nothing is made when there is nothing to judge. Raises what making
        it raised."""
        return self._reader().support(pairs) if pairs else np.zeros((0, 2), np.float32)

    def _reader(self) -> Reads:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


class NoReader:
    """In the place of a strong reader that is not installed: bears nothing out, so that only
    verbatim claims pass."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(n, 2) logits that say no."""
        return np.full((len(pairs), 2), NEVER, np.float32)
