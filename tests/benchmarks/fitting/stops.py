"""Fit `index/weights/stops.safetensors`: python tests/benchmarks/fitting/stops.py [--write]

Ridge regression on the stops of `sentences/train.txt`. Prints for several penalties how many are judged rightly in ten folds: of
lines, and of words, so that a stop is judged by a model that has not seen its word.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[3])]

from boundaries import marked  # noqa: E402

from index.embedder import load_embedder  # noqa: E402
from index.stops import LAYERS, WEIGHTS, features, stops  # noqa: E402

Floats = NDArray[np.float64]
PENALTIES = (0.1, 0.3, 1.0, 3.0)
PENALTY = 3.0
CAPITALS = 0.25  # the share that a capital counts beside the embedder's numbers, scaled alike


def scaled(x: Floats) -> tuple[Floats, Floats, Floats]:
    """The features around nought, the embedder's together as large as a few capitals; what was
    taken off and what they were divided by."""
    width = len(LAYERS) * 384 * 3
    middle, scale = x.mean(0), np.ones(x.shape[1])
    scale[:width] = x[:, :width].std() * np.sqrt(width) / 4
    scale[width:] = (x[:, width:].std(0) + 1e-6) / CAPITALS
    return (x - middle) / scale, middle, scale


def ridge(x: Floats, y: Floats, penalty: float) -> tuple[Floats, float]:
    """Weights and the constant; solved over the rows, which are fewer than the columns."""
    constant = float(y.mean())
    each = np.linalg.solve(x @ x.T + penalty * np.eye(len(x)), y - constant)
    return x.T @ each, constant


def crossed(x: Floats, y: Floats, groups: NDArray[np.int64], penalty: float) -> float:
    fold = np.random.default_rng(0).permutation(groups.max() + 1)[groups] % 10
    right = 0
    for one in range(10):
        weights, constant = ridge(x[fold != one], y[fold != one], penalty)
        right += int(((x[fold == one] @ weights + constant > 0) == (y[fold == one] > 0)).sum())
    return right / len(y)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights")
    given = parser.parse_args()
    found, labels, lines = [], [], []
    for number, (text, ends) in enumerate(marked("train")):
        for stop in stops(text):
            found.append(stop)
            labels.append(1.0 if ends & set(range(stop.place + 1, stop.after + 1)) else -1.0)
            lines.append(number)
    y = np.array(labels)
    x, middle, scale = scaled(features(found, load_embedder("float32")).astype(np.float64))
    words = np.unique([stop.word.lower() for stop in found], return_inverse=True)[1]
    print(f"{len(y)} stops, {(y > 0).mean():.3f} of them end a sentence")
    for penalty in PENALTIES:
        rates = [crossed(x, y, groups, penalty) for groups in (np.array(lines), words)]
        print(f"penalty {penalty}: lines {rates[0]:.3f}, words {rates[1]:.3f}", flush=True)
    if given.write:
        weights, constant = ridge(x, y, PENALTY)
        weights /= scale
        constant -= float(middle @ weights)
        tensors = {"weights": weights, "constant": np.array([constant])}
        save_file({name: value.astype(np.float32) for name, value in tensors.items()}, WEIGHTS)


if __name__ == "__main__":
    main()
