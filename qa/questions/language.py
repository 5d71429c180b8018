"""Whether a message is in English: articles and questions are, another language is recognised and
said."""

import math
import re
from functools import cache
from typing import NamedTuple

from py3langid.langid import (  # type: ignore[import-untyped]
    MODEL_FILE,
    LanguageIdentifier,
)

from qa.questions.english import frequencies

THRESHOLD = 0.65  # probability from which a message is taken for another language
RAREST = 1e-9  # share of all words that one has which the English list lacks
ENGLISH_WORDS = 2  # that make it a question in English about words of another script
_WORD = re.compile(r"[^\W\d_]+")
_LAST_LATIN = "\u024f"
_VIETNAMESE = ("\u1e00", "\u1eff")


class Traits(NamedTuple):
    """What tells another language; capitalised words but the first are left out, for names alone do
    not tell.

    `other`: log-odds, by the identifier's letters, of the likeliest other language over English.
    `usual`: mean base-10 logarithm of the words' shares of English texts. `strange`: small-written
    words that no English list has.
    """

    other: float
    usual: float
    strange: float


# fitted by logistic regression on 93 short questions in 30 languages and 521 in English, many of
# them names
WEIGHTS = Traits(other=0.66, usual=-0.29, strange=0.99)
CONSTANT = -6.24


def foreign(question: str) -> bool:
    """Whether a message is in another language: surely, when most letters are of another script,
    else probably."""
    words = _WORD.findall(question)
    letters = "".join(words)
    if not letters:
        return False
    if 2 * sum(map(_latin, letters)) < len(letters):
        return sum(word in frequencies() for word in words) < ENGLISH_WORDS
    return probability(words) >= THRESHOLD


def probability(words: list[str]) -> float:
    """That these words, of at least one, are in another language with Latin letters; 0 to 1."""
    told = [word for place, word in enumerate(words) if place == 0 or word.islower()]
    odds = CONSTANT + sum(map(float.__mul__, WEIGHTS, _traits(told)))
    return 1 / (1 + math.exp(-odds))


def _traits(words: list[str]) -> Traits:
    small = [word.lower() for word in words]
    counts = frequencies()
    shares = [counts[word] / _all() if word in counts else RAREST for word in small]
    strange = sum(word.islower() and word not in counts for word in words)
    chances = dict(_identifier().rank(" ".join(small)))
    english = chances.pop("en")
    other = math.log((max(chances.values()) + 1e-9) / (english + 1e-9))
    usual = sum(map(math.log10, shares)) / len(shares)
    return Traits(other, usual, float(strange))


@cache
def _identifier() -> LanguageIdentifier:
    """75 MB and a second to load; its weights come inside its package."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _all() -> int:
    """The words of the texts that the English list was counted in."""
    return sum(frequencies().values())


def _latin(letter: str) -> bool:
    first, last = _VIETNAMESE
    return letter <= _LAST_LATIN or first <= letter <= last
