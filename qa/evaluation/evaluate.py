"""Asks a pipeline every question of a set, says how good the answers are, and compares that with an
earlier time."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel
from rich.console import Console
from rich.progress import track

from qa.evaluation.figures import Asked, Baseline, Figure, compare, complaint, figures
from qa.evaluation.scoring import Gold, Row, invalid, kind_of, score
from qa.evaluation.tables import render
from qa.records import Turn

if TYPE_CHECKING:
    from qa.pipeline import Pipeline


class Said(BaseModel):
    role: Literal["user", "assistant"]
    content: str


class Known(BaseModel):
    """What a row of a question set must have and what it may; `quotes` has a list of sentences for
    each annotator."""

    id: str | int
    question: str
    answerable: bool
    kind: str | None = None
    status: str = "answered"
    history: list[Said] | None = None
    article_id: str | None = None
    article_ids: list[str] | None = None
    quotes: list[list[str]] | None = None
    answers: list[str] | None = None
    must: list[str] | None = None
    answer_starts: list[int] | None = None


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
        left_out = ("answer", "seconds") if brief else ()
        asked = [
            {k: v for k, v in asdict(one).items() if k not in left_out}
            for one in sorted(self.asked, key=lambda a: a.id)
        ]
        told: dict[str, Any] = {
            "fingerprint": dict(self.fingerprint),
            "figures": _named(self.figures()),
        }
        if not brief:
            told |= {
                "kinds": {kind: _named(some) for kind, some in self.kinds().items()},
                "latency_ms": self.latency_ms(),
            }
        lines = ",\n".join(
            json.dumps(_rounded(one), ensure_ascii=False, sort_keys=True) for one in asked
        )
        head = json.dumps(_rounded(told), ensure_ascii=False, sort_keys=True, indent=1)
        return f'{head.removesuffix("}").rstrip()},\n "questions": [\n{lines}\n]}}\n'


def load(questions: Path) -> list[Row]:
    """The rows of a JSON-lines file. Raises ValueError with one line for the first that is no
    question."""
    rows: list[Row] = []
    for number, line in enumerate(questions.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
            Known.model_validate(rows[-1])
        except ValueError as error:
            raise ValueError(
                f"{questions}:{number}: not a question ({complaint(error)}); give it id, question, answerable as JSON"
            ) from None
    if not rows:
        raise ValueError(f"{questions}: no questions; write one as JSON on each line")
    return rows


def run(pipeline: "Pipeline", questions: Path) -> Evaluation:
    """Asks every question, with its history. Raises ValueError when the set is about articles that
    the index does not have."""
    rows, articles = load(questions), pipeline.index.articles()
    ids = {one.path: one.id for one in articles if one.path} | {one.id: one.id for one in articles}
    golds = [Gold.of(row, pipeline.index, ids) for row in rows]
    for row, gold in zip(rows, golds, strict=True):
        if missing := [name for name in gold.articles if name not in ids.values()]:
            raise ValueError(
                f"{questions}: question {row['id']} is about {missing[0]}, which is not in the index; ingest it "
                "first, or over articles of your own use questions about them (`footnote feedback --questions` drafts "
                "some): the set and the baseline of the seeds fit the seeds alone"
            )
    asked = []
    pairs = list(zip(rows, golds, strict=True))
    for row, gold in track(pairs, "Asking", console=Console(stderr=True), transient=True):
        history = [Turn(turn["role"], turn["content"]) for turn in row.get("history") or ()]
        begun = time.perf_counter()
        answer = pipeline.answer(row["question"], history)
        spent = time.perf_counter() - begun
        scores = score(row, answer, gold) | {
            "invalid": float(bool(invalid(answer, pipeline.index)))
        }
        head = (
            str(row["id"]),
            kind_of(row),
            row["question"],
            row["answerable"],
            answer.status,
            answer.probability,
        )
        asked.append(Asked(*head, scores, answer.answer, spent))
    told = {
        "questions": _digest(rows),
        "articles": _digest(sorted((one.id, one.hash, one.text) for one in articles)),
    }
    return Evaluation(tuple(asked), told | {"settings": settings(pipeline)})


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
    for path, text in (
        (output, evaluation.to_json()),
        (write_baseline, evaluation.to_json(brief=True)),
    ):
        if path:
            path.write_text(text, encoding="utf-8")
    return int(
        (comparison is not None and comparison.worse) or evaluation.figures()["invalid"].value > 0
    )


def _named(some: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: figure._asdict() for name, figure in some.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value


def _digest(value: Any) -> str:
    return hashlib.sha256(
        json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()[:16]
