"""Evidence: are the right passage and sentence found, and is it known when there is none? The pipeline's own code over whole sets.

    python tests/benchmarks/evidence.py FOLDER [--set xquad|clapnq|all] [--split dev|report] [--limit N] [--dtype float32]
        [--crowd 25000] [--squad2 FILE]

FOLDER holds a folder for each set with `corpus.jsonl` and `questions.jsonl`. `--squad2 FILE` adds the reader's held-back titles of
SQuAD 2.0 (gzipped rows with context, answers and title), whose unanswerable questions are on the very topic of their paragraph.
xquad and the reader's training share articles, though no paragraphs: its figures are in-domain.
"""

import argparse
import gzip
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

import news
import sets

from index.articles import make_article
from index.embedder import embed
from index.passages import group
from index.records import Article, Found
from qa.build import build
from qa.evaluation.evaluate import run
from qa.evaluation.measures import citations, token_f1
from qa.evaluation.tables import render
from qa.pipeline import Pipeline
from qa.reading.choose import Candidate, select
from qa.reading.scales import WEIGHTS
from qa.settings import Settings

TIMED = 100  # questions asked again for the times of retrieval
GOALS = {  # what each figure should reach: at least (>) or at most (<)
    "xquad": {
        **{"first": ">0.87", "first 3": ">0.96", "best words F1": ">0.70"},
        **{"answered": ">0.92", "false_answer": "<0.04", "brier_skill": ">0.55"},
    },
    "clapnq": {
        **{"own passage F1": ">0.70", "auroc": ">0.95"},
        **{"answered": ">0.85", "false_answer": "<0.12", "brier_skill": ">0.55"},
    },
    "squad2": {"auroc_ontopic": ">0.78"},
}


def held_back(file: Path, folder: Path, split: str) -> None:
    """Writes the held-back titles' rows as a set of the usual shape."""
    titles = json.loads((WEIGHTS / "small.json").read_text())["held_back"]["squad2_dev_part"]
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["title"] in titles]
    ids = {
        text: f"squad2-{n}" for n, text in enumerate(dict.fromkeys(row["context"] for row in rows))
    }
    titled = {row["context"]: row["title"].replace("_", " ") for row in rows}
    asked = [
        {"id": row["id"], "question": row["question"], "answerable": row["answerable"], "article_id": ids[row["context"]],
         "answers": [a["text"] for a in row["answers"]], "answer_starts": [a["start"] for a in row["answers"]], "split": split}
        for row in rows
    ]  # fmt: skip
    folder.mkdir()
    write(
        folder / "corpus.jsonl",
        [{"id": id, "title": titled[text], "text": text} for text, id in ids.items()],
    )
    write(folder / "questions.jsonl", asked)


def write(path: Path, rows: Sequence[Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def ranked(pipeline: Pipeline, question: str) -> list[Candidate]:
    """The sentences of the passages found that may answer, the most probable first."""
    return pipeline.look.ranking(question, pipeline.index.find(question, pipeline.top_k)).sentences


def chosen_from(pipeline: Pipeline, question: str, article: Article) -> list[Candidate]:
    """The sentences chosen when the passages of this article are those found."""
    passages = group(article, pipeline.index.sentences(article.id))
    asked, *texts = embed(
        pipeline.index.embedder, [question, *(f"{article.title}\n{p.text}" for p in passages)]
    )
    found = [
        Found(p, article, 0.0, float(asked @ text), 0.0)
        for p, text in zip(passages, texts, strict=True)
    ]
    return select(pipeline.look.ranking(question, found).sentences, pipeline.scales.also)


def gold_ranks(pipeline: Pipeline, rows: Sequence[Any]) -> dict[str, float]:
    """How often the sentence where an answer starts is ranked first, or among the first, of the whole corpus; and the F1 of
    the best words of the first sentence, shown or not: an answer marks them only when the reader is sure."""
    ranks, words = [], []
    for row in rows:
        best = ranked(pipeline, row["question"])
        gold = [
            n
            for n, one in enumerate(best)
            if one.article.id == row["article_id"]
            and any(one.sentence.start <= at < one.sentence.end for at in row["answer_starts"])
        ]
        ranks.append(min(gold, default=float("inf")))
        span = best[0].span if best else None
        words.append(
            token_f1(best[0].article.text[span.start : span.end], row["answers"]) if span else 0.0
        )
    return {
        "first": fmean([r < 1 for r in ranks]),
        "first 3": fmean([r < 3 for r in ranks]),
        "first 5": fmean([r < 5 for r in ranks]),
        "best words F1": fmean(words),
    }


def own_passage(pipeline: Pipeline, rows: Sequence[Any]) -> dict[str, float]:
    """Precision, recall and F1 of the sentences chosen from the row's own article against people's."""
    scores, sizes = [], []
    for row in rows:
        article = pipeline.index.article(row["article_id"])
        assert article, row["id"]
        chosen = chosen_from(pipeline, row["question"], article)
        scores.append(citations([one.sentence.text for one in chosen], row["quotes"]))
        sizes.append(len(chosen))
    names = ("own passage precision", "own passage recall", "own passage F1")
    return {
        name: fmean(some) for name, some in zip(names, zip(*scores, strict=True), strict=True)
    } | {"sentences chosen": fmean(sizes)}


def times(pipeline: Pipeline, questions: Sequence[str]) -> dict[str, float]:
    """Median milliseconds of retrieval, and of no more than embedding the question and asking Chroma, in turns."""
    index = pipeline.index

    def bare(question: str) -> object:
        return index.vectors.ask(index.embedder.embed([question]), pipeline.top_k)  # type: ignore[attr-defined]

    def spent(call: Callable[[str], object], question: str) -> float:
        begun = time.perf_counter()
        call(question)
        return 1000 * (time.perf_counter() - begun)

    spents: dict[str, list[float]] = {"retrieval ms": [], "embed + Chroma ms": []}
    for n, question in enumerate(questions):  # the one that goes second finds the pages in memory
        for name, call in [*zip(spents, (index.find, bare), strict=True)][:: 1 - 2 * (n % 2)]:
            spents[name].append(spent(call, question))
    for name, call in (
        ("rank ms", partial(ranked, pipeline)),
        ("quote answer ms", pipeline.answer),
    ):
        spents[name] = [spent(call, question) for question in questions]
    found = {name: statistics.median(some) for name, some in spents.items()}
    return found | {
        "retrieval / (embed + Chroma)": found["retrieval ms"] / found["embed + Chroma ms"]
    }


def crowd(pipeline: Pipeline, passages: int) -> None:
    """Adds generated news until the index has so many passages."""
    at = 0
    while (there := pipeline.index.vectors.count()) < passages:
        many = range(at, at + max(20, (passages - there) // 5))
        pipeline.index.ingest(make_article(**news.article(number)) for number in many)
        at = many.stop


def measure(name: str, folder: Path, work: Path, options: argparse.Namespace) -> int:
    """How many goals were missed."""
    rows = sets.rows(folder / "questions.jsonl", options.split, options.limit)
    write(work / "questions.jsonl", rows)
    with build(Settings(data=work / "index", writer="quote"), dtype=options.dtype) as pipeline:
        begun = time.perf_counter()
        sets.ingest_corpus(pipeline.index, folder)
        size = f"{len(rows)} questions, {pipeline.index.count()} articles, {pipeline.index.vectors.count()} passages"
        told = f"ingested in {time.perf_counter() - begun:.1f} s, {options.dtype}{', in-domain' if name != 'clapnq' else ''}"
        print(f"\n== {name}, {options.split or 'dev and report'}: {size} ({told})", flush=True)
        evaluation = run(pipeline, work / "questions.jsonl")
        answerable = [row for row in rows if row["answerable"]]
        timed = [row["question"] for row in random.Random(0).sample(rows, min(TIMED, len(rows)))]
        special = own_passage if name == "clapnq" else gold_ranks
        own = special(pipeline, answerable) if answerable else {}
        print(render(evaluation))
        sets.curves(evaluation)
        for key, value in (own | times(pipeline, timed)).items():
            print(f"{key:32}{value:8.3f}")
        if options.crowd:
            crowd(pipeline, options.crowd)
            print(f"\nwith {pipeline.index.vectors.count()} passages:")
            for key, value in times(pipeline, timed).items():
                print(f"{key:32}{value:8.3f}")
        figures = own | {key: figure.value for key, figure in evaluation.figures().items()}
        count = sets.missed(figures, GOALS[name])
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / f"{name}.json").write_text(evaluation.to_json(), encoding="utf-8")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", choices=["xquad", "clapnq", "all"], default="all")
    parser.add_argument("--split", choices=["dev", "report"], help="one half; both when not given")
    parser.add_argument(
        "--limit", type=int, help="a sample of so many questions of each set, always the same"
    )
    parser.add_argument("--dtype", choices=["auto", "float32", "bfloat16"], default="float32")
    parser.add_argument(
        "--squad2",
        type=Path,
        help="gzipped SQuAD 2.0 rows; the reader's held-back titles are asked about",
    )
    parser.add_argument(
        "--crowd", type=int, help="times again with generated news added up to so many passages"
    )
    parser.add_argument("--output", type=Path, help="folder for each set's whole report as JSON")
    options = parser.parse_args()
    folders = {
        name: options.folder / name for name in ("xquad", "clapnq") if options.set in (name, "all")
    }
    with TemporaryDirectory() as scratch:
        if options.squad2:
            folders["squad2"] = Path(scratch) / "squad2-set"
            held_back(options.squad2, folders["squad2"], options.split)
        count = 0
        for name, folder in folders.items():
            work = Path(scratch) / name
            work.mkdir()
            count += measure(name, folder, work, options)
    sys.exit(bool(count))


if __name__ == "__main__":
    main()
