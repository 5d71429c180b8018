"""Fit `qa/weights/sides.safetensors`: python tests/benchmarks/sides.py [--write]

Reads the labelled sentences of `days/*.tsv`. Prints, by cross-validation, for some thresholds the share of the sides that are
told, and how many of those told are right; one sentence is never on both sides of a split.
"""

import argparse
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from index.embedder import Place, load_embedder
from qa.checking.sides import LABELS, LAYERS, SURE
from qa.checking.times import times
from qa.reading.scales import WEIGHTS

SETS = Path(__file__).with_name("days")
SLOT = re.compile(r"\{(.*?)\}")  # {Thursday}: the time that the label is of
PENALTY = 0.1  # scikit-learn's C; 0.03 to 0.3 are nearly alike
FOLDS = 5
DAY = date(2025, 6, 4)  # any


def labelled() -> Iterator[tuple[int, Place]]:
    """The number of the label, and the place; of those times only whose side is asked for."""
    for path in sorted(SETS.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label, _, text = line.partition("\t")
            slot = SLOT.search(text)
            assert slot, line
            plain = text[: slot.start()] + slot[1] + text[slot.end() :]
            start, end = slot.start(), slot.end() - 2
            if any(
                not one.sure and one.start < end and start < one.end for one in times(plain, DAY)
            ):
                yield LABELS.index(label), (plain, start, end)


def fitted(rows: NDArray[np.float32], labels: NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(C=PENALTY, max_iter=300, tol=1e-3).fit(rows, labels)


def validated(rows: NDArray[np.float32], labels: NDArray[np.int64], texts: list[str]) -> None:
    """Prints how well labels that were held out are told."""
    told = np.zeros((len(labels), len(LABELS)))
    for seen, held in GroupKFold(FOLDS, shuffle=True, random_state=0).split(rows, groups=texts):
        told[held] = fitted(rows[seen], labels[seen]).predict_proba(rows[held])
    print(f"{len(labels)} places, all three labels: {(told.argmax(1) == labels).mean():.3f} right")
    print("threshold  sides told  right of told")
    for threshold in (0.7, 0.75, 0.8, SURE, 0.9, 0.95):
        sure = told[:, :2].max(1) >= threshold
        right = told[:, :2].argmax(1) == labels
        print(f"{threshold:9} {sure[labels < 2].mean():11.2f} {right[sure].mean():14.3f}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--write", action="store_true", help="into qa/weights")
    asked = ask.parse_args()
    labels, places = zip(*labelled(), strict=True)
    rows = load_embedder("float32").words(places, LAYERS)
    if asked.write:
        model = fitted(rows, np.array(labels))
        parts = {"weights": model.coef_.T, "constants": model.intercept_}
        halves = {name: np.ascontiguousarray(part, np.float16) for name, part in parts.items()}
        save_file(halves, WEIGHTS / "sides.safetensors")
    validated(rows, np.array(labels), [text for text, _, _ in places])


if __name__ == "__main__":
    main()
