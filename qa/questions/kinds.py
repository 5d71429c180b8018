"""What kind of message a question is, what it is about, and the short replies to those that need no
article."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

from llama_index.core.base.embeddings.base import BaseEmbedding

from qa.questions.labelled import OTHER, Labelled, Nearest, likest
from qa.questions.language import foreign
from qa.questions.phrases import YESNO

Kind = Literal[
    "greeting", "thanks", "about", "summary", "news", "list", "yesno", "language", "fact"
]
EXAMPLES = Labelled(Path(__file__).with_name("examples.tsv"))
NEAREST = 2  # examples of a kind that speak for it
LIKE = 0.68  # a kind's likeness from which it counts
MARGIN = 0.03  # by how much it must be above that of ordinary questions
LONGEST = 300  # characters that are looked at: what a message is shows at its start
_PLURAL = re.compile(  # "which countries buy", "what missiles did"
    r"which \w*[^\Wsui]s (?!of\b|the\b|an?\b|in\b|on\b|to\b|both\b|for\b|from\b)"
    r"|(?:which|what) (?:[\w-]+ ){0,2}(?:[\w-]*[^\Wsui]s|people) "
    r"(?:is|are|were|do|did|have|will|would|can|could|should|must|may)\b"
)


class Kinds:
    """The kinds as one embedder sees them, learned from the labelled questions of
    `examples.tsv`."""

    def __init__(self, embedder: BaseEmbedding) -> None:
        self._nearest = Nearest(EXAMPLES, embedder, NEAREST)

    def kind(self, question: str) -> Kind:
        """Another language first, then the nearest examples; `fact` where neither tells."""
        if foreign(question):
            return "language"
        asked = question[:LONGEST]
        likeness = self._nearest.likeness(asked)
        best = likest(likeness)
        if likeness[best] >= max(LIKE, likeness[OTHER] + MARGIN):
            return cast("Kind", best)
        words = asked.lower()
        if _PLURAL.match(words):
            return "list"
        return "yesno" if words.split(" ")[0] in YESNO else "fact"


def topic(question: str, kind: Kind) -> str:
    """What a summary or the news is wanted on, as written; empty when it is on everything, or for
    another kind."""
    if kind not in ("summary", "news"):
        return ""
    return EXAMPLES.topic(question, EXAMPLES.frames[kind])


def reply(kind: Kind, articles: int, titles: Sequence[str]) -> str:
    """The answer to a message that asks for no article; `titles` are examples, shown as plain
    text."""
    examples = "; ".join(" ".join(title.split())[:80] for title in titles[:3])
    has = f"There are {articles} articles here"
    has += f", for example: {examples}." if examples else "."
    can = (
        "Ask who, what, when, where or how many; what somebody said; what is new on a subject; "
        "or for a summary."
    )
    opening = {
        "greeting": "Hello!",
        "thanks": "You are welcome.",
        "about": "I answer questions about a collection of news articles, "
        "and every sentence shows where it comes from.",
    }[kind]
    return f"{opening} {has} {can}"
