"""Puts a question's misspelt words right: one slip away from a word that the articles have or questions are made of."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from index.terms import distance, name
from qa.questions.phrases import CLOSED, VERBS, words

SHORTEST = 5
_JOINED = words(
    "whats wheres thats doesnt didnt isnt wasnt arent werent dont cant wont hasnt havent couldnt wouldnt"
)
_WORD = re.compile(rf"(?<![\w'’.-])[a-z]{{{SHORTEST},}}(?![\w’.-]*[\d@])")


def vocabulary(weights: Path) -> dict[str, int]:
    """The whole words of the packaged model's vocabulary with their number, frequent words first."""
    lines = (weights / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: n for n, word in enumerate(lines) if word.isalpha() and word.isascii()}


def corrected(question: str, frequent: Mapping[str, int], known: Callable[[str], bool]) -> str:
    """The question with every small-written word that nobody knows replaced by the known word one slip away.

    A slip is a letter too many, too few, wrong or swapped with its neighbour, not the first one; a wrong one comes last, then
    the rarer word. Only the articles (`known`) and the words that questions are made of give words, so that a name that they
    lack stays. Capitalised words are names and stay: retrieval knows their spellings.
    """

    def right(match: re.Match[str]) -> str:
        word = match[0]
        if word in frequent or word in _JOINED or known(word):
            return word
        alike = [one for one in frequent if one[0] == word[0] and len(one) >= SHORTEST - 1]
        meant = [
            one
            for one in alike
            if distance(one, word, 1) == 1
            and (one in CLOSED | VERBS or known(one) or known(name(one)))
        ]
        return min(
            meant,
            key=lambda one: len(one) == len(word) and sorted(one) != sorted(word),
            default=word,
        )

    return _WORD.sub(right, question)
