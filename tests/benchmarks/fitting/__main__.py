"""Fit `qa/weights/scales.json`: python tests/benchmarks/fitting SETS [--newsroom FOLDER] [--write] …

Reads the dev parts of clapnq, xquad, the fixed set and the newsroom set, and fits the ranking of sentences (a softmax over each
question's, then made a probability) and the decision (logistic regression), every set counting the same. Prints AUROCs and the
risk-coverage curves from which the thresholds are set by hand. --keep FILE keeps what was read, for another fit without reading;
--split report only measures, with the scales as they are.
"""

import argparse
import json
import pickle
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import torch
from asked import Asked, ask, corpus, places, rows
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.embedder import fast_dtype
from qa.reading.choose import Candidate, decision_features
from qa.reading.encoders import small
from qa.reading.reader import Reader
from qa.reading.scales import WEIGHTS, Scales, weighed

Sets = dict[str, list[Asked]]
Floats = NDArray[np.float64]
START = (1.0, 0.1, 1.0, 1.0, 1.0, 1.0, -2.0)


def logistic(x: Floats, y: Floats, weight: Floats | None = None) -> tuple[float, ...]:
    """Weights and the constant, over features made alike in size for the penalty."""
    scale = x.std(0) + 1e-9
    model = LogisticRegression(C=0.2, max_iter=3000).fit(x / scale, y, weight)
    return (*(float(v) for v in model.coef_[0] / scale), float(model.intercept_[0]))


def ranking(sets: Sets) -> tuple[float, ...]:
    """Weights with which the gold sentences get the most of each question's softmax, then scaled, with a constant, so that
    their logistic is a probability."""
    many = [
        (a, 1 / len(some))
        for some in sets.values()
        for a in some
        if any(a.gold) and not all(a.gold)
    ]
    longest = max(len(a.gold) for a, _ in many)
    width = len(many[0][0].ranked[0].features)
    x = np.zeros((len(many), longest, width), np.float32)
    outside, wrong = np.full((2, len(many), longest), -1e9, np.float32)
    for n, (a, _) in enumerate(many):
        x[n, : len(a.gold)] = np.array([one.features for one in a.ranked])
        outside[n, : len(a.gold)] = 0
        wrong[n, : len(a.gold)][np.array(a.gold)] = 0
    scale = x[outside == 0].std(0) + 1e-9
    share = torch.tensor([w for _, w in many], dtype=torch.float32)
    weights = torch.zeros(width, requires_grad=True)
    xs, out, bad = torch.tensor(x / scale), torch.tensor(outside), torch.tensor(wrong)
    optimizer = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        score = xs @ weights
        lost = torch.logsumexp(score + out, 1) - torch.logsumexp(score + bad, 1)
        total = (share * lost).sum() / len(sets) + 1e-3 * (weights**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    found = weights.detach().numpy() / scale
    slope, constant = logistic((x @ found)[outside == 0][:, None], (wrong == 0)[outside == 0])
    return (*(float(slope * w) for w in found), constant)


def reranked(a: Asked, scales: Scales) -> list[Candidate]:
    """The sentences with these scales, best first."""
    some = [replace(one, probability=weighed(scales.sentence, one.features)) for one in a.ranked]
    return sorted(some, key=lambda one: -one.probability)


def decisions(sets: Sets, scales: Scales) -> tuple[Floats, Floats, Floats, list[tuple[str, str]]]:
    """Features, answerable or not, weights that make sets and both sides count the same, and each row's set and kind."""
    x, y, weight, names = [], [], [], []
    for name, some in sets.items():
        kept = [a for a in some if a.ranked]
        yes = sum(a.row["answerable"] for a in kept)
        for a in kept:
            x.append(decision_features(a.row["question"], a.found, reranked(a, scales)))
            y.append(a.row["answerable"])
            weight.append(0.5 / max(1, yes if a.row["answerable"] else len(kept) - yes))
            names.append(
                (name, a.row.get("kind") or ("answered" if a.row["answerable"] else "not"))
            )
    weights = np.array(weight)
    return np.array(x, float), np.array(y, float), weights * len(weights) / weights.sum(), names


def curves(p: Floats, y: Floats, names: Sequence[tuple[str, str]]) -> None:
    """AUROC by set, and what each threshold answers of the answerable and of each kind that is not."""
    groups: list[tuple[str, NDArray[np.bool_]]] = []
    for name in dict.fromkeys(one for one, _ in names):
        own = np.array([one == name for one, _ in names])
        print(f"{name}: AUROC {roc_auc_score(y[own], p[own]):.3f} of {own.sum()}")
        groups.append((f"{name} answerable", own & (y == 1)))
        for kind in sorted({k for (n, k), v in zip(names, y, strict=True) if n == name and not v}):
            groups.append(
                (f"{name} {kind}", own & (y == 0) & np.array([k == kind for _, k in names]))
            )
    print("| threshold | " + " | ".join(name for name, _ in groups) + " |")
    for threshold in np.arange(0.1, 0.91, 0.05):
        cells = [f"{(p[own] >= threshold).mean():.2f}" for _, own in groups]
        print(f"| {threshold:.2f} | " + " | ".join(cells) + " |")


def measured(sets: Sets, scales: Scales) -> None:
    """What these scales reach on these sets."""
    for name, some in sets.items():
        asked = [a for a in some if a.row["answerable"]]
        golds = [[is_it for _, is_it in _ordered(a, scales)] for a in asked]
        first, three = (np.mean([any(gold[:top]) for gold in golds]) for top in (1, 3))
        print(f"{name}: right sentence first {first:.3f}, in three {three:.3f}, of {len(asked)}")
    x, y, _, names = decisions(sets, scales)
    curves(np.array([weighed(scales.decision, row) for row in x]), y, names)


def _ordered(a: Asked, scales: Scales) -> list[tuple[float, bool]]:
    pairs = [
        (weighed(scales.sentence, one.features), gold)
        for one, gold in zip(a.ranked, a.gold, strict=True)
    ]
    return sorted(pairs, key=lambda pair: -pair[0])


def fitted(sets: Sets, old: Scales) -> Scales:
    scales = replace(old, sentence=ranking(sets))
    x, y, weight, _ = decisions(sets, scales)
    return replace(scales, decision=logistic(x, y, weight))


def read(asked: argparse.Namespace, scales: Scales) -> Sets:
    reader = Reader(small(), asked.weights, getattr(torch, fast_dtype()))
    sets = {}
    for name, (articles, questions) in places(asked.sets, asked.newsroom).items():
        some = rows(questions, asked.split, asked.limit)
        sets[name] = list(ask(corpus(articles), some, reader, scales))
        print(f"{name}: {len(some)} questions", flush=True)
    return sets


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path)
    parser.add_argument("--newsroom", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--split", choices=["dev", "report"], default="dev")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    old = Scales.load()
    kept = asked.keep and asked.keep.exists()
    sets = (
        pickle.loads(asked.keep.read_bytes()) if kept else read(asked, replace(old, sentence=START))
    )
    if asked.keep:
        asked.keep.write_bytes(pickle.dumps(sets))
    print("with the scales as they are:")
    measured(sets, old)
    if asked.split == "report":
        return
    scales = fitted(sets, old)
    print("fitted:")
    measured(sets, scales)
    row = {one.name: getattr(scales, one.name) for one in fields(Scales)}
    text = json.dumps(
        {k: [round(x, 4) for x in v] if isinstance(v, tuple) else v for k, v in row.items()},
        indent=1,
    )
    print(text)
    if asked.write:
        (WEIGHTS / "scales.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
