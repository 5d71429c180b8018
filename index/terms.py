"""Words as BM25 sees them: one form for each spelling of a name, a number or a compound."""

import re
import unicodedata
from functools import cache

from anyascii import anyascii
from snowballstemmer import stemmer  # type: ignore[import-untyped]

from index import folding

STOPPED = (
    "a about after all also an and any are as at be because been before being but by can could did"
    " do does for from had has have he her him his how i if in into is it its just me more most my"
    " no nor not of on or our out over said say says she should so some such tell than that the"
    " their them then there these they this those to us was we were what when where which while who"
    " whom whose why will with would you your"
)
STOP = frozenset(STOPPED.split())
RUN = 4
_PORTER = stemmer("porter")
QUOTES = str.maketrans(dict.fromkeys("’‘ʼ`", "'") | dict.fromkeys("‐‑‒–—", "-"))
THOUSANDS = re.compile(r"(?<=\d)(?:,|[\u00a0\u2009\u202f'])(?=\d{3}(?!\d))")
DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
UNITS = {
    "m": "million",
    "mn": "million",
    "bn": "billion",
    "b": "billion",
    "tn": "trillion",
    "k": "thousand",
}
UNIT = re.compile(r"(?<=\d)\s?(m|mn|bn|b|tn|k)\b")
DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
POSSESSIVE = re.compile(r"(?<=\w)'s?\b|(?<=s)'(?!\w)")
COMPOUND = re.compile(r"\w+(?:-\w+)+")
NAME = re.compile(r"\b[A-Z][^\W\d_]{3,}")
SLAVIC = re.compile(r"(?:iy|yy|yj|ij|ii|yi|y|i)$")
VOWELS = re.compile(r"ie(?![sd]$)|ei|iy|yi")
DOUBLE = re.compile(r"(.)\1")


def fold(text: str) -> str:
    """The text to index: each capitalised word in its name form, a compound joined and in parts,
    numbers without separators."""
    return NAME.sub(lambda match: name(match[0]), _plain(text))


def query(text: str) -> list[str]:
    """The distinct words to search for, without the ones that carry nothing; a name's own form is
    `name(word)`."""
    words = re.findall(r"\w+", _plain(text))
    kept = [word for word in words if word.lower() not in STOP or word == "US"]
    return list(dict.fromkeys(word.lower() for word in kept or words))


def name(word: str) -> str:
    """One form for the spellings of a transliterated name: Zelensky, Zelenskyy and Zelenskiy; Kyiv
    and Kiev."""
    word = word.lower()
    return (
        DOUBLE.sub(r"\1", VOWELS.sub("i", SLAVIC.sub("y", word)))
        if len(word) > 3 and word.isalpha()
        else word
    )


def runs(text: str) -> set[tuple[str, ...]]:
    """The runs of four words: what copies of a text share."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[at:] for at in range(RUN)), strict=False)) or {tuple(words)}


def share(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """How much of the shorter text is in the other one, 0 to 1."""
    return len(one & other) / max(1, min(len(one), len(other)))


@cache
def stem(word: str) -> str:
    """A small-written word without its ending, by Porter's rules, as nearly always in the index.
    Cached without a bound, for a language has few words."""
    return str(_PORTER.stemWord(word))


def _plain(text: str) -> str:
    text = THOUSANDS.sub("", folding.fold(text).translate(QUOTES))
    if not text.isascii():
        text = text.translate(_LATIN)
    text = UNIT.sub(lambda match: " " + UNITS[match[1]], DECIMAL.sub("_", text))
    text = DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    text = POSSESSIVE.sub("", text)
    return COMPOUND.sub(
        lambda match: f"{match[0].replace('-', '')} {match[0].replace('-', ' ')}", text
    )


class _Latin(dict[int, str]):
    """For `str.translate`: each letter in Latin ones, found out when it is first met; accents and
    soft signs are left out, figures such as `⁹` and `½` stay."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter.isalpha():
            self[code] = "".join(filter(str.isalnum, anyascii(letter)))
        else:
            self[code] = "" if unicodedata.combining(letter) else letter
        return self[code]


_LATIN = _Latin()
