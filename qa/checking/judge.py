"""Judges what a model wrote by the sentences it was shown: by those it cites, else by those that come nearest to it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import Vectors, embed
from index.records import Article, Sentence
from qa.checking.check import Likeness, Source, Verdict, check, rank

NEAR = 3  # sentences tried in the place of a wrong or missing citation


class Judge:
    """Over the sentences `shown` to the model, which count from 0 here; with a reader that has no head for support (another
    model than ours), the words alone decide."""

    def __init__(
        self, shown: Sequence[tuple[Article, Sentence]], embedder: BaseEmbedding, reader: Any
    ) -> None:
        self.shown = shown
        self._embedder: BaseEmbedding = embedder
        self._support: Any = getattr(reader, "support", None)
        self._texts = [sentence.text for _, sentence in shown]
        self._vectors: Vectors | None = None

    def best(self, text: str, own: list[int]) -> tuple[list[int], Verdict]:
        """The claim's own citations when they support it, else sentences that do, else its own again."""
        cosines = self._cosines(text)
        (first,) = self._verdicts(text, [own], cosines)
        if first.support == "supported" or not self.shown:
            return own, first
        likeness = (
            None
            if cosines is None
            else np.c_[cosines, self._logits(text, [[n] for n in range(len(cosines))])]
        )
        order = np.argsort(-np.array(rank(text, self._texts, likeness)), kind="stable")
        near = [int(n) for n in order if int(n) not in own][:NEAR]
        places = (
            [[n] for n in near] + ([near[:2]] if near else []) + [[*own, n] for n in near if own]
        )
        tried = list(zip(places, self._verdicts(text, places, cosines), strict=True))
        passing = [one for one in tried if one[1].support == "supported"]
        if passing or (tried and not own):
            return max(passing or tried, key=lambda one: one[1].probability)
        return own, first

    def _verdicts(
        self, text: str, choices: Sequence[list[int]], cosines: Vectors | None
    ) -> list[Verdict]:
        """One for each choice of sentences, taken together."""
        likenesses: list[Likeness | None] = [None] * len(choices)
        if cosines is not None and all(choices):
            best = [float(cosines[places].max()) for places in choices]
            likenesses = list(zip(best, map(float, self._logits(text, choices)), strict=True))
        return [
            check(text, [self._source(n) for n in places], likeness=likeness)
            for places, likeness in zip(choices, likenesses, strict=True)
        ]

    def _logits(self, text: str, choices: Sequence[list[int]]) -> Vectors:
        joined = [(text, " ".join(self._texts[n] for n in sorted(places))) for places in choices]
        return np.asarray(self._support(joined)[:, 0], np.float32)

    def _cosines(self, text: str) -> Vectors | None:
        if not self._support or not self._texts:
            return None
        if self._vectors is None:
            self._vectors = embed(self._embedder, self._texts)
        return np.asarray(self._vectors @ embed(self._embedder, [text])[0], np.float32)

    def _source(self, place: int) -> Source:
        article, sentence = self.shown[place]
        earlier = self.shown[place - 1] if place else None
        before = earlier[1].text if earlier and earlier[0].id == article.id else ""
        return Source(sentence.text, article.published, article.title, before)
