"""Written answers: what a language model writes and the check lets through, beside a peer on the same server.

    FOOTNOTE_LLM_URL=http://127.0.0.1:8080 python tests/benchmarks/written.py FOLDER [--answerable 60 --left-out 30 --seed 11]
        [--split report] [--form grammar|schema] [--peer 'python peer.py' --peer-answerable 16 --peer-left-out 8] [--details FILE]

FOLDER holds `corpus.jsonl` and `questions.jsonl`. The peer is called with CORPUS_DIR OUT.jsonl LLM_URL EMBEDDER_DIR and writes a
row a question: id, answer, citations [{article_id, text}], invalid_citations, seconds. Both are scored by the same rules.
"""

import argparse
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any

import forms
import sets

from qa.build import build
from qa.evaluation.measures import holds
from qa.evaluation.scoring import invalid
from qa.pipeline import Pipeline
from qa.records import Answer
from qa.settings import Settings

REFUSAL = re.compile(
    r"don'?t know|(?:do|does) not (?:know|provide|mention|contain|specify|include|answer)|can(?:no|')t answer|cannot be \w+"
    r"|not (?:provided?|mentioned|contain|specified|stated|possible|include|find|found|available|answer)|unable to|insufficient"
    r"|no (?:information|answer|evidence|mention)|couldn'?t find|did not find|unanswerable",
    re.I,
)  # how a peer without a status refuses
GOALS = {
    **{"holds the gold string": ">0.78", "right citation": ">0.78", "invalid citations": "<0"},
    **{"cited characters to read": "<320"},
}


def draw(rows: Sequence[Any], answerable: int, left_out: int, seed: int) -> list[Any]:
    """So many of each, always the same for one seed."""
    chance = random.Random(seed)
    able, unable = ([row for row in rows if row["answerable"] is kind] for kind in (True, False))
    return chance.sample(able, min(answerable, len(able))) + chance.sample(
        unable, min(left_out, len(unable))
    )


def told(row: Any, answer: Answer, seconds: float, pipeline: Pipeline) -> dict[str, Any]:
    """What is scored of an answer, and what became of the model's draft."""
    cited = [{"article_id": c.article_id, "text": c.text} for c in answer.citations]
    head = {
        "id": row["id"],
        "answer": answer.answer,
        "refused": answer.status == "no_answer",
        "seconds": seconds,
    }
    why = [note.message for note in answer.notes if note.code not in ("date", "not_in_articles")]
    said = {
        "draft": answer.draft,
        "writer": answer.writer,
        "probability": answer.probability,
        "notes": why,
    }
    support = [claim.support for claim in answer.claims]
    more = {
        "question": row["question"],
        "gold": row["answers"],
        "support": support,
        "timings": answer.timings_ms,
    }
    return (
        head
        | {"citations": cited, "invalid_citations": invalid(answer, pipeline.index)}
        | said
        | more
    )


def scores(rows: Sequence[Any], given: dict[str, Any]) -> dict[str, float]:
    """The figures of the answers given, by question id; an answer without a status that says it cannot answer is a refusal."""
    hit, cited, chars, seconds, false, bad = [], [], [], [], [], []  # type: ignore[var-annotated]
    for row in rows:
        one = given[row["id"]]
        refused = (
            one["refused"]
            if "refused" in one
            else not one["answer"].strip() or REFUSAL.search(one["answer"])
        )
        seconds.append(one["seconds"])
        bad.append(bool(one["invalid_citations"]))
        if not row["answerable"]:
            false.append(not refused)
            continue
        gold = row["answers"]
        own = (
            []
            if refused
            else [c["text"] for c in one["citations"] if c["article_id"] == row["article_id"]]
        )
        hit.append(not refused and any(holds(one["answer"], g) for g in gold))
        cited.append(any(holds(text, g) for g in gold for text in own))
        chars += [] if refused else [sum(len(c["text"]) for c in one["citations"])]
    named = {"holds the gold string": mean(hit), "right citation": mean(cited)}
    named |= {
        "unanswerable answered": sum(false),
        "of so many": len(false),
        "invalid citations": sum(bad),
    }
    return named | {
        "cited characters to read": mean(chars or [0]),
        "median seconds": median(seconds),
    }


def ask(folder: Path, rows: Sequence[Any], work: Path, form: str | None) -> dict[str, Any]:
    with build(Settings(data=work / "index")) as pipeline:
        if form:
            assert pipeline._model
            forms.hold(pipeline._model.llm, form)
        sets.ingest_corpus(pipeline.index, folder)
        given = {}
        pipeline.answer("Is everything loaded?")
        for row in rows:
            begun = time.perf_counter()
            answer = pipeline.answer(row["question"])
            given[row["id"]] = told(row, answer, time.perf_counter() - begun, pipeline)
        return given | {"": {"embedder": str(pipeline.index.embedder.weights)}}  # type: ignore[attr-defined]


def ask_peer(
    command: str, folder: Path, rows: Sequence[Any], work: Path, embedder: str
) -> dict[str, Any]:
    work.mkdir()
    shutil.copy(folder / "corpus.jsonl", work)
    (work / "questions.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
    )
    url = os.environ["FOOTNOTE_LLM_URL"].rstrip("/").removesuffix("/v1")
    subprocess.run(
        [*shlex.split(command), str(work), str(work / "answers.jsonl"), url, embedder], check=True
    )
    lines = (work / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["id"]: one for one in map(json.loads, lines)}


def show(name: str, figures: dict[str, float], goals: dict[str, str]) -> int:
    """Prints them all; how many goals were missed."""
    print(f"\n== {name}")
    for key, value in figures.items():
        print(f"{key:28}{value:9.3f}")
    return sets.missed(figures, goals)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--answerable", type=int, default=60)
    parser.add_argument("--left-out", type=int, default=30)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--split", choices=["dev", "report"], default="report")
    parser.add_argument("--form", choices=forms.FORMS, help="hold the model to it")
    parser.add_argument(
        "--peer", help="a command that answers the first of these questions on the same server"
    )
    parser.add_argument("--peer-answerable", type=int, default=16)
    parser.add_argument("--peer-left-out", type=int, default=8)
    parser.add_argument(
        "--details", type=Path, help="write every answer with its draft here, as JSON lines"
    )
    options = parser.parse_args()
    read = sets.rows(options.folder / "questions.jsonl", options.split)
    rows = draw(read, options.answerable, options.left_out, options.seed)
    with TemporaryDirectory() as scratch:
        given = ask(options.folder, rows, Path(scratch), options.form)
        embedder = given.pop("")["embedder"]
        if options.details:
            options.details.write_text(
                "".join(json.dumps(one) + "\n" for one in given.values()), encoding="utf-8"
            )
        title = f"{options.folder.name}, {options.split}, seed {options.seed}"
        count = show(
            f"{title}: {len(rows)} questions",
            scores(rows, given),
            GOALS | {"unanswerable answered": "<2"},
        )
        written = [one for one in given.values() if one["writer"] == "llm"]
        print(
            f"{'written by the model':28}{len(written):9d}  of {sum(bool(one['draft']) for one in given.values())} drafts"
        )
        if options.peer:
            some = [r for r in rows if r["answerable"]][: options.peer_answerable]
            some += [r for r in rows if not r["answerable"]][: options.peer_left_out]
            theirs = scores(
                some, ask_peer(options.peer, options.folder, some, Path(scratch) / "peer", embedder)
            )
            ours = scores(some, given)
            show(f"{title}: the peer on {len(some)} of them", theirs, {})
            ours["time, of the peer's"] = ours["median seconds"] / theirs["median seconds"]
            count += show(
                f"{title}: this system on the same {len(some)}",
                ours,
                {"time, of the peer's": "<0.4"},
            )
    sys.exit(bool(count))


if __name__ == "__main__":
    main()
