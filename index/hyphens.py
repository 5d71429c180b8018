"""Joins a line of a paragraph to the next: is a hyphen at its end the printer's (Euro-pean) or the
word's own (long-term)?

The words of the same text decide first, then a dictionary of 82,765 words that comes with
symspellpy.
"""

import re
from collections.abc import Container
from functools import lru_cache
from importlib.resources import files

SOFT_HYPHEN = "\xad"  # where a word may be divided; at the end of a line it was
DIVIDED = re.compile(r"([^\W\d_]+)-$")  # "the Euro-"
REST = re.compile(r"[^\W\d_]+")  # "pean bank"
DICTIONARY = "frequency_dictionary_en_82_765.txt"


def join(text: str, line: str, known: Container[str]) -> str:
    """The text with the line behind it; `known` are the words of the whole text in lower case,
    hyphenated ones too."""
    if text.endswith(SOFT_HYPHEN):
        return text[:-1] + line
    divided, rest = DIVIDED.search(text), REST.match(line)
    if divided and rest and line[0].islower() and _one_word(divided[1], rest[0], known):
        return text[:-1] + line
    if re.search(r"\w-$", text) and line[0].isalnum():
        return text + line  # Anna-Maria, Covid-19: no word is divided before a capital or a digit
    return f"{text} {line}"


def _one_word(first: str, second: str, known: Container[str]) -> bool:
    first, second = first.lower(), second.lower()
    if first + second in known or f"{first}-{second}" in known:
        return first + second in known
    dictionary = _dictionary()
    if first + second in dictionary:
        return True
    return not all(part in dictionary or part in known for part in (first, second))


def frequency(word: str) -> int:
    """How often the dictionary's corpus has a word in lower case: "yes" 160 million times, "dir" 11
    million, "mgr" 1.4."""
    return _dictionary().get(word, 0)


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, int]:
    text = files("symspellpy").joinpath(DICTIONARY).read_text(encoding="utf-8-sig")
    pairs = (line.split(" ", 1) for line in text.splitlines())
    return {word: int(count) for word, count in pairs}
