"""Whether a question means the articles by somebody, or of a collection, or only names them:
learned from labelled examples, by ridge regression on their embeddings."""

from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import Vectors, embed
from qa.questions.labelled import SLOT, Labelled

Meant = Literal["author", "collection"]
ONLY_NAMED = {"author": "person", "collection": "subject"}  # the label of questions about them
EXAMPLES = Labelled(Path(__file__).with_name("naming.tsv"))
STAND_IN = "Smith"  # in the place of every name: what is meant does not hang on it
RIDGE = 0.3  # 0.1 to 1 tell the held-out questions nearly alike


class Naming:
    """As one embedder sees the questions; fitted when the first name comes."""

    def __init__(self, embedder: BaseEmbedding) -> None:
        self._embedder = embedder

    def means(self, label: Meant, question: str, start: int, end: int) -> bool:
        """Whether the name at this place of the question says which articles are meant."""
        row = self._rows([question[:start] + STAND_IN + question[end:]])[0]
        weights = self._author if label == "author" else self._collection
        return float(row @ weights) > 0

    @cached_property
    def _author(self) -> Vectors:
        return self._fitted("author")

    @cached_property
    def _collection(self) -> Vectors:
        return self._fitted("collection")

    def _fitted(self, label: Meant) -> Vectors:
        """The weights, (features,) float32, whose product with a row is above 0 for the label."""
        pairs = [pair for pair in EXAMPLES.pairs if pair[0] in (label, ONLY_NAMED[label])]
        rows = self._rows([SLOT.sub(r"\1", question) for _, question in pairs])
        signs = np.array([1.0 if one == label else -1.0 for one, _ in pairs], np.float32)
        shares = np.linalg.solve(rows @ rows.T + RIDGE * np.eye(len(rows)), signs)
        return np.asarray(rows.T @ shares)

    def _rows(self, questions: list[str]) -> Vectors:
        """Of each question its vector, that of its frame, which does not hang on its topic, and a
        constant."""
        frames = [EXAMPLES.masked(question) for question in questions]
        constant = np.ones((len(questions), 1), np.float32)
        vectors = [embed(self._embedder, texts) for texts in (questions, frames)]
        return np.hstack([*vectors, constant])
