"""Words as BM25 sees them: one form for each spelling of a name, a number or a compound."""

import re
import unicodedata

from index import folding

STOPPED = (
    "a about after all also an and any are as at be because been before being but by can could did do does for from had has have"
    " he her him his how i if in into is it its just me more most my no nor not of on or our out over said say says she should so"
    " some such tell than that the their them then there these they this those to us was we were what when where which while who"
    " whom whose why will with would you your"
)
STOP = frozenset(STOPPED.split())
RUN = 4
LETTERS = str.maketrans(
    {
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
    }
)
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
    """The text to index: each capitalised word in its name form, a compound joined and in parts, numbers without separators."""
    return NAME.sub(lambda match: name(match[0]), _plain(text))


def query(text: str) -> list[str]:
    """The distinct words to search for, without the ones that carry nothing; a name's own form is `name(word)`."""
    words = re.findall(r"\w+", _plain(text))
    kept = [word for word in words if word.lower() not in STOP or word == "US"]
    return list(dict.fromkeys(word.lower() for word in kept or words))


def name(word: str) -> str:
    """One form for the spellings of a transliterated name: Zelensky, Zelenskyy and Zelenskiy; Kyiv and Kiev."""
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


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with a neighbour (optimal string alignment); `most + 1` when there are more."""
    if (
        abs(len(one) - len(other)) > most or len({*one} ^ {*other}) > 2 * most
    ):  # most words, in no time
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _plain(text: str) -> str:
    text = THOUSANDS.sub("", folding.fold(text).translate(QUOTES))
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(LETTERS)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = UNIT.sub(lambda match: " " + UNITS[match[1]], DECIMAL.sub("_", text))
    text = DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    text = POSSESSIVE.sub("", text)
    return COMPOUND.sub(
        lambda match: f"{match[0].replace('-', '')} {match[0].replace('-', ' ')}", text
    )
