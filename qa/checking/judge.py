"""Judges what a model wrote by the sentences it was shown: by those it cites, else by those that
come nearest to it."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import Vectors, embed
from index.records import Article, Sentence
from qa.checking.verify import Verdict, Verifier
from qa.reading.premise import Source

NEAR = 3  # sentences tried in the place of a wrong or missing citation
MARGIN = (
    0.2  # of probability, by which a repair must be better than the citation it takes the place of
)


class Judge:
    """Over the sentences `shown` to the model, which count from 0 here."""

    def __init__(
        self,
        shown: Sequence[tuple[Article, Sentence]],
        embedder: BaseEmbedding,
        verifier: Verifier,
    ) -> None:
        self.shown = shown
        self.sides = verifier.sides
        self._embedder, self._verifier = embedder, verifier
        self._vectors: Vectors | None = None
        self._known: dict[tuple[str, tuple[int, ...]], tuple[list[int], Verdict]] = {}

    def best(self, text: str, own: list[int]) -> tuple[list[int], Verdict]:
        """The claim's own citations when they support it, else sentences that clearly do better,
        else its own again. A claim that was judged before is not judged again."""
        key = text, tuple(own)
        if key not in self._known:
            self._known[key] = self._best(text, own)
        return self._known[key]

    def _best(self, text: str, own: list[int]) -> tuple[list[int], Verdict]:
        (first,) = self._verdicts(text, [own])
        if first.support == "supported" or not self.shown:
            return own, first
        near = self._near(text, own)
        choices = [[n] for n in near] + [[*own, n] for n in near if own]
        choices += self._pair(near)
        tried = list(zip(choices, self._verdicts(text, choices), strict=True))
        least = first.probability + MARGIN if own else 0.0
        passing = [
            one for one in tried if one[1].support == "supported" and one[1].probability >= least
        ]
        if passing:
            return max(passing, key=lambda one: one[1].probability)
        if tried and not own:
            return max(tried, key=lambda one: one[1].probability)
        return own, first

    def _near(self, text: str, own: list[int]) -> list[int]:
        """The sentences nearest to the claim, nearest first: of its own articles, where it cites
        any."""
        articles = {self.shown[n][0].id for n in own}
        if self._vectors is None:
            self._vectors = embed(self._embedder, [sentence.text for _, sentence in self.shown])
        cosines = self._vectors @ embed(self._embedder, [text])[0]
        order = [int(n) for n in np.argsort(-cosines, kind="stable")]
        fitting = [
            n for n in order if n not in own and (not own or self.shown[n][0].id in articles)
        ]
        return fitting[:NEAR]

    def _pair(self, near: list[int]) -> list[list[int]]:
        """The two nearest sentences of one article, if any: two articles are not joined to say what
        neither does."""
        for first, second in combinations(near, 2):
            if self.shown[first][0].id == self.shown[second][0].id:
                return [[first, second]]
        return []

    def _verdicts(self, text: str, choices: Sequence[Sequence[int]]) -> list[Verdict]:
        return self._verifier.verdicts(text, [[self._source(n) for n in some] for some in choices])

    def _source(self, place: int) -> Source:
        article, sentence = self.shown[place]
        earlier = self.shown[place - 1] if place else None
        before = earlier[1].text if earlier and earlier[0].id == article.id else ""
        return Source(sentence.text, article.published, article.title, before)
