"""What a turn wants of the last answer, learned from labelled examples."""

from pathlib import Path
from typing import Literal, cast

from llama_index.core.base.embeddings.base import BaseEmbedding

from qa.questions.labelled import OTHER, Labelled, Nearest, likest

Wish = Literal["more", "sure", "source", "gap", "other"]
EXAMPLES = Labelled(Path(__file__).with_name("turns.tsv"))
NEAREST = 1  # examples of a wish that speak for it; few words leave little room between them
LIKE = 0.66  # a wish's likeness from which it counts
MARGIN = 0.03  # by how much it must be above that of questions with a subject of their own
LONGEST = 60  # characters; who wants something of the last answer says so in a few words


class Turns:
    """The wishes as one embedder sees them."""

    def __init__(self, embedder: BaseEmbedding) -> None:
        self._nearest = Nearest(EXAMPLES, embedder, NEAREST)

    def wish(self, question: str) -> Wish:
        """`more` of its articles, how `sure` it is, its `source`, or a `gap`: a question that says
        only what differs, as "when?"; `other` for one that says itself what it is about."""
        if len(question) > LONGEST:
            return "other"
        likeness = self._nearest.likeness(question)
        best = likest(likeness)
        if likeness[best] < max(LIKE, likeness[OTHER] + MARGIN):
            return "other"
        return cast("Wish", best)
