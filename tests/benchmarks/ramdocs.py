"""Disagreeing sources: are all valid answers shown, and no wrong one, when some texts agree, some disagree and some mislead?

    python tests/benchmarks/ramdocs.py FOLDER [--limit N] [--split dev|report] [--show 5]

FOLDER holds `questions.jsonl`, each row with its own `documents`. No goal was set.
Strict: the answer holds every gold answer and no wrong one.
The writer is the environment's: `quote`, or a model where one is configured.
"""

import argparse
import statistics
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sets

from index.articles import make_article
from index.records import Filters
from qa.build import build
from qa.evaluation.measures import holds
from qa.pipeline import Pipeline
from qa.settings import Settings


def ingest(pipeline: Pipeline, rows: list[Any]) -> None:
    """A question's texts are found by the source that they are given: its id."""
    pipeline.index.ingest(
        make_article(
            document["text"],
            id=f"{row['id']}/{n}",
            title=document["text"].split("\n")[0][:60],
            source=row["id"],
        )
        for row in rows
        for n, document in enumerate(row["documents"])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", choices=["dev", "report"])
    parser.add_argument("--limit", type=int, help="a sample of so many questions, always the same")
    parser.add_argument(
        "--show", type=int, default=0, help="print so many answers that are not strictly right"
    )
    options = parser.parse_args()
    rows = sets.rows(options.folder / "questions.jsonl", options.split, options.limit)
    figures: dict[str, list[float]] = defaultdict(list)
    shown = 0
    with TemporaryDirectory() as scratch, build(Settings(data=Path(scratch) / "index")) as pipeline:
        ingest(pipeline, rows)
        for row in rows:
            begun = time.perf_counter()
            answer = pipeline.answer(row["question"], filters=Filters(sources=(row["id"],)))
            said = "" if answer.status == "no_answer" else answer.answer
            gold = [holds(said, one) for one in row["gold_answers"]]
            wrong = any(holds(said, one) for one in row["wrong_answers"])
            figures["seconds"].append(time.perf_counter() - begun)
            figures["answered"].append(answer.status != "no_answer")
            figures["a valid answer shown"].append(any(gold))
            figures["all valid answers shown"].append(all(gold))
            figures["no wrong answer shown"].append(not wrong)
            figures["strict: all valid, no wrong one"].append(all(gold) and not wrong)
            figures["disagreement told"].append(
                any("disagree" in n.code or "conflict" in n.code for n in answer.notes)
            )
            if not (all(gold) and not wrong) and shown < options.show:
                shown += 1
                print(
                    f"{row['question']} | gold {row['gold_answers']} wrong {row['wrong_answers']}\n   {said[:600]}"
                )
        seconds = statistics.median(figures.pop("seconds"))
        print(
            f"{pipeline.writer} {pipeline.model or ''}: {len(rows)} questions, median {seconds:.2f} s"
        )
    for name, some in figures.items():
        print(f"{name:36}{statistics.mean(some):8.3f}")


if __name__ == "__main__":
    main()
