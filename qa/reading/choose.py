"""Chooses of the ranked sentences those that answer, and the words in them that do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import terms
from index.records import Article, Found, Sentence
from qa.reading.readings import Span
from qa.reading.scales import SentenceFeatures, odds
from qa.words import stem

POINTING = re.compile(
    r"[\"“'‘(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|such"
    r"|the (?:two(?! \w+s\b)|pair|move|decision|latter|former))\b",
    re.I,
)
CAPITALISED = re.compile(  # Rubio, 1,600: but not the first word of a sentence
    r"(?<!^)(?<![.?!] )\b(?:[A-Z][\w’'-]+|\d[\d.,]*\d|\d)"
)
MOST = 3
SAME = 0.85  # of the stems of both, from which one sentence is a wire copy of the other


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
    named = names(question)
    words = set()
    for word in terms.query(question):
        form = terms.name(word) if word.lower() in named else word
        words.add(stem(form))
    return words


def names(question: str) -> set[str]:
    """The capitalised words of a question but its first, in lower case, and its numbers."""
    return {word.lower() for word in CAPITALISED.findall(question)}


def select(ranked: Sequence[Candidate], also: float, most: int = MOST) -> list[Candidate]:
    """The first, and up to `most` in all of those whose odds are at least `also` of its; wire
    copies of a chosen sentence are left out."""
    chosen: list[Candidate] = []
    chosen_stems: list[set[str]] = []
    for candidate in ranked:
        if chosen and odds(candidate.probability) < also * odds(chosen[0].probability):
            break
        words = stems(candidate.sentence.text)
        if all(len(words & other) < SAME * len(words | other) for other in chosen_stems):
            chosen.append(candidate)
            chosen_stems.append(words)
        if len(chosen) == most:
            break
    return chosen


def marked(question: str, top: Candidate, short: float) -> Span | None:
    """The words that answer, when the reader is sure of them: not words of the question, nor half
    of a name that it has."""
    span = top.span
    if span is None or span.score < short:
        return None
    words = top.article.text[span.start : span.end]
    known = asked(question)
    if stems(words) <= known:
        return None
    is_half = words.istitle() and not known.isdisjoint(_beside(top.article.text, span))
    return None if is_half else span


def _beside(text: str, span: Span) -> set[str]:
    """The stems of the capitalised words right before and after, in both their forms."""
    before = re.search(r"\b([A-Z]\w+) $", text[: span.start])
    after = re.match(r" ([A-Z]\w+)", text[span.end :])
    forms = set()
    for match in filter(None, (before, after)):
        word = match[1].lower()
        forms |= {stem(word), stem(terms.name(word))}
    return forms


def before(candidate: Candidate, found: Sequence[Found]) -> Sentence | None:
    """The sentence before it in its passage, when the candidate starts by pointing back (`He said
    ...`)."""
    if candidate.place == 0 or not POINTING.match(candidate.sentence.text):
        return None
    return found[candidate.found].passage.sentences[candidate.place - 1]
