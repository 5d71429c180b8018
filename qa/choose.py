"""Chooses the sentences that answer: the reader's scores with overlap and the passage's own, few features and one weight each."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding

from index import terms
from index.embedder import embed
from index.records import Article, Found, Sentence
from qa.reader import WEIGHTS, Reads, Span

POINTING = re.compile(
    r"[\"“'‘(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|such|the (?:two|pair|move|decision|latter|former))\b",
    re.I,
)
MOST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage with its features for one question and, from them, the probability that it answers.

    `found` is the number of its passage among those retrieved; `place` its number among the passage's sentences; `answers` the
    reader's logit that the passage answers.
    """

    article: Article
    sentence: Sentence
    found: int
    place: int
    features: tuple[float, ...]
    probability: float
    span: Span | None
    answers: float = 0.0

    @property
    def place_of(self) -> tuple[str, int]:
        """What tells a sentence from all others: its article's id and its start."""
        return self.article.id, self.sentence.start


@dataclass(frozen=True, slots=True)
class Scales:
    """Weights of the sentence's and of the decision's features with their thresholds, as fitted (`qa/weights/scales.json`)."""

    sentence: tuple[float, ...]
    decision: tuple[float, ...]
    answer: float
    also: float
    short: float

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> "Scales":
        """From `scales.json` beside the reader's weights."""
        row: dict[str, Any] = json.loads((folder / "scales.json").read_text())
        return cls(tuple(row["sentence"]), tuple(row["decision"]), row["answer"], row["also"], row["short"])


def sigmoid(x: float) -> float:
    """The logistic function without overflow."""
    return 1 / (1 + math.exp(-x)) if x > -30 else 0.0


def stem(word: str) -> str:
    """A word's start, enough to match its inflections; numbers whole."""
    if word.isdigit() or len(word) < 5:
        return word.removesuffix("s") if len(word) > 3 and word.isalpha() else word
    cut = re.sub(r"(?:ations?|ings?|edly|ed|ers?|ies|es|s|ly|y|e)$", "", word)
    return cut if len(cut) > 3 else word


def stems(text: str) -> set[str]:
    """The stems of a text's words in BM25's forms."""
    return {stem(word.lower()) for word in re.findall(r"\w+", terms.fold(text))}


def asked(question: str) -> set[str]:
    """The stems of the question's words that carry something."""
    return {stem(terms.name(word) if word.lower() in names(question) else word) for word in terms.query(question)}


def names(question: str) -> set[str]:
    """The capitalised words of a question but its first, in lower case, and its numbers."""
    found = re.findall(r"(?<!^)(?<![.?!] )\b(?:[A-Z][\w’'-]+|\d[\d.,]*\d|\d)", question)
    return {word.lower() for word in found}


def unnamed(question: str, text: str) -> float:
    """Share of the question's names and numbers that the text does not have."""
    wanted = {
        stem(w)
        for name in names(question)
        for w in re.findall(r"\w+", terms.fold(name.title() if name.isalpha() else name).lower())
    }
    return len(wanted - stems(text)) / len(wanted) if wanted else 0.0


def rank(
    question: str, found: Sequence[Found], reader: Reads, embedder: BaseEmbedding, scales: Scales
) -> list[Candidate]:
    """Every sentence of the passages once, most probable first."""
    readings = reader.read(question, [(one.article.title, one.passage) for one in found])
    words = asked(question)
    have = {s: stems(s) for one in found for s in (one.article.title, *(s.text for s in one.passage.sentences))}
    texts = list(dict.fromkeys(s.text for one in found for s in one.passage.sentences))
    whole, *vectors = embed(embedder, [question, *texts])
    cosine = {text: float(whole @ vector) for text, vector in zip(texts, vectors, strict=True)}
    weight = {w: math.log(1 + len(texts) / (1 + sum(w in have[text] for text in texts))) for w in words}
    total = sum(weight.values()) or 1.0
    most = max((one.bm25 for one in found), default=0.0) or 1.0
    best: dict[tuple[str, int], Candidate] = {}
    for n, (one, reading) in enumerate(zip(found, readings, strict=True)):
        said = one.passage.sentences
        for k, sentence in enumerate(said):
            near = have[sentence.text] | have[one.article.title] | (have[said[k - 1].text] if k else set())
            span = reading.spans[k]
            if span is None:
                continue
            features = (
                reading.sentences[k],
                span.score,
                one.cosine,
                one.bm25 / most,
                cosine[sentence.text],
                sum(weight[w] for w in words & near) / total,
            )
            p = sigmoid(sum(a * b for a, b in zip(scales.sentence, (*features, 1.0), strict=True)))
            candidate = Candidate(one.article, sentence, n, k, features, p, span, reading.answers)
            known = best.get(candidate.place_of)
            if known is None or known.probability < p:
                best[candidate.place_of] = candidate
    return sorted(best.values(), key=lambda c: -c.probability)


def decide(question: str, found: Sequence[Found], ranked: Sequence[Candidate], scales: Scales) -> float:
    """The calibrated probability that the evidence answers the question."""
    if not ranked:
        return 0.0
    return sigmoid(
        sum(a * b for a, b in zip(scales.decision, (*evidence_features(question, found, ranked), 1.0), strict=True))
    )


def evidence_features(question: str, found: Sequence[Found], ranked: Sequence[Candidate]) -> tuple[float, ...]:
    """What the decision looks at: the best sentence's features, what the next best adds, and what stays unnamed."""
    top = ranked[0]
    text = f"{top.article.title} {found[top.found].passage.text}"
    words = asked(question)
    covered = len(words & stems(text)) / len(words) if words else 0.0
    margin = top.features[0] - max((c.features[0] for c in ranked[1:]), default=top.features[0])
    return (*top.features, top.answers, max(c.answers for c in ranked), covered, unnamed(question, text), margin)


def odds(probability: float) -> float:
    return probability / (1 - probability) if probability < 1 else math.inf


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


def before(candidate: Candidate, found: Sequence[Found]) -> Sentence | None:
    """The sentence before it in its passage, when the candidate starts by pointing back (`He said ...`)."""
    if candidate.place == 0 or not POINTING.match(candidate.sentence.text):
        return None
    return found[candidate.found].passage.sentences[candidate.place - 1]
