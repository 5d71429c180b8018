"""Which kind of question to an archive a question is, learned from labelled examples: the nearest ones by the embedder."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import Vectors, embed

Kind = Literal["mentions", "timeline", "latest", "compare", "article"]
EXAMPLES = Path(__file__).with_name("examples.tsv")
SLOT = re.compile(r"\{(.*?)\}")  # {Viktor Orbán}: what an example asks about
WORD = re.compile(r"\w+(?:[-’'.]\w+)*")
NEAREST = 2  # examples of a kind that speak for it
LIKE, MARGIN = (
    0.72,
    0.05,
)  # a kind's likeness from which it counts, and by how much above the others


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the archive, and what it is about in the question's own words; `margin` is from 0 to 1."""

    kind: Kind
    topic: str
    margin: float


class Kinds:
    """The kinds as one embedder sees them; its examples are embedded when the first question comes."""

    def __init__(self, embedder: BaseEmbedding) -> None:
        self._embedder = embedder

    @cached_property
    def _vectors(self) -> Vectors:
        texts = [masked(SLOT.sub(r"\1", question)) for _, question in examples()]
        return embed(self._embedder, texts)

    def asked(self, question: str) -> Asked | None:
        """None for an ordinary question, which is what it stays when the kinds are too near to each other."""
        about = topic(question)
        if not about:
            return None
        likeness = self._vectors @ embed(self._embedder, [masked(question)])[0]
        best: dict[str, float] = {}
        for name in (*get_args(Kind), "other"):
            own = [likeness[n] for n, (kind, _) in enumerate(examples()) if kind == name]
            best[name] = float(np.sort(own)[-NEAREST:].mean())
        kind: Kind = max(get_args(Kind), key=lambda name: best[name])
        margin = best[kind] - max(score for name, score in best.items() if name != kind)
        if best[kind] < LIKE or margin < MARGIN:
            return None
        return Asked(kind, about, round(margin, 4))


@cache
def examples() -> list[tuple[str, str]]:
    """(kind, question) pairs, the slots still in their braces."""
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    return [(kind, question) for kind, _, question in (line.partition("\t") for line in lines)]


@cache
def frame() -> frozenset[str]:
    """The words that questions to an archive are made of, around what they ask about."""
    texts = [SLOT.sub(" ", question) for kind, question in examples() if kind != "other"]
    return frozenset(word for text in texts for word in WORD.findall(text.lower()))


def masked(question: str) -> str:
    """The question with one X for each run of words that are not of the frame: its kind does not hang on its topic."""
    words = [word if word in frame() else "X" for word in WORD.findall(question.lower())]
    kept = [word for n, word in enumerate(words) if word != "X" or words[n - 1 : n] != ["X"]]
    return " ".join(kept)


def topic(question: str) -> str:
    """From the first to the last word that is not of the frame; empty when there is none."""
    own = [word for word in WORD.finditer(question) if word[0].lower() not in frame()]
    return question[own[0].start() : own[-1].end()] if own else ""
