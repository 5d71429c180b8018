"""Chooses the sentences that answer: the reader's scores with overlap and the passage's own, few features and one weight each."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from llama_index.core.base.embeddings.base import BaseEmbedding

from index import terms
from index.embedder import embed, embed_query
from index.records import Article, Found, Sentence
from qa.reading.reader import Reading, Reads, Span
from qa.reading.scales import DecisionFeatures, Scales, SentenceFeatures, odds, weighed
from qa.words import stem

POINTING = re.compile(
    r"[\"“'‘(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|such"
    r"|the (?:two(?! \w+s\b)|pair|move|decision|latter|former))\b",
    re.I,
)
MOST = 3
SHORTLIST = (
    6  # sentences whose cosine is worth its time; with 4 nothing changes on the dev halves either
)
FIRST = (
    4  # passages that are always read; two thirds of xquad's and clapnq's questions need no more
)
NEAR, SURE = (
    0.4,
    1.0,
)  # others are read when found so nearly as well, or when no reading so far is so sure (a logit)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage with what was found out about it for one question, and from
    that the probability that it answers.

    `found` is the number of its passage among those retrieved; `place` its number among the
    passage's sentences; `answers` the reader's logit that the passage answers; `again` the strong
    reader's logit that the sentence answers, where it was asked.
    """

    article: Article
    sentence: Sentence
    found: int
    place: int
    features: SentenceFeatures
    probability: float
    span: Span | None
    answers: float = 0.0
    again: float | None = None

    @property
    def place_of(self) -> tuple[str, int]:
        """What tells a sentence from all others: its article's id and its start."""
        return self.article.id, self.sentence.start


def stems(text: str) -> set[str]:
    """The stems of a text's words in BM25's forms."""
    return {stem(word.lower()) for word in re.findall(r"\w+", terms.fold(text))}


def asked(question: str) -> set[str]:
    """The stems of the question's words that carry something."""
    return {
        stem(terms.name(word) if word.lower() in names(question) else word)
        for word in terms.query(question)
    }


def names(question: str) -> set[str]:
    """The capitalised words of a question but its first, in lower case, and its numbers."""
    found = re.findall(r"(?<!^)(?<![.?!] )\b(?:[A-Z][\w’'-]+|\d[\d.,]*\d|\d)", question)
    return {word.lower() for word in found}


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
    """The most probable sentences of the passages, best first, each once: SHORTLIST of those to `keep` and what is better than
    the last of them. Only these are embedded. All passages are read when `every` one may hold a part of the answer."""
    readings = _read(question, found, reader, len(found) if every else FIRST)
    words = asked(question)
    have = {
        s: stems(s)
        for one in found
        for s in (one.article.title, *(s.text for s in one.passage.sentences))
    }
    texts = {s.text for one in found for s in one.passage.sentences}
    weight = {
        w: math.log(1 + len(texts) / (1 + sum(w in have[text] for text in texts))) for w in words
    }
    total = sum(weight.values()) or 1.0
    most = max((one.bm25 for one in found), default=0.0) or 1.0
    best: dict[tuple[str, int], Candidate] = {}
    for n, (one, reading) in enumerate(zip(found, readings, strict=False)):
        said = one.passage.sentences
        for k, sentence in enumerate(said):
            near = (
                have[sentence.text]
                | have[one.article.title]
                | (have[said[k - 1].text] if k else set())
            )
            span = reading.spans[k]
            if span is None:
                continue
            overlap = sum(weight[w] for w in words & near) / total
            features = SentenceFeatures(
                reading.sentences[k], span.score, one.cosine, one.bm25 / most, 0.0, overlap
            )
            candidate = Candidate(
                one.article,
                sentence,
                n,
                k,
                features,
                weighed(scales.sentence, features),
                span,
                reading.answers,
            )
            known = best.get(candidate.place_of)
            if known is None or known.probability < candidate.probability:
                best[candidate.place_of] = candidate
    short: list[Candidate] = []
    room = SHORTLIST
    for candidate in sorted(best.values(), key=lambda c: -c.probability):
        if room:
            short.append(candidate)
            room -= keep(candidate)
    whole, vectors = (
        embed_query(embedder, question),
        embed(embedder, [one.sentence.text for one in short]),
    )
    ranked = [
        _with_cosine(one, float(whole @ vector), scales)
        for one, vector in zip(short, vectors, strict=True)
    ]
    return sorted(ranked, key=lambda c: -c.probability)


def _read(question: str, found: Sequence[Found], reader: Reads, least: int) -> list[Reading]:
    """One reading for each passage, or for `least` at least when those found first surely answer and the others were found far
    behind."""
    passages = [(one.article.title, one.passage) for one in found]
    far = (n for n, one in enumerate(found) if n >= least and one.score < found[0].score - NEAR)
    first = next(far, len(found))
    readings = reader.read(question, passages[:first])
    if all(one.answers < SURE for one in readings):
        readings += reader.read(question, passages[first:])
    return readings


def _with_cosine(one: Candidate, cosine: float, scales: Scales) -> Candidate:
    features = one.features._replace(cosine=cosine)
    return replace(one, features=features, probability=weighed(scales.sentence, features))


def decide(
    question: str, found: Sequence[Found], ranked: Sequence[Candidate], scales: Scales
) -> float:
    """The calibrated probability that the evidence answers the question; 0 without evidence."""
    if not ranked:
        return 0.0
    return weighed(scales.decision, decision_features(question, found, ranked))


def decision_features(
    question: str, found: Sequence[Found], ranked: Sequence[Candidate]
) -> DecisionFeatures:
    """What the decision looks at, of at least one ranked sentence."""
    top = ranked[0]
    best = max(one.answers for one in ranked)
    share = covered(question, found[top.found], top.article)
    return DecisionFeatures(*top.features, top.answers, best, share)


def covered(question: str, one: Found, article: Article) -> float:
    """The share of the question's words that the passage and its title have."""
    words = asked(question)
    if not words:
        return 0.0
    return len(words & stems(f"{article.title} {one.passage.text}")) / len(words)


def select(ranked: Sequence[Candidate], also: float, most: int = MOST) -> list[Candidate]:
    """The first, and up to `most` in all of those whose odds are at least `also` of its; wire copies of a chosen sentence are
    left out."""
    chosen: list[Candidate] = []
    told: list[set[str]] = []
    for candidate in ranked:
        if chosen and odds(candidate.probability) < also * odds(chosen[0].probability):
            break
        words = stems(candidate.sentence.text)
        if all(len(words & other) < 0.85 * len(words | other) for other in told):
            chosen.append(candidate)
            told.append(words)
        if len(chosen) == most:
            break
    return chosen


def marked(question: str, top: Candidate, short: float) -> Span | None:
    """The words that answer, when the reader is sure of them: not words of the question, nor half of a name that it has."""
    span, text, known = top.span, top.article.text, asked(question)
    if span is None or span.score < short or stems(text[span.start : span.end]) <= known:
        return None
    beside = (
        re.search(r"\b([A-Z]\w+) $", text[: span.start]),
        re.match(r" ([A-Z]\w+)", text[span.end :]),
    )
    named = text[span.start : span.end].istitle()
    forms = {
        stem(form) for one in beside if one for form in (one[1].lower(), terms.name(one[1].lower()))
    }
    return None if named and forms & known else span


def before(candidate: Candidate, found: Sequence[Found]) -> Sentence | None:
    """The sentence before it in its passage, when the candidate starts by pointing back (`He said ...`)."""
    if candidate.place == 0 or not POINTING.match(candidate.sentence.text):
        return None
    return found[candidate.found].passage.sentences[candidate.place - 1]
