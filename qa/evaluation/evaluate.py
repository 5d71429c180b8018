"""Asks a pipeline every question of a set, says how good the answers are, and compares that with an earlier time."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from index.articles import make_article
from index.index import Index
from index.ingest import IngestReport
from qa.evaluation.figures import Asked, Figure, compare, figures
from qa.evaluation.measures import operating, percentile, reliability
from qa.evaluation.scoring import SMALL_TALK, Gold, Row, invalid, kind_of, score
from qa.evaluation.tables import render
from qa.records import Answer, Turn

Progress = Callable[[int, int], None]  # questions asked, of how many


class Answering(Protocol):
    """What a question set asks of a pipeline; `qa.pipeline.Pipeline` is the real one."""

    @property
    def index(self) -> Index: ...
    @property
    def writer(self) -> str: ...
    @property
    def model(self) -> str | None: ...
    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything known after a set was asked. `fingerprint` says of which questions, articles, models and settings it is true."""

    asked: tuple[Asked, ...]
    fingerprint: Mapping[str, Any]

    def figures(self) -> dict[str, Figure]:
        return figures(self.asked)

    def kinds(self) -> dict[str, dict[str, Figure]]:
        names = dict.fromkeys(one.kind for one in self.asked)
        return {name: figures(one for one in self.asked if one.kind == name) for name in names}

    def said(self) -> tuple[list[float], list[bool]]:
        """The probabilities, and whether the questions were answerable."""
        real = [one for one in self.asked if one.kind not in SMALL_TALK]
        return [one.probability for one in real], [one.answerable for one in real]

    def latency_ms(self) -> dict[str, float]:
        times = [1000 * one.seconds for one in self.asked]
        return {"median": percentile(times, 50), "p95": percentile(times, 95)}

    def to_json(self, *, brief: bool = False) -> str:
        """Sorted and rounded, so that equal answers give equal text; `brief`, for a baseline, has no times and no answers."""
        left_out = ("answer", "seconds") if brief else ()
        asked = [
            {k: v for k, v in asdict(one).items() if k not in left_out}
            for one in sorted(self.asked, key=lambda a: a.id)
        ]
        told: dict[str, Any] = {"fingerprint": dict(self.fingerprint), "figures": _named(self.figures())}
        if not brief:
            told |= {
                "kinds": {kind: _named(some) for kind, some in self.kinds().items()},
                "latency_ms": self.latency_ms(),
            }
            told |= {"reliability": reliability(*self.said()), "operating": operating(*self.said())}
        lines = ",\n".join(json.dumps(_rounded(one), ensure_ascii=False, sort_keys=True) for one in asked)
        head = json.dumps(_rounded(told), ensure_ascii=False, sort_keys=True, indent=1)
        return f'{head.removesuffix("}").rstrip()},\n "questions": [\n{lines}\n]}}\n'


def load(questions: Path, split: str | None = None, limit: int | None = None) -> list[Row]:
    """The rows of a JSON-lines file; `split` takes one half of it."""
    rows: list[Row] = []
    for number, line in enumerate(questions.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            _ = row["id"], row["question"], row["answerable"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{questions}:{number}: not a question ({error}); give it id, question, answerable as JSON"
            ) from None
        if not split or row.get("split") == split:
            rows.append(row)
    rows = rows[:limit]
    if not rows:
        raise ValueError(f"{questions}: no questions{f' in split {split}' if split else ''}")
    return rows


def run(
    pipeline: Answering,
    questions: Path,
    *,
    split: str | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Asks every question, with its history. Raises ValueError when the set is about articles that the index does not have."""
    rows, articles = load(questions, split, limit), pipeline.index.articles()
    ids = {one.path: one.id for one in articles if one.path} | {one.id: one.id for one in articles}
    asked = []
    for row in rows:
        gold = Gold.of(row, pipeline.index, ids)
        if missing := [name for name in gold.articles if name not in ids.values()]:
            raise ValueError(
                f"{questions}: question {row['id']} is about {missing[0]}, which is not in the index; ingest it first"
            )
        history = [Turn(turn["role"], turn["content"]) for turn in row.get("history") or ()]
        begun = time.perf_counter()
        answer = pipeline.answer(row["question"], history)
        spent = time.perf_counter() - begun
        scores = score(row, answer, gold) | {"invalid": float(bool(invalid(answer, pipeline.index)))}
        head = (
            str(row["id"]),
            kind_of(row),
            row["question"],
            bool(row["answerable"]),
            answer.status,
            answer.probability,
        )
        asked.append(Asked(*head, scores, answer.answer, spent))
        if progress:
            progress(len(asked), len(rows))
    told = {"questions": _digest(rows), "articles": _digest(sorted((one.id, one.hash, one.text) for one in articles))}
    return Evaluation(tuple(asked), told | {"settings": settings(pipeline)})


def settings(pipeline: Answering) -> dict[str, Any]:
    """What decides the answers besides questions and articles."""
    kept = {name: getattr(pipeline, name, None) for name in ("writer", "model", "top_k")}
    scales = getattr(pipeline, "scales", None)
    dtype = getattr(pipeline.index.embedder, "dtype", None)
    return kept | {
        "dtype": dtype,
        "scales": _digest(asdict(scales)) if scales else None,
    }


def ingest_corpus(index: Index, folder: Path) -> IngestReport:
    """Makes the rows of `folder/corpus.jsonl` ({id, title, text, ...}) articles under their own ids."""
    rows = map(json.loads, (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines())
    kept = ("title", "source", "published", "url")
    return index.ingest(make_article(row["text"], id=row["id"], **{k: row.get(k) for k in kept}) for row in rows)


def main(
    pipeline: Answering,
    questions: Path,
    *,
    baseline: Path | None = None,
    output: Path | None = None,
    write_baseline: Path | None = None,
    **options: Any,
) -> int:
    """Evaluates, prints, writes; `options` are `run`'s. Returns 0, or 1 when worse than the baseline or a citation is invalid."""
    earlier = baseline.read_text(encoding="utf-8") if baseline else None
    evaluation = run(pipeline, questions, **options)
    comparison = compare(evaluation, earlier) if earlier is not None else None
    print(render(evaluation, comparison), end="")
    for path, text in ((output, evaluation.to_json()), (write_baseline, evaluation.to_json(brief=True))):
        if path:
            path.write_text(text, encoding="utf-8")
    return int((comparison is not None and comparison.worse) or evaluation.figures()["invalid"].value > 0)


def _named(some: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: figure._asdict() for name, figure in some.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
