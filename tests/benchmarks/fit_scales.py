"""Fit the weights of `qa/weights/scales.json` on the dev halves of question sets, and print the ablation table and the curves
from which its thresholds (`answer`, `also`, `short`) are set by hand.

usage: python tests/benchmarks/fit_scales.py FOLDER [--write] [--limit N] [--keep FILE]    (FOLDER holds xquad/ and clapnq/)

Sentence weights: a softmax over the sentences of the passages found, so that the gold ones get the most of each question's
probability (better than a logistic regression over all sentences: first 0.823 for 0.789 on clapnq, 0.856 for 0.847 on xquad, five
folds); then scaled, with a constant, so that their logistic is calibrated. Decision weights: logistic regression of
"the question is answerable" over the evidence's features. Only rows with split == "dev" are read.
"""

import argparse
import json
import pickle
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.articles import load, make_article, walk
from index.embedder import fast_dtype, load_embedder
from index.index import Index
from index.records import Article, Found
from qa.choose import Candidate, Scales, evidence_features, rank, select
from qa.questions.followups import standalone
from qa.questions.spelling import corrected, vocabulary
from qa.reader import WEIGHTS, Reader
from qa.records import Turn

SENTENCE = (
    "reader's sentence",
    "reader's span",
    "cosine of passage",
    "BM25 of passage",
    "cosine of sentence",
    "overlap nearby",
)
DECISION = (*SENTENCE, "reader's passage", "best passage", "words covered")
KINDS = ("fact", "followup", "typo", "spelling", "said", "list", "yesno", "ontopic", "offtopic")
START = Scales((1.0, 0.1, 1.0, 1.0, 1.0, 1.0, -2.0), (0.0,) * 10, 0.5, 0.5, 3.0)


@dataclass
class Asked:
    """One question with what was found for it; `gold` tells which of its ranked sentences are right."""

    row: dict[str, Any]
    found: list[Found]
    ranked: list[Candidate]
    gold: list[bool]


def is_gold(row: dict[str, Any], one: Candidate) -> bool:
    if one.article.id not in row.get("article_ids", [row["article_id"]]):
        return False
    if row.get("answer_starts"):
        return any(one.sentence.start <= at < one.sentence.end for at in row["answer_starts"])
    said = " ".join(one.sentence.text.split())
    return any(
        said in (q := " ".join(quote.split())) or q in said for quotes in row.get("quotes") or [] for quote in quotes
    )


def asked(articles: Iterable[Article], rows: Sequence[dict[str, Any]], reader: Reader) -> Iterator[Asked]:
    embedder = load_embedder()
    words = vocabulary(embedder.weights)
    with tempfile.TemporaryDirectory() as place, Index.open(Path(place), embedder) as index:
        index.ingest(articles)
        for row in rows:
            turns = [Turn(**turn) for turn in row.get("history") or []]
            row["question"] = corrected(standalone(row["question"], turns), words, index.knows)
            found = index.find(row["question"], 8)
            ranked = rank(row["question"], found, reader, embedder, START)
            yield Asked(row, found, ranked, [is_gold(row, one) for one in ranked])


def dev(questions: Path, limit: int | None = None) -> list[dict[str, Any]]:
    rows = [
        q for line in questions.open() if (q := json.loads(line))["split"] == "dev" and q.get("kind", "fact") in KINDS
    ]
    return random.Random(0).sample(rows, limit) if limit and limit < len(rows) else rows


def corpus(folder: Path) -> Iterator[Article]:
    for line in (folder / "corpus.jsonl").open():
        row = json.loads(line)
        yield make_article(row["text"], title=row["title"], id=row["id"], source="set")


def listwise(sets: Sequence[Sequence[Asked]], use: Sequence[int]) -> list[float]:
    """Weights that maximise the share of the gold sentences in the softmax over each question's, every set counting the same;
    the last is the constant that makes the logistic of the sum a calibrated probability, with the scale that goes with it."""
    many = [(a, 1 / len(part)) for part in sets for a in part if a.row["answerable"] and any(a.gold)]
    longest = max(len(a.ranked) for a, _ in many)
    x = np.zeros((len(many), longest, len(use)), np.float32)
    there, gold = np.full((2, len(many), longest), -1e9, np.float32)
    for n, (a, _) in enumerate(many):
        x[n, : len(a.ranked)] = np.array([one.features for one in a.ranked])[:, list(use)]
        there[n, : len(a.ranked)] = 0
        gold[n, : len(a.ranked)][a.gold] = 0
    scale = x[there == 0].std(0) + 1e-9
    share = torch.tensor([w for _, w in many], dtype=torch.float32)
    xs, outside, wrong = torch.tensor(x / scale), torch.tensor(there), torch.tensor(gold)
    weights = torch.zeros(len(use), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        score = xs @ weights
        lost = torch.logsumexp(score + outside, 1) - torch.logsumexp(score + wrong, 1)
        total = (share * lost).sum() / len(sets) + 1e-3 * (weights**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    found = weights.detach().numpy() / scale
    slope, constant = fit((x @ found)[there == 0][:, None], (gold == 0)[there == 0])
    return [*(float(slope * w) for w in found), constant]


def reranked(a: Asked, weights: Sequence[float], use: Sequence[int]) -> tuple[list[Candidate], list[bool]]:
    x = np.array([one.features for one in a.ranked])[:, list(use)]
    scores = x @ np.array(weights[:-1]) + weights[-1]
    order = np.argsort(-scores, kind="stable")
    p = 1 / (1 + np.exp(-scores))
    made = [replace(c, probability=float(p[i])) for i in order for c in [a.ranked[i]]]
    return made, [a.gold[i] for i in order]


def firsts(many: Sequence[Asked], weights: Sequence[float], use: Sequence[int], top: int) -> float:
    some = [a for a in many if a.row["answerable"]]
    return sum(any(reranked(a, weights, use)[1][:top]) for a in some) / len(some)


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> list[float]:
    scale = x.std(0) + 1e-9
    model = LogisticRegression(C=0.1, max_iter=2000).fit(x / scale, y, weight)
    return [*(float(v) for v in model.coef_[0] / scale), float(model.intercept_[0])]


def f1(a: Asked, scales: Scales) -> float:
    """F1 of the chosen sentences against the best annotator's."""
    ranked, _ = reranked(a, scales.sentence, range(len(SENTENCE)))
    own = [c for c in ranked if c.article.id == a.row["article_id"]]
    texts = [" ".join(c.sentence.text.split()) for c in select(own, scales.also)]
    best = 0.0
    for quotes in a.row["quotes"]:
        gold = [" ".join(q.split()) for q in quotes]
        hits = sum(any(t in q or q in t for q in gold) for t in texts)
        met = sum(any(t in q or q in t for t in texts) for q in gold)
        p, r = hits / max(1, len(texts)), met / max(1, len(gold))
        best = max(best, 2 * p * r / (p + r) if p + r else 0.0)
    return best


def read(got: argparse.Namespace) -> dict[str, list[Asked]]:
    reader = Reader(load_embedder().weights, got.weights, getattr(torch, fast_dtype()))
    root = Path(__file__).parents[2]
    seeds = (article for path, top in walk([root / "seeds"]) for article in load(path, top))
    return {
        name: list(asked(corpus(got.folder / name), dev(got.folder / name / "questions.jsonl", got.limit), reader))
        for name in ("xquad", "clapnq")
    } | {"seeds": list(asked(seeds, dev(root / "tests/questions.jsonl"), reader))}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path)
    ask.add_argument("--write", action="store_true")
    ask.add_argument("--limit", type=int)
    ask.add_argument("--keep", type=Path, help="what was read is kept there, and used when it is there")
    ask.add_argument("--weights", type=Path, default=WEIGHTS)
    got = ask.parse_args()
    sets = pickle.load(got.keep.open("rb")) if got.keep and got.keep.exists() else read(got)
    if got.keep and not got.keep.exists():
        pickle.dump(sets, got.keep.open("wb"))
    every = list(range(len(SENTENCE)))

    print("| features | xquad first | in 3 | clapnq first | in 3 | seeds first | in 3 |")
    weights: list[float] = []
    for name, use in (
        [("all", every)]
        + [(f"without {SENTENCE[k]}", [i for i in every if i != k]) for k in every]
        + [(f"{SENTENCE[k]} alone", [k]) for k in every]
    ):
        fitted = listwise(list(sets.values()), use)
        weights = weights or fitted
        cells = [f"{firsts(many, fitted, use, top):.3f}" for many in sets.values() for top in (1, 3)]
        print(f"| {name} | {' | '.join(cells)} |")

    ex, ey, ew = [], [], []
    for many in sets.values():
        positive = sum(b.row["answerable"] for b in many)
        for a in many:
            ranked, _ = reranked(a, weights, every)
            ex.append(evidence_features(a.row["question"], a.found, ranked))
            ey.append(a.row["answerable"])
            ew.append(0.5 / (positive if a.row["answerable"] else len(many) - positive))
    evidence, answerable, balance = np.array(ex), np.array(ey), np.array(ew)
    balance *= len(balance) / balance.sum()
    ends = np.cumsum([0, *map(len, sets.values())])
    cuts = [slice(a, b) for a, b in pairwise(ends)]
    print("| decision features | xquad AUROC | clapnq AUROC | seeds AUROC |")
    decision: list[float] = []
    whole = list(range(len(DECISION)))
    for name, use in [("all", whole)] + [(f"without {DECISION[k]}", [i for i in whole if i != k]) for k in whole]:
        fitted = fit(evidence[:, use], answerable, balance)
        decision = decision or fitted
        p = evidence[:, use] @ np.array(fitted[:-1])
        print(f"| {name} | {' | '.join(f'{roc_auc_score(answerable[part], p[part]):.3f}' for part in cuts)} |")
    p = 1 / (1 + np.exp(-(evidence @ np.array(decision[:-1]) + decision[-1])))
    print("| threshold | answered when answerable, when not: xquad | | clapnq | | seeds | |")
    for t in np.arange(0.2, 0.85, 0.05):
        cells = [f"{(p[part][answerable[part] == v] >= t).mean():.3f}" for part in cuts for v in (True, False)]
        print(f"| {t:.2f} | {' | '.join(cells)} |")
    for also in (0.05, 0.08, 0.135, 0.22, 0.37, 0.6):
        tried = Scales(tuple(weights), tuple(decision), 0.5, float(also), 3.0)
        some = [f1(a, tried) for a in sets["clapnq"] if a.row["answerable"]]
        many = [len(select(reranked(a, weights, every)[0], also)) for a in sets["xquad"]]
        print(f"also {also:.3f}: clapnq F1 {np.mean(some):.3f}, xquad sentences {np.mean(many):.2f}")
    if got.write:
        old = json.loads((WEIGHTS / "scales.json").read_text())
        old |= {"sentence": [round(w, 4) for w in weights], "decision": [round(w, 4) for w in decision]}
        (WEIGHTS / "scales.json").write_text(json.dumps(old, indent=1) + "\n")


if __name__ == "__main__":
    main()
