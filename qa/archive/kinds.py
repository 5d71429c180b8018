"""Which kind of question to an archive a question is, learned from labelled examples: the nearest
ones by the embedder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from llama_index.core.base.embeddings.base import BaseEmbedding

from qa.questions.labelled import OTHER, Labelled, Nearest, likest

Kind = Literal["mentions", "timeline", "latest", "compare", "article", "told"]
EXAMPLES = Labelled(Path(__file__).with_name("examples.tsv"))
TOLD = Labelled(Path(__file__).with_name("told.tsv"))  # what some of the articles say on something
NEAREST = 2  # examples of a kind that speak for it
LIKE = 0.72  # a kind's likeness from which it counts
MARGIN = 0.05  # by how much it must be above the others


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the archive, and what it is about in the question's own words; `margin` is from
    0 to 1."""

    kind: Kind
    topic: str
    margin: float


class Kinds:
    """The kinds as one embedder sees them."""

    def __init__(self, embedder: BaseEmbedding) -> None:
        self._nearest = Nearest(EXAMPLES, embedder, NEAREST)
        self._told = Nearest(TOLD, embedder, NEAREST)

    def asked(self, question: str) -> Asked | None:
        """None for an ordinary question, which is what it stays when the kinds are too near to each
        other."""
        about = topic(question)
        if not about:
            return None
        likeness = self._nearest.likeness(question)
        kind = likest(likeness)
        margin = likeness[kind] - max(likeness[label] for label in likeness if label != kind)
        if likeness[kind] < LIKE or margin < MARGIN:
            return None
        return Asked(cast("Kind", kind), about, round(margin, 4))

    def told(self, question: str) -> Asked | None:
        """What the articles that a question is limited to are asked to tell of; None where it is
        more than a subject."""
        about = TOLD.topic(question, TOLD.frame)
        likeness = self._told.likeness(question)
        margin = likeness["told"] - likeness[OTHER]
        if not about or likeness["told"] < LIKE or margin < MARGIN:
            return None
        return Asked("told", about, round(margin, 4))


def topic(question: str) -> str:
    """From the first to the last word that is not of the frame; empty when there is none."""
    return EXAMPLES.topic(question, EXAMPLES.frame)
