"""Names of people and collections as they are looked up: whole words, whatever their case and
accents."""

import re
import unicodedata
from collections.abc import Iterator

from index import folding

WORD = re.compile(r"\w+")
BETWEEN = ", "  # what joins the authors of one article
LONGEST = 8  # words of a name that is looked for in a text


def look(name: str) -> str:
    """`Zoë O'Neil` as `zoe o neil`: the same for every way to write it."""
    return " ".join(_plain(word[0]) for word in WORD.finditer(name))


def signed(author: str | None) -> list[tuple[str, str]]:
    """The look and the name of an article's author, and of each of several that have two words at
    least."""
    parts = (author or "").split(BETWEEN)
    several = [part for part in parts if len(WORD.findall(part)) > 1]
    looks = {look(name): name.strip() for name in (author or "", *several)}
    return [pair for pair in looks.items() if pair[0]]


def runs(text: str) -> dict[str, tuple[int, int]]:
    """The look of every run of up to LONGEST words, longer runs first, with the place of the first
    such run."""
    words = [(*word.span(), _plain(word[0])) for word in WORD.finditer(text)]
    found: dict[str, tuple[int, int]] = {}
    for length in range(LONGEST, 0, -1):
        for at in range(len(words) - length + 1):
            run = words[at : at + length]
            found.setdefault(" ".join(word for _, _, word in run), (run[0][0], run[-1][1]))
    return found


def apart(places: dict[str, tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Those that do not touch an earlier one."""
    taken: list[tuple[int, int]] = []
    for key, (start, end) in places.items():
        if all(end <= first or last <= start for first, last in taken):
            taken.append((start, end))
            yield key, (start, end)


def _plain(word: str) -> str:
    parts = unicodedata.normalize("NFKD", folding.fold(word).casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
