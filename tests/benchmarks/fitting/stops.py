"""Fit `index/weights/stops.safetensors`: python tests/benchmarks/fitting/stops.py [--write]

Ridge regression on the stops of `sentences/train.txt` and `sentences/more.txt`, each line by itself
and again between two others. Prints how many stops of train.txt are judged rightly in ten folds: of
lines, and of words, so that a stop is judged by a model that has not seen its word.
"""

import argparse
import random
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[3])]

from boundaries import marked  # noqa: E402

from index.embedder import load_embedder  # noqa: E402
from index.stops import LAYERS, REACH, WEIGHTS, Stop, features, stops  # noqa: E402

Floats = NDArray[np.float64]
Line = tuple[str, set[int]]  # a text and where sentences end in it
PENALTY = 3.0
CAPITALS = 0.25  # the share that a capital counts beside the embedder's numbers, scaled alike


def labelled(lines: list[Line]) -> list[tuple[Stop, bool, int]]:
    """Each stop, whether it ends a sentence, and its line's number."""
    drawn = random.Random(1)
    rows = []
    for number, (text, ends) in enumerate(lines):
        before, after = (drawn.choice(lines)[0] + " " for _ in range(2))
        shifted = {len(before) + end for end in [*ends, len(text)]}
        own = range(len(before), len(before) + len(text))
        for stop in stops(text):
            rows.append((stop, _ends(stop, ends), number))
        for stop in stops(f"{before}{text} {after}"):
            if stop.place in own:
                rows.append((stop, _ends(stop, shifted), number))
    return rows


def _ends(stop: Stop, ends: set[int]) -> bool:
    return not ends.isdisjoint(range(stop.place + 1, stop.after + 1))


def scaled(x: Floats) -> tuple[Floats, Floats, Floats]:
    """The features around nought, the embedder's together as large as a few capitals; what was
    taken off and what they were divided by."""
    width = (1 + 2 * REACH) * len(LAYERS) * 384
    middle, scale = x.mean(0), np.ones(x.shape[1])
    scale[:width] = x[:, :width].std() * np.sqrt(width) / 4
    scale[width:] = (x[:, width:].std(0) + 1e-6) / CAPITALS
    return (x - middle) / scale, middle, scale


def ridge(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Weights and the constant."""
    constant = float(y.mean())
    inner = x.T @ x + PENALTY * np.eye(x.shape[1])
    return np.linalg.solve(inner, x.T @ (y - constant)), constant


def crossed(x: Floats, y: Floats, groups: NDArray[np.int64], counted: NDArray[np.bool_]) -> float:
    """The share of the counted rows that are judged rightly by what other groups teach."""
    fold = np.random.default_rng(0).permutation(groups.max() + 1)[groups] % 10
    right = 0
    for one in range(10):
        weights, constant = ridge(x[fold != one], y[fold != one])
        asked = counted & (fold == one)
        right += int(((x[asked] @ weights + constant > 0) == (y[asked] > 0)).sum())
    return right / int(counted.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights")
    given = parser.parse_args()
    train, more = marked("train"), marked("more")
    rows = labelled(train + more)
    found = [stop for stop, _, _ in rows]
    y = np.array([1.0 if is_end else -1.0 for _, is_end, _ in rows])
    x, middle, scale = scaled(features(found, load_embedder("float32")).astype(np.float64))
    print(f"{len(y)} stops, {(y > 0).mean():.3f} of them end a sentence", flush=True)
    if given.write:
        weights, constant = ridge(x, y)
        weights /= scale
        constant -= float(middle @ weights)
        tensors = {"weights": weights, "constant": np.array([constant])}
        save_file({name: value.astype(np.float32) for name, value in tensors.items()}, WEIGHTS)
    lines = np.array([number for _, _, number in rows])
    words = np.unique([stop.word.lower() for stop in found], return_inverse=True)[1]
    texts = {text for text, _ in train}
    alone = np.array([stop.text in texts for stop in found])
    amid = ~alone & (lines < len(train))
    for name, counted in (("by itself", alone), ("between others", amid)):
        rates = [crossed(x, y, groups, counted) for groups in (lines, words)]
        print(f"{name}: lines {rates[0]:.3f}, words {rates[1]:.3f}", flush=True)


if __name__ == "__main__":
    main()
