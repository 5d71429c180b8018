"""Ranks the sentences found: the reader's scores with overlap and the passage's own, few features
and one weight each."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import embed, embed_query
from index.records import Found
from qa.reading.choose import Candidate, asked, stems
from qa.reading.readings import Reading, Reads
from qa.reading.scales import Scales, SentenceFeatures, weighed

# Sentences whose cosine is worth its time; with 4 nothing changes on the dev halves either.
SHORTLIST = 6

# Passages that are always read; two thirds of xquad's and clapnq's questions need no more. Others
# are
# read when found so nearly as well, or when no reading so far is so sure (a logit).
FIRST = 4
NEAR = 0.4
SURE = 1.0


def rank(  # keyword options of one call  # noqa: PLR0913
    question: str,
    found: Sequence[Found],
    reader: Reads,
    embedder: BaseEmbedding,
    scales: Scales,
    *,
    keep: Callable[[Candidate], bool] = lambda _: True,
    every: bool = False,
) -> list[Candidate]:
    """The most probable sentences of the passages, best first, each once: SHORTLIST of those to
    `keep` and what is better than the last of them. Only these are embedded. All passages are read
    when `every` one may hold a part of the answer."""
    readings = _read(question, found, reader, len(found) if every else FIRST)
    best: dict[tuple[str, int], Candidate] = {}
    for candidate in _candidates(question, found, readings, scales):
        known = best.get(candidate.place_of)
        if known is None or known.probability < candidate.probability:
            best[candidate.place_of] = candidate
    short: list[Candidate] = []
    room = SHORTLIST
    for candidate in sorted(best.values(), key=lambda one: -one.probability):
        if room:
            short.append(candidate)
            room -= keep(candidate)
    whole = embed_query(embedder, question)
    vectors = embed(embedder, [one.sentence.text for one in short])
    ranked = []
    for candidate, vector in zip(short, vectors, strict=True):
        ranked.append(_with_cosine(candidate, float(whole @ vector), scales))
    return sorted(ranked, key=lambda one: -one.probability)


def _read(question: str, found: Sequence[Found], reader: Reads, least: int) -> list[Reading]:
    """One reading for each passage, or for `least` at least when those found first surely answer
    and the others were found far behind."""
    passages = [(one.article.title, one.passage) for one in found]
    far = (n for n, one in enumerate(found) if n >= least and one.score < found[0].score - NEAR)
    first = next(far, len(found))
    readings = reader.read(question, passages[:first])
    if all(one.answers < SURE for one in readings):
        readings += reader.read(question, passages[first:])
    return readings


def _candidates(
    question: str, found: Sequence[Found], readings: Sequence[Reading], scales: Scales
) -> Iterator[Candidate]:
    """Every sentence that was read, with its features but for the cosine."""
    overlap = Overlap(question, found)
    most = max((one.bm25 for one in found), default=0.0) or 1.0
    for number, (one, reading) in enumerate(zip(found, readings, strict=False)):
        for place, sentence in enumerate(one.passage.sentences):
            span = reading.spans[place]
            if span is None:
                continue
            features = SentenceFeatures(
                reading.sentences[place],
                span.score,
                one.cosine,
                one.bm25 / most,
                0.0,
                overlap.share(one, place),
            )
            probability = weighed(scales.sentence, features)
            yield Candidate(
                one.article,
                sentence,
                number,
                place,
                features,
                probability,
                span,
                reading.answers,
            )


class Overlap:
    """How much of a question the sentences found have; a word that fewer of them have weighs
    more."""

    def __init__(self, question: str, found: Sequence[Found]) -> None:
        texts = {one.text for passage in found for one in passage.passage.sentences}
        titles = {one.article.title for one in found}
        self._stems = {text: stems(text) for text in texts | titles}
        self._words = asked(question)
        self._weights: dict[str, float] = {}
        for word in self._words:
            holding = sum(word in self._stems[text] for text in texts)
            self._weights[word] = math.log(1 + len(texts) / (1 + holding))
        self._total = sum(self._weights.values()) or 1.0

    def share(self, found: Found, place: int) -> float:
        """Of the question's weight, 0 to 1, what a sentence has with the title and the one
        before."""
        sentences = found.passage.sentences
        near = self._stems[sentences[place].text] | self._stems[found.article.title]
        if place:
            near = near | self._stems[sentences[place - 1].text]
        return sum(self._weights[word] for word in self._words & near) / self._total


def _with_cosine(one: Candidate, cosine: float, scales: Scales) -> Candidate:
    features = one.features._replace(cosine=cosine)
    return replace(one, features=features, probability=weighed(scales.sentence, features))
