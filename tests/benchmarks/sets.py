"""What the benchmarks over question sets share: their rows and a sample of them, a corpus as articles, goals, curves."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from index.articles import make_article
from index.index import Index
from qa.evaluation.evaluate import Evaluation
from qa.evaluation.scoring import SMALL_TALK

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def rows(path: Path, split: str | None = None, limit: int | None = None) -> list[Any]:
    """The rows of a JSON-lines file, of one half, and of these a sample of `limit`, always the same."""
    read = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    some = [row for row in read if split in (None, row.get("split"))]
    return random.Random(0).sample(some, limit) if limit and limit < len(some) else some


def ingest_corpus(index: Index, folder: Path) -> None:
    """Makes the rows of `folder/corpus.jsonl` ({id, title, text, ...}) articles under their own ids."""
    kept = ("title", "source", "published", "url")
    index.ingest(
        make_article(row["text"], id=row["id"], **{name: row.get(name) for name in kept})
        for row in rows(folder / "corpus.jsonl")
    )


def missed(figures: Mapping[str, float], goals: Mapping[str, str]) -> int:
    """Prints what became of each goal, at least (>0.9) or at most (<0.1), and says how many were missed."""
    count = 0
    for name, goal in goals.items():
        if name in figures:
            value, edge = figures[name], float(goal[1:])
            good = value >= edge if goal[0] == ">" else value <= edge
            count += not good
            print(f"{'reached' if good else 'SHORT  '} {name:36}{value:8.3f}   goal {goal}")
    return count


def curves(evaluation: Evaluation) -> None:
    """Prints how often what was said with a probability was so, and what each threshold would answer."""
    real = [one for one in evaluation.asked if one.kind not in SMALL_TALK]
    said, truth = (
        np.array([one.probability for one in real]),
        np.array([one.answerable for one in real], bool),
    )
    tenth = np.clip((said * 10).astype(int), 0, 9)
    print("\nprobability  questions  said  answerable")
    for n in np.unique(tenth):
        inside = tenth == n
        print(
            f"{n / 10:.1f}-{(n + 1) / 10:.1f}{inside.sum():15}{said[inside].mean():6.3f}{truth[inside].mean():12.3f}"
        )
    print("\nthreshold  coverage  false answers")
    for edge in THRESHOLDS:
        shares = [
            f"{np.mean(some >= edge):.3f}" if some.size else "-"
            for some in (said[truth], said[~truth])
        ]
        print(f"{edge:9}{shares[0]:>10}{shares[1]:>15}")
