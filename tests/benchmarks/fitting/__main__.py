"""Fit `qa/weights/scales.json`: python tests/benchmarks/fitting SETS [--newsroom FOLDER] [--write] …

Reads the dev parts of clapnq, xquad, the fixed set and the newsroom set, and fits the ranking of sentences (a softmax over each
question's, then made a probability) and the decision (logistic regression), every set counting the same. Prints AUROCs and the
risk-coverage curves from which the thresholds are set by hand. --keep FILE keeps what was read, for another fit without reading;
--split report only measures, with the scales as they are.
Then the strong reader judges the best sentences of each question, and the second look is fitted on top of the first.
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
from second import Kept, Logits, decided, decision_row, judge, sentence_rows
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.embedder import fast_dtype
from qa.reading.again import look_again
from qa.reading.choose import Candidate
from qa.reading.decision import decision_features
from qa.reading.encoders import small, strong
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


def measured(sets: Sets, scales: Scales, kept: Kept | None = None) -> None:
    """What these scales reach on these sets, by the first look, or by both."""
    for name, some in sets.items():
        asked = [a for a in some if a.row["answerable"]]
        golds = [_golds(a, scales, kept) for a in asked]
        first, three = (np.mean([any(gold[:top]) for gold in golds]) for top in (1, 3))
        print(f"{name}: right sentence first {first:.3f}, in three {three:.3f}, of {len(asked)}")
    x, y, _, names = decisions(sets, scales)
    probabilities = [weighed(scales.decision, row) for row in x]
    if kept:
        probabilities = [decided(a, ranked, kept, scales) for a, ranked in pairs(sets, scales)]
    curves(np.array(probabilities), y, names)


def _golds(a: Asked, scales: Scales, kept: Kept | None) -> list[bool]:
    """Whether each sentence answers, best first."""
    gold = {one.place_of for one, is_it in zip(a.ranked, a.gold, strict=True) if is_it}
    ranked = reranked(a, scales)
    if kept:
        ranked = look_again(a.row["question"], a.found, ranked, kept, scales)
    return [one.place_of in gold for one in ranked]


def pairs(sets: Sets, scales: Scales) -> list[tuple[Asked, list[Candidate]]]:
    """Every question for which something was found, with its sentences ranked by the first look."""
    return [(a, reranked(a, scales)) for some in sets.values() for a in some if a.ranked]


def fitted(sets: Sets, old: Scales) -> Scales:
    """The first look's scales."""
    scales = replace(old, sentence=ranking(sets))
    x, y, weight, _ = decisions(sets, scales)
    return replace(scales, decision=logistic(x, y, weight))


def fitted_again(sets: Sets, first: Scales, kept: Kept) -> Scales:
    """The second look's scales, over what the first look's make of it."""
    found = [sentence_rows(pairs({name: some}, first), kept) for name, some in sets.items()]
    x = np.array([row for rows_, _ in found for row in rows_])
    y = np.array([row for _, gold in found for row in gold], float)
    weight = np.concatenate([np.full(len(gold), 1 / max(1, len(gold))) for _, gold in found])
    scales = replace(first, again_sentence=logistic(x, y, weight * len(y) / weight.sum()))
    _, answerable, shares, _ = decisions(sets, first)
    seen = [decision_row(a, ranked, kept, scales) for a, ranked in pairs(sets, first)]
    return replace(scales, again_decision=logistic(np.array(seen), answerable, shares))


def read(asked: argparse.Namespace, scales: Scales) -> Sets:
    reader = Reader(small(), asked.weights, getattr(torch, fast_dtype()))
    sets = {}
    for name, (articles, questions) in places(asked.sets, asked.newsroom).items():
        some = rows(questions, asked.split, asked.limit)
        sets[name] = list(ask(corpus(articles), some, reader, scales))
        print(f"{name}: {len(some)} questions", flush=True)
    return sets


def judged(sets: Sets, scales: Scales, asked: argparse.Namespace, logits: Logits) -> Kept:
    """The strong reader's judgement of the best sentences, kept where asked for."""
    reader = Reader(strong(), asked.strong, getattr(torch, fast_dtype()))
    judge(pairs(sets, scales), reader, logits)
    if asked.keep:
        asked.keep.with_suffix(".strong").write_bytes(pickle.dumps(logits))
    return Kept(logits)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path)
    parser.add_argument("--newsroom", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--strong", type=Path, default=WEIGHTS)
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
    known = asked.keep and asked.keep.with_suffix(".strong").exists()
    logits = pickle.loads(asked.keep.with_suffix(".strong").read_bytes()) if known else {}
    print("with the scales as they are, first look:")
    measured(sets, old)
    if asked.split == "report":
        print("both looks:")
        measured(sets, old, judged(sets, old, asked, logits))
        return
    scales = fitted(sets, old)
    print("fitted, first look:")
    measured(sets, scales)
    strong_too = judged(sets, scales, asked, logits)
    scales = fitted_again(sets, scales, strong_too)
    print("fitted, both looks:")
    measured(sets, scales, strong_too)
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
