"""How frequent a word is in English, by the list of 82,765 words that comes inside symspellpy."""

from functools import cache
from importlib.resources import files

LIST = "frequency_dictionary_en_82_765.txt"  # a word in small letters and its count, a line each


@cache
def frequencies() -> dict[str, int]:
    """How often each English word occurs in the texts of the list, 3 to 23,135,851,162 times; read
    once, 10 MB."""
    text = (files("symspellpy") / LIST).read_text(encoding="utf-8-sig")
    pairs = (line.split() for line in text.splitlines())
    return {word: int(count) for word, count in pairs}


@cache
def beginning(letter: str) -> tuple[str, ...]:
    """The English words with this first letter."""
    return tuple(word for word in frequencies() if word.startswith(letter))
