"""Folds a text for models and search: no invisible characters, no ligatures, no full-width letters;
offsets are mapped back.

What is stored and quoted stays as it was written. Raised, lowered and circled figures and fractions
stay too, for `10⁹` is not `109`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

DIVIDED_WORD = re.compile("\u00ad[ \t]*\n[ \t]*(?=\\w)")  # govern-, soft hyphen, line end, ment
IGNORABLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")  # drawn as nothing, no format
VARIANTS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))  # select another form of a letter
OWN_VALUE = ("<super>", "<sub>", "<fraction>", "<circle>")  # forms that carry meaning
ANY_SIGN = ("<wide>", "<narrow>")  # of which punctuation is folded too


class _Table(dict[int, str]):
    """For `str.translate`: what each character is folded to, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded(chr(code))
        return self[code]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `origins[i]` is the place in the original of its i-th character, None when
    they are the same."""

    text: str
    origins: Sequence[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original for one of this text, without invisible characters
        around it."""
        if self.origins is None or start >= end:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> str:
    """The text as models and search see it."""
    if text.isascii():
        return text
    return DIVIDED_WORD.sub("", text).translate(_TABLE)


def mapped(text: str) -> Folded:
    """The same with the way back."""
    folded = fold(text)
    if folded == text:
        return Folded(text, None)
    divided = {at for found in DIVIDED_WORD.finditer(text) for at in range(*found.span())}
    origins: list[int] = []
    for at, char in enumerate(text):
        if at not in divided:
            origins += [at] * len(_TABLE[ord(char)])
    return Folded(folded, origins)


def _folded(char: str) -> str:
    if unicodedata.category(char) == "Cf" or char in IGNORABLE:
        return ""
    if any(ord(char) in variants for variants in VARIANTS):
        return ""
    form = unicodedata.decomposition(char).partition(" ")[0]
    if form in OWN_VALUE:
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain.isalnum() or form in ANY_SIGN else char


_TABLE = _Table()
