"""Puts a question's misspelt words right: those that are no words, one slip away from a word that
is meant."""

import re
from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa.questions.english import beginning, frequencies

SHORTEST = 5  # letters; of shorter words too many are one slip away
COMMON = 20_000_000  # occurrences from which a word is meant even when no article has it
_QUOTED = r"\"[^\"]*\"|“[^”]*”"
_SMALL = re.compile(rf"{_QUOTED}|(?<![\w'’.-])[a-z]{{{SHORTEST},}}(?![\w’.-]*[\d@])")


def corrected(question: str, having: Callable[[str], int]) -> str:
    """The question with every small-written word that is neither English nor in the articles put
    right.

    A slip is a letter too many, too few, wrong or swapped with its neighbour, not the first one.
    The word that is meant is one that the articles have, or a common one; otherwise the word stays.
    `having` counts the passages with a word. Capitalised words are names and stay: retrieval knows
    their spellings. What stands in quotation marks is meant as it is typed.
    """

    def meant(match: re.Match[str]) -> str:
        word = match[0]
        if not word.isalpha() or word in frequencies() or having(word):
            return word
        near = process.extract(
            word, beginning(word[0]), scorer=OSA.distance, score_cutoff=1, limit=None
        )
        passages = {one: having(one) for one, _, _ in near}
        candidates = [one for one, n in passages.items() if n or frequencies()[one] >= COMMON]
        return max(
            candidates,
            key=lambda one: (_kept(one, word), passages[one], frequencies()[one]),
            default=word,
        )

    return _SMALL.sub(meant, question)


def _kept(meant: str, typed: str) -> bool:
    """Whether no letter stands for another one: the rarer slip."""
    return len(meant) != len(typed) or sorted(meant) == sorted(typed)


def as_typed(question: str, asked: str) -> str:
    """The question with each of its words that `asked` has put right in quotation marks, in which
    it is not put right again."""
    kept = set(re.findall(r"\w+", asked))

    def marked(match: re.Match[str]) -> str:
        word = match[0]
        if word in kept or not any(OSA.distance(word, one) == 1 for one in kept):
            return word
        return f'"{word}"'

    return _SMALL.sub(marked, question)
