"""Puts a question's misspelt words right: those that are no words, one slip away from a word that is meant."""

import re
from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa.questions.english import beginning, frequencies

SHORTEST = 5  # letters; of shorter words too many are one slip away
COMMON = 20_000_000  # occurrences from which a word is meant even when no article has it
_SMALL = re.compile(rf"(?<![\w'’.-])[a-z]{{{SHORTEST},}}(?![\w’.-]*[\d@])")


def corrected(question: str, known: Callable[[str], bool]) -> str:
    """The question with every small-written word that is neither English nor `known` to the articles put right.

    A slip is a letter too many, too few, wrong or swapped with its neighbour, not the first one. The word
    that is meant is one that the articles know, or a common one; otherwise the word stays. Capitalised words
    are names and stay: retrieval knows their spellings.
    """

    def meant(match: re.Match[str]) -> str:
        word = match[0]
        if word in frequencies() or known(word):
            return word
        near = process.extract(
            word, beginning(word[0]), scorer=OSA.distance, score_cutoff=1, limit=None
        )
        candidates = [one for one, _, _ in near if frequencies()[one] >= COMMON or known(one)]
        return max(candidates, key=lambda one: _likelihood(one, word), default=word)

    return _SMALL.sub(meant, question)


def _likelihood(meant: str, typed: str) -> tuple[bool, int]:
    """To compare by: one letter seldom stands for another, then a word is as likely as it is frequent."""
    replaced = len(meant) == len(typed) and sorted(meant) != sorted(typed)
    return not replaced, frequencies()[meant]
