"""Asks a pipeline every question of a set, says how good the answers are, and compares that with an
earlier time."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.progress import track

from qa.evaluation.figures import Asked, Baseline, Figure, compare, figures
from qa.evaluation.questions import load
from qa.evaluation.scoring import Gold, Row, invalid, kind_of, score
from qa.evaluation.tables import render
from qa.records import Turn

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

REMEDY = (
    "ingest it first, or over articles of your own use questions about them (`footnote feedback"
    " --questions` drafts some): the set and the baseline of the seeds fit the seeds alone"
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything known after a set was asked. `fingerprint` says of which questions, articles,
    models and settings it is true."""

    asked: tuple[Asked, ...]
    fingerprint: Mapping[str, Any]

    def figures(self) -> dict[str, Figure]:
        return figures(self.asked)

    def kinds(self) -> dict[str, dict[str, Figure]]:
        names = dict.fromkeys(one.kind for one in self.asked)
        return {name: figures(one for one in self.asked if one.kind == name) for name in names}

    def latency_ms(self) -> dict[str, float]:
        times = [1000 * one.seconds for one in self.asked]
        return {"median": median(times), "p95": float(np.percentile(times, 95))}

    def to_json(self, *, brief: bool = False) -> str:
        """Sorted and rounded, so that equal answers give equal text; `brief`, for a baseline, has
        no times and no answers."""
        head: dict[str, Any] = {
            "fingerprint": dict(self.fingerprint),
            "figures": _named(self.figures()),
        }
        if not brief:
            head["kinds"] = {kind: _named(some) for kind, some in self.kinds().items()}
            head["latency_ms"] = self.latency_ms()
        opened = _json(head, indent=1).removesuffix("}").rstrip()
        lines = []
        for one in sorted(self.asked, key=lambda asked: asked.id):
            row = asdict(one)
            if brief:
                del row["answer"], row["seconds"]
            lines.append(_json(row))
        questions = ",\n".join(lines)
        return f'{opened},\n "questions": [\n{questions}\n]}}\n'


def run(pipeline: "Pipeline", questions: Path) -> Evaluation:
    """Asks every question, with its history. Raises ValueError when the set is about articles that
    the index does not have."""
    rows, articles = load(questions), pipeline.index.articles()
    ids = {one.path: one.id for one in articles if one.path} | {one.id: one.id for one in articles}
    golds = [Gold.of(row, pipeline.index, ids) for row in rows]
    pairs = list(zip(rows, golds, strict=True))
    for row, gold in pairs:
        if missing := [name for name in gold.articles if name not in ids.values()]:
            about = f"question {row['id']} is about {missing[0]}, which is not in the index"
            raise ValueError(f"{questions}: {about}; {REMEDY}")
    asked = []
    for row, gold in track(pairs, "Asking", console=Console(stderr=True), transient=True):
        asked.append(_asked(pipeline, row, gold))
    fingerprint = {
        "questions": _digest(rows),
        "articles": _digest(sorted((one.id, one.hash, one.text) for one in articles)),
        "settings": settings(pipeline),
    }
    return Evaluation(tuple(asked), fingerprint)


def _asked(pipeline: "Pipeline", row: Row, gold: Gold) -> Asked:
    """One question, its answer and what that is worth."""
    history = [Turn(turn["role"], turn["content"]) for turn in row.get("history") or ()]
    begun = time.perf_counter()
    answer = pipeline.answer(row["question"], history)
    spent = time.perf_counter() - begun
    scores = score(row, answer, gold)
    scores["invalid"] = float(bool(invalid(answer, pipeline.index)))
    return Asked(
        str(row["id"]),
        kind_of(row),
        row["question"],
        row["answerable"],
        answer.status,
        answer.probability,
        scores,
        answer.answer,
        spent,
    )


def settings(pipeline: "Pipeline") -> dict[str, Any]:
    """What decides the answers besides questions and articles."""
    kept = {name: getattr(pipeline, name, None) for name in ("writer", "model", "top_k")}
    scales = getattr(pipeline, "scales", None)
    dtype = getattr(pipeline.index.embedder, "dtype", None)
    return kept | {
        "dtype": dtype,
        "scales": _digest(asdict(scales)) if scales else None,
    }


def main(
    pipeline: "Pipeline",
    questions: Path,
    *,
    baseline: Path | None = None,
    output: Path | None = None,
    write_baseline: Path | None = None,
) -> int:
    """Evaluates, prints, writes. Returns 0, or 1 when worse than the baseline or a citation is
    invalid."""
    earlier = Baseline.read(baseline) if baseline else None
    evaluation = run(pipeline, questions)
    comparison = compare(evaluation, earlier) if earlier else None
    print(render(evaluation, comparison), end="")
    if output:
        output.write_text(evaluation.to_json(), encoding="utf-8")
    if write_baseline:
        write_baseline.write_text(evaluation.to_json(brief=True), encoding="utf-8")
    worse = comparison is not None and comparison.worse
    return int(worse or evaluation.figures()["invalid"].value > 0)


def _named(some: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: figure._asdict() for name, figure in some.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return value


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(_rounded(value), ensure_ascii=False, sort_keys=True, indent=indent)


def _digest(value: Any) -> str:
    """Sixteen hexadecimal digits that tell this value from others."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
