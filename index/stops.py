"""Tells whether a full stop ends a sentence or only an abbreviation, where that is in doubt: before
a capital or a digit.

Learned from labelled sentences (tests/benchmarks/sentences): a linear model of how the embedder's
middle layers see the stop, what stands before it and what follows, and of the capitals around it,
which the embedder does not see.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from index.embedder import MiniLMEmbedding, Vectors, load_embedder
from index.hyphens import frequency

Library = Callable[[str], list[int]]  # where a text's sentences end

WEIGHTS = Path(__file__).with_name("weights") / "stops.safetensors"
LAYERS = (3, 4)  # of the embedder's six; the best of those tried
AROUND = 60  # characters on each side that the model sees
COMMON = 12_000_000  # times in the dictionary: "here" is no abbreviation (639 million), "approx" is
ENDS, GOES_ON = "!_"  # marks that leave the library no doubt

STOP = re.compile(  # "Dep. Mayor", "the U.S. Senators", "Pa.) “Yes", "approx. $4"
    r"(?<![^\W_])((?:[^\W\d_]{1,5}\.)*[^\W\d_]{1,6})\.[\])}”’\"'*_]* +(?=\W{0,3}[^\W_])"
)
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Stop:
    """A full stop at `place`, behind a word that begins at `start`; what follows begins at
    `after`."""

    text: str
    word: str
    start: int
    place: int
    after: int

    def window(self) -> tuple[str, int, int]:
        """What the model sees of the text, whole words, and the stop's span in it."""
        begin = max(0, self.start - AROUND)
        if begin:
            begin = self.text.find(" ", begin, self.start) + 1 or begin
        at = self.place - begin
        return self.text[begin : self.after + AROUND], at, at + 1

    def capitals(self) -> list[bool]:
        """Of the word before the stop's, of its own and of the next two."""
        words = WORD.findall(self.text[max(0, self.start - AROUND) : self.start])
        before = words[-1] if words else ""
        following = [*WORD.findall(self.text[self.after : self.after + AROUND]), "", ""]
        first, second = following[:2]
        return [
            before[:1].isupper(),
            self.word[:1].isupper(),
            self.word.isupper(),
            first.isupper(),
            first[:1].isdigit(),
            second[:1].isupper(),
            second[:1].islower(),
        ]


def settled(texts: Sequence[str], library: Library) -> list[str]:
    """The texts with a mark that leaves no doubt in the place of each stop that ends a sentence, or
    may be taken to; the doubtful ones of all texts are judged together."""
    sorted_out = [_sorted(text, library) for text in texts]
    ends = iter(judge([stop for _, doubtful in sorted_out for stop in doubtful]))
    marked = []
    for text, (certain, doubtful) in zip(texts, sorted_out, strict=True):
        marks = list(text)
        for stop in certain:
            marks[stop.place] = ENDS
        for stop in doubtful:
            marks[stop.place] = ENDS if next(ends) else GOES_ON
        marked.append("".join(marks))
    return marked


def judge(stops: Sequence[Stop]) -> list[bool]:
    """Whether each one ends a sentence."""
    if not stops:
        return []
    weights, constant = _weights()
    return [bool(score > 0) for score in features(stops, _embedder()) @ weights + constant]


def features(stops: Sequence[Stop], embedder: MiniLMEmbedding) -> Vectors:
    """(n, len(LAYERS) * 384 * 3 + 7) float32: the layers' view of each stop, then the capitals."""
    seen = embedder.words([stop.window() for stop in stops], LAYERS)
    capitals = np.array([stop.capitals() for stop in stops], np.float32)
    return np.hstack([seen, capitals])


def stops(text: str) -> Iterator[Stop]:
    """The full stops behind a short word, before a capital or a digit."""
    for found in STOP.finditer(text):
        following = WORD.search(text, found.end())
        if following and not following[0][0].islower():
            yield Stop(text, found[1], found.start(), found.end(1), found.end())


def _sorted(text: str, library: Library) -> tuple[list[Stop], list[Stop]]:
    """The stops that end a sentence for certain, and the doubtful ones: where the library does not
    cut, though it would at another mark, or cuts behind what may be an abbreviation."""
    some = list(stops(text))
    if not some:
        return [], []
    marks = list(text)
    for stop in some:
        marks[stop.place] = ENDS
    cuts, possible = set(library(text)), set(library("".join(marks)))
    certain, doubtful = [], []
    for stop in some:
        behind = range(stop.place + 1, stop.after + 1)
        if possible.isdisjoint(behind):
            continue  # within brackets, or the like
        if cuts.isdisjoint(behind) or _may_be_short(stop):
            doubtful.append(stop)
        else:
            certain.append(stop)
    return certain, doubtful


def _may_be_short(stop: Stop) -> bool:
    """Whether a digit follows the word, it has dots, or it is no common one."""
    digit = not stop.text[stop.after].isalpha()
    return digit or "." in stop.word or frequency(stop.word.lower()) < COMMON


@lru_cache(maxsize=1)
def _weights() -> tuple[Vectors, float]:
    tensors = load_file(WEIGHTS)
    return tensors["weights"], float(tensors["constant"][0])


@lru_cache(maxsize=1)
def _embedder() -> MiniLMEmbedding:
    return load_embedder()
