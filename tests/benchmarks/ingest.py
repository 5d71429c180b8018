"""How fast articles come in, beside the embedder alone on the same passages and, when named, a peer's own ingestion.

    python tests/benchmarks/ingest.py [--articles 2000] [--peer "python PEER.py {corpus} {model} 400"]

Ours and the embedder alone take turns over four parts of the corpus of news.py, since a machine's speed changes. A peer's
command is given the corpus and the embedder's folder, and prints a JSON line with `articles_per_s`. Prints one JSON object;
exits 1 when a goal is missed.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import news

from index.embedder import MiniLMEmbedding, fast_dtype, load_embedder
from index.index import Index
from index.loading import load
from index.plan import prepare
from index.records import Article

PARTS = 4


class Clock:
    """Seconds by the clock and of the processor."""

    def __enter__(self) -> "Clock":
        self.begun, self.spent = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.cpu = time.perf_counter() - self.begun, time.process_time() - self.spent


def ours(corpus: list[Path], embedder: MiniLMEmbedding) -> dict[str, Any]:
    """Everything but the model's load."""

    def articles() -> list[Article]:
        return [article for path in corpus for article in load(path, path.parent)]

    embedder.embed(["warm"])
    ingest = alone = cpu = cpu_alone = 0.0
    passages = 0
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder), embedder) as index:
        for path in corpus:
            with Clock() as clock:
                passages += index.ingest(load(path, path.parent)).passages
            ingest, cpu = ingest + clock.seconds, cpu + clock.cpu
            texts = [text for article in load(path, path.parent) for text in prepare(article).texts]
            with Clock() as clock:
                embedder.embed(texts)
            alone, cpu_alone = alone + clock.seconds, cpu_alone + clock.cpu
        with Clock() as again:
            report = index.ingest(article for path in corpus for article in load(path, path.parent))
        count = report.unchanged
        changed = replace(
            articles()[count // 2], text="One more sentence. " + articles()[0].text, hash=""
        )
        with Clock() as one:
            assert index.ingest([changed]).replaced == 1
        with Clock() as among:
            index.ingest(
                article for path in corpus for article in load(path, path.parent)
            )  # changes it back
    return {
        "articles": count,
        "passages": passages,
        "articles_per_s": round(count / ingest, 1),
        "passages_per_s": round(passages / ingest, 1),
        "embedder_alone_passages_per_s": round(passages / alone, 1),
        "of_the_embedder": round(alone / ingest, 3),
        "of_the_embedder_in_processor_time": round(cpu_alone / cpu, 3),
        "cores_used": [round(cpu / ingest, 2), round(cpu_alone / alone, 2)],
        "unchanged_seconds": round(again.seconds, 2),
        "unchanged_share": round(again.seconds / ingest, 4),
        "one_changed_seconds": round(one.seconds, 2),
        "one_changed_among_all_seconds": round(among.seconds, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--peer", help="a command; {corpus} and {model} are filled in")
    options = parser.parse_args()
    embedder = load_embedder()
    with tempfile.TemporaryDirectory() as place:
        rows = [json.dumps(row) for row in news.articles(options.articles)]
        corpus = [Path(place, f"part{part}.jsonl") for part in range(PARTS)]
        for part, path in enumerate(corpus):
            path.write_text("\n".join(rows[part::PARTS]))
        found = {"dtype": fast_dtype(), "cores": os.cpu_count(), **ours(corpus, embedder)}
        goals = {
            "0.9 of the embedder alone": found["of_the_embedder"] >= 0.9,
            "unchanged under 2 %": found["unchanged_share"] < 0.02,
            "one changed under 1 s": found["one_changed_seconds"] < 1,
        }
        if options.peer:
            # ours first: the minutes are not lost with a peer that fails
            print(json.dumps(found), file=sys.stderr, flush=True)
            whole = Path(place, "corpus.jsonl")
            whole.write_text("\n".join(rows))
            command = [
                part.format(corpus=whole, model=embedder.weights)
                for part in shlex.split(options.peer)
            ]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
            found["peer"] = told
            found["of_the_peer"] = round(found["articles_per_s"] / told[0]["articles_per_s"], 2)
            goals["2 x the peer"] = found["of_the_peer"] >= 2
    print(json.dumps({**found, "goals": goals}, indent=1))
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
