"""Tells whether a full stop ends a sentence or only an abbreviation, where that is in doubt: before
a capital or a digit.

Learned from labelled sentences (tests/benchmarks/sentences): a linear model of how the embedder's
middle layers see the stop, what stands before it and what follows, and of the capitals around it,
which the embedder does not see.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from index.embedder import MiniLMEmbedding, Place, Vectors, load_embedder
from index.hyphens import frequency

Library = Callable[[str], list[int]]  # where a text's sentences end

WEIGHTS = Path(__file__).with_name("weights") / "stops.safetensors"
LAYERS = (3,)  # of the embedder's six; the best of those tried
REACH = 2  # tokens on each side whose view counts
AROUND = 45  # characters on each side that the model sees
MOST = 2000  # stops of a text that are judged, some 100,000 words of news
TOGETHER = 256  # stops judged at once
NEAR = 0.001  # a score this near to nought is computed again alone: its last bits vary with others
KEPT = 5000  # judgements that are remembered: a text's first sentence is asked for by itself
COMMON = 12_000_000  # times in the dictionary: "here" is no abbreviation (639 million), "approx" is
ENDS, GOES_ON = "!_"  # marks that leave the library no doubt

STOP = re.compile(  # "Dep. Mayor", "the U.S. Senators", "Pa.) “Yes", "approx. $4", not "purr. [1]"
    r"(?<![^\W_])((?:[^\W\d_]{1,5}\.)*[^\W\d_]{1,6})\.[\])}”’\"'*_]* +(?=[^\w\[]{0,3}[^\W_])"
)
WORD = re.compile(r"[^\W_]+")
LATIN = "\u024f"  # the last such letter: the embedder has read no other script, the library has

_KNOWN: dict[Place, bool] = {}


@dataclass(frozen=True, slots=True)
class Stop:
    """A full stop at `place`, behind a word that begins at `start`; what follows begins at
    `after`."""

    text: str
    word: str
    start: int
    place: int
    after: int

    def window(self) -> Place:
        """What the model sees of the text, whole words, and the stop's span in it."""
        at = self.place - self._begin
        return self.text[self._begin : self.after + AROUND], at, at + 1

    def capitals(self) -> list[bool]:
        """Of the word before the stop's, of its own and of the next two."""
        words = WORD.findall(self.text[self._begin : self.start])
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

    @property
    def _begin(self) -> int:
        begin = max(0, self.start - AROUND)
        return self.text.find(" ", begin, self.start) + 1 or begin if begin else 0


def settled(texts: Sequence[str], library: Library) -> list[str]:
    """The texts with a mark that leaves no doubt in the place of each stop that ends a sentence, or
    may be taken to; the doubtful ones of all texts are judged together, the first MOST of them."""
    sorted_out = [_sorted(text, library) for text in texts]
    doubts = [stop for _, doubtful in sorted_out for stop in doubtful][:MOST]
    ends = iter(judge(doubts))
    marked = []
    for text, (certain, doubtful) in zip(texts, sorted_out, strict=True):
        marks = list(text)
        for stop in certain:
            marks[stop.place] = ENDS
        for stop, is_end in zip(doubtful, ends, strict=False):
            marks[stop.place] = ENDS if is_end else GOES_ON
        marked.append("".join(marks))
    return marked


def name() -> str:
    """What an index notes down to know again what cut its sentences."""
    return f"stops@{hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:12]}"


def judge(stops: Sequence[Stop]) -> list[bool]:
    """Whether each one ends a sentence, whatever is judged beside it. Safe to call from several
    threads."""
    places = [stop.window() for stop in stops]
    known = {place: _KNOWN.get(place) for place in places}
    fresh = {place: stop for place, stop in zip(places, stops, strict=True) if known[place] is None}
    found = dict(zip(fresh, _judged(list(fresh.values())), strict=True))
    if len(_KNOWN) > KEPT:
        _KNOWN.clear()
    _KNOWN.update(found)
    known |= found
    return [bool(known[place]) for place in places]


def scores(stops: Sequence[Stop]) -> Vectors:
    """(n,) float32, above nought where a sentence ends."""
    weights, constant = _weights()
    return np.asarray(features(stops, _embedder()) @ weights + constant, np.float32)


def features(stops: Sequence[Stop], embedder: MiniLMEmbedding) -> Vectors:
    """(n, (1 + 2 * REACH) * len(LAYERS) * 384 + 7) float32: the layers' view of each stop and its
    neighbours, then the capitals."""
    seen = embedder.words([stop.window() for stop in stops], LAYERS, REACH)
    capitals = np.array([stop.capitals() for stop in stops], np.float32)
    return np.hstack([seen, capitals])


def stops(text: str) -> Iterator[Stop]:
    """The full stops behind a short word of Latin letters, before a capital or a digit."""
    for found in STOP.finditer(text):
        following = WORD.search(text, found.end())
        if following and max(found[1]) <= LATIN and not following[0][0].islower():
            yield Stop(text, found[1], found.start(), found.end(1), found.end())


def _judged(stops: Sequence[Stop]) -> list[bool]:
    found: list[float] = []
    for first in range(0, len(stops), TOGETHER):
        found += map(float, scores(stops[first : first + TOGETHER]))
    near = [place for place, score in enumerate(found) if abs(score) < NEAR]
    for place in near:
        found[place] = float(scores([stops[place]])[0])
    return [score > 0 for score in found]


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
    """In float32 everywhere: on another machine, or again, the cuts are the same."""
    return load_embedder("float32")
