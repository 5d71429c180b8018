"""Checks a claim against the sentences it cites: exact facts, wording and attribution first, then a calibrated probability."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

import numpy as np
from numpy.typing import NDArray

from qa.checking.addresses import foreign
from qa.checking.counts import miscounted
from qa.checking.facts import missing, plain
from qa.checking.opposites import clash, opposed
from qa.checking.roles import compared, exchanged, other_subject
from qa.checking.wording import Words, dropped
from qa.records import Support

# Bias, the features in the order of Findings.values, likeness; printed by `python tests/benchmarks/claims.py CLAIMS --fit TRAINING`
# (tests/benchmarks/README.md).
_WITH = (-2.64, 1.20, 0.57, -0.52, -0.42, -0.52, 3.50, 0.07)
_PLAIN = (-0.73, 1.72, 0.81, -0.74, -0.60, -0.75)
_SUPPORTED, _PARTLY = 0.5, 0.4
RULES = (
    opposed,
    clash,
    exchanged,
    other_subject,
    compared,
    miscounted,
)  # each tells what is wrong, or None
Likeness = tuple[
    float, float
]  # the best cosine of a source with the claim; the reader's logit that they support it


@dataclass(frozen=True, slots=True)
class Source:
    """A cited sentence, and what helps to understand it: its article's title and date (ISO), and the sentence before it."""

    text: str
    published: str | None = None
    title: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the comparison finds; `values`: coverage, word pairs, numbers and names missing, a clash."""

    values: tuple[float, ...]
    faults: list[str]
    frame: str | None  # a denial, attribution, hedge or condition that the claim leaves out
    verbatim: bool
    unsaid: list[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`probability` is of being supported; `reason` says what is wrong in one line, None when supported."""

    support: Support
    probability: float
    reason: str | None


def features(claim: str, sources: Sequence[Source]) -> Findings:
    """Compare a claim with one or more sources; what the fitting command learns from and check() decides by."""
    said, given = Words.of(plain(claim)), [Words.of(plain(source.text)) for source in sources]
    mine, content = said.facts, said.content() - said.figures()
    lacks = [
        missing(mine, words.text, plain(f"{source.title}. {source.before}"), source.published)
        for words, source in zip(given, sources, strict=True)
    ]
    faults = {
        fact: reason for fact, reason in lacks[0].items() if all(fact in lack for lack in lacks)
    }
    theirs = [words.content() for words in given]
    known = set().union(*theirs)
    most = max(len(content & own) for own in theirs)
    nearest = [
        words for words, own in zip(given, theirs, strict=True) if len(content & own) == most
    ]
    bigrams, found = (
        set(pairwise(said.stems)),
        {pair for words in given for pair in pairwise(words.stems)},
    )
    wrong = _common([_wrong(said, words) for words in nearest])
    frame = _common([dropped(said, words) for words in nearest])
    kinds = Counter(fact.kind for fact in faults)
    values = (
        len(content & known) / len(content) if content else 1.0,
        len(bigrams & found) / max(1, len(bigrams)),
        min(3.0, kinds["number"] + kinds["date"] + kinds["quote"]),
        min(3.0, kinds["name"]),
        float(wrong is not None),
    )
    reasons = [*faults.values(), *([wrong] if wrong else [])]
    unsaid = [word for word, s in zip(said.words, said.stems, strict=True) if s in content - known]
    return Findings(values, reasons, frame, any(said.inside(words) for words in given), unsaid)


def _wrong(claim: Words, source: Words) -> str | None:
    """The first thing that a rule finds; nothing is wrong with the source's own sentence."""
    if claim.words == source.words:
        return None
    return next((said for rule in RULES if (said := rule(claim, source))), None)


def _common(reasons: list[str | None]) -> str | None:
    """The first, when none of the sources is without one."""
    return reasons[0] if all(reasons) else None


def check(claim: str, sources: Sequence[Source], *, likeness: Likeness | None = None) -> Verdict:
    """Judge a claim by the sources it cites, all of them together; without `likeness` the words alone decide."""
    if (unfit := _unfit(claim, sources)) is not None:
        return Verdict("unsupported", 0.0, unfit)
    found = features(claim, sources)
    weights, values = (
        (_WITH, (1.0, *found.values, *likeness)) if likeness else (_PLAIN, (1.0, *found.values))
    )
    probability = 1 / (
        1 + exp(-sum(weight * value for weight, value in zip(weights, values, strict=True)))
    )
    if found.faults:
        return Verdict(
            "unsupported", probability / (1 + probability), found.faults[0]
        )  # below a half
    if found.frame:
        return Verdict("partly", min(probability, 0.5), found.frame)
    if found.verbatim:
        return Verdict("supported", max(probability, 0.98), None)
    reason = (
        f"the source does not say {', '.join(found.unsaid[:4])}"
        if found.unsaid
        else "the source does not say this so"
    )
    if probability >= _SUPPORTED:
        return Verdict("supported", probability, None)
    return Verdict("partly" if probability >= _PARTLY else "unsupported", probability, reason)


def _unfit(claim: str, sources: Sequence[Source]) -> str | None:
    """Why a claim need not be compared at all."""
    if not sources:
        return "no source is cited"
    if not any(character.isalnum() for character in claim):
        return "the answer says nothing"
    added = foreign(claim, [source.text for source in sources])
    if added is not None:
        return f"the source does not have the link, address or markup {added[:60]!r}"
    return None


def rank(
    claim: str, sentences: Sequence[str], likeness: NDArray[np.float32] | None = None
) -> list[float]:
    """How much each sentence helps to show the claim, higher is better; a row of `likeness` is each one's Likeness.

    BM25 over the sentences given, with pairs of words, and the likeness. The first three are picked one after the other, and a word
    that one of them has counts half for the next: together they should show the whole claim, not three times the same part of it.
    """
    said, given = Words.of(plain(claim)), [Words.of(plain(sentence)) for sentence in sentences]
    terms = sorted(said.content())
    if not terms or not given:
        return [0.0] * len(given)
    counts = np.array([[words.stems.count(term) for term in terms] for words in given], np.float64)
    rarity = np.log(1 + (len(given) - (df := (counts > 0).sum(0)) + 0.5) / (df + 0.5))
    length = np.array([len(words.stems) for words in given])
    weights = (
        counts * 2.2 / (counts + 1.2 * (0.5 + 0.5 * length / max(1.0, length.mean()))[:, None])
    )
    value = dict(zip(terms, rarity, strict=True))
    mine = set(pairwise(said.stems))
    order = np.array(
        [
            sum(value.get(a, 0) + value.get(b, 0) for a, b in mine & set(pairwise(w.stems)))
            for w in given
        ]
    )
    fixed = 0.0 if likeness is None else 0.2 * likeness[:, 0] + 0.03 * likeness[:, 1].clip(-4, 4)
    scores = first = (weights @ rarity + 0.15 * order) / rarity.sum() + fixed
    left, picked = rarity.copy(), dict[int, float]()
    for _ in range(min(3, len(given))):
        best = max((i for i in range(len(given)) if i not in picked), key=lambda i: scores[i])
        picked[best] = float(first.max()) + 1 - 0.1 * len(picked)
        left[counts[best] > 0] *= 0.5
        scores = (weights @ left + 0.15 * order * left.sum() / rarity.sum()) / rarity.sum() + fixed
    return [picked.get(i, float(score)) for i, score in enumerate(first)]
