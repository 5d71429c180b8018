"""How an index behaves as it grows: time to open, memory, retrieval with and without filters, at several sizes.

    python tests/benchmarks/size.py [--passages 10000 100000] [--keep FOLDER]

Articles are those of news.py, each of its own two invented people and towns. The vectors are random unit vectors, since what is
measured does not depend on meaning; a query's vector is a passage's with noise. Each size is opened by a process of its own, which
also loads the real embedder and counts its memory. Prints a JSON object for each size; exits 1 when a goal is missed.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import news
import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.articles import make_article
from index.embedder import load_embedder
from index.index import Index
from index.records import Filters

FILTERS = {
    "most": Filters(published_after="2023-02-01"),
    "half": Filters(published_after="2024-05-15"),
    "one source": Filters(sources=("North Wire",)),
    "a month": Filters(published_after="2024-05-01", published_before="2024-05-31"),
}


class Random(BaseEmbedding):
    """A unit vector drawn from the text."""

    model_name: str = "random"

    def _get_text_embedding(self, text: str) -> list[float]:
        vector: list[float] = (
            np.random.default_rng(zlib.crc32(text.encode())).normal(size=384).tolist()
        )
        return vector

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def fill(folder: Path, passages: int) -> float:
    """Passages a second."""
    begun = time.perf_counter()
    with Index.open(folder, Random()) as index:
        at = there = 0
        while there < passages:
            rows = [
                news.article(number) for number in range(at, at + max(1, (passages - there) // 5))
            ]
            there += index.ingest(make_article(**row) for row in rows).passages
            at += len(rows)
    return there / (time.perf_counter() - begun)


def timed(call: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def look(folder: Path) -> dict[str, Any]:
    """In the process that calls."""
    load_embedder().embed(["The models' memory counts, their loading does not."])
    begun = time.perf_counter()
    index = Index.open(folder, Random())
    opened = time.perf_counter() - begun
    with index:
        draw = random.Random(3)
        titles = [news.article(draw.randrange(index.count()))["title"] for _ in range(60)]
        queries = [f"What is known about this: {title}?" for title in titles]
        find = {"no": statistics.median(timed(lambda q=q: index.find(q)) for q in queries)}  # type: ignore[misc]
        for name, filters in FILTERS.items():
            find[name] = statistics.median(
                timed(lambda q=q, filters=filters: index.find(q, 8, filters)) for q in queries[:20]
            )  # type: ignore[misc]
        return {
            "articles": index.count(),
            "passages": index.vectors.count() if index.vectors else 0,
            "open_seconds": round(opened, 2),
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "find_ms_with_filter": {name: round(ms, 1) for name, ms in find.items()},
            "mb_on_disk": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            // 1_000_000,
        }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--keep", type=Path, help="folder for the indexes, used again when they are there"
    )
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.look:
        print(json.dumps(look(options.look)))
        return 0
    seen = []
    with tempfile.TemporaryDirectory() as place:
        for passages in options.passages:
            folder = (options.keep or Path(place)) / str(passages)
            rate = None if folder.exists() else round(fill(folder, passages))
            command = [sys.executable, __file__, "--look", str(folder)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            seen.append(found)
            print(json.dumps({**found, "written_a_second": rate}), flush=True)
    small, large = seen[0], seen[-1]
    ratio = large["find_ms_with_filter"]["no"] / small["find_ms_with_filter"]["no"]
    goals = {
        "opens in 3 s": large["open_seconds"] < 3,
        "2.5 GB": large["memory_mb"] < 2500,
        "2 x the time to find": ratio < 2,
    }
    print(json.dumps({"find_ratio": round(ratio, 2), "goals": goals}))
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
