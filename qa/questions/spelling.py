"""Puts a question's misspelt words right: one slip away from a word that the articles or the reader's vocabulary have."""

import re
import string
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from qa.questions.phrases import words

SHORTEST = 5
_JOINED = words("whats wheres thats doesnt didnt isnt wasnt arent werent dont cant wont hasnt havent couldnt wouldnt")
_WORD = re.compile(rf"(?<![\w'’.-])[a-z]{{{SHORTEST},}}(?![\w’.-]*[\d@])")


def vocabulary(weights: Path) -> dict[str, int]:
    """The whole words of the packaged model's vocabulary with their number, frequent words first."""
    lines = (weights / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: n for n, word in enumerate(lines) if word.isalpha() and word.isascii()}


def corrected(question: str, frequent: Mapping[str, int], known: Callable[[str], bool]) -> str:
    """The question with every small-written word that nobody knows replaced by the known word one slip away.

    A slip is a letter too many, too few, wrong or swapped with its neighbour, not the first one. What the articles have
    (`known`) comes first, then any slip before a wrong letter, then the more frequent word. Capitalised words are names and
    stay: retrieval knows their spellings.
    """

    def right(match: re.Match[str]) -> str:
        word = match[0]
        if word in frequent or word in _JOINED or known(word):
            return word
        near = {one for one in _slips(word) if one in frequent and len(one) >= SHORTEST - 1}
        return min(near, key=lambda one: (not known(one), _wrong(one, word), frequent[one]), default=word)

    return _WORD.sub(right, question)


def _wrong(one: str, other: str) -> bool:
    """Whether two words of one slip differ in a letter, not in their number or order."""
    return len(one) == len(other) and sorted(one) != sorted(other)


def _slips(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        start, rest = word[:at], word[at:]
        for letter in string.ascii_lowercase:
            yield start + letter + rest
            if rest:
                yield start + letter + rest[1:]
        if rest:
            yield start + rest[1:]
        if len(rest) > 1:
            yield start + rest[1] + rest[0] + rest[2:]
