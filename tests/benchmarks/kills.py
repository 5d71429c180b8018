"""Kills an ingest again and again, each time lets another one finish, and compares with one that was never killed.

    python tests/benchmarks/kills.py [--articles 300] [--random 100] [--first 0] [--steps 0]

Each SIGKILL hits a running ingest (one that has ended by then is tried again), three in ten of them the very first one. Kill
number N falls at the same moment in every run, so that a hundred can be done in pieces: --random 25 --first 50.
"""

import argparse
import json
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import chromadb.api.rust  # once for all the children  # noqa: F401
import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index import plan
from index.articles import make_article
from index.index import Index
from index.records import Article
from index.store import Store
from index.vectors import Vectors

WORDS = "talks energy missile budget harbour minister vote river strike summit harvest border storm league union".split()


class Bags(BaseEmbedding):
    """Words hashed into 32 numbers: what is tested is the writing, and it starts in no time."""

    def _get_text_embedding(self, text: str) -> list[float]:
        vector = np.ones(32)
        for word in text.lower().split():
            vector[zlib.crc32(word.encode()) % 32] += 1
        return [float(one) for one in vector]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


ORIGIN = "/made"


def articles(count: int, edition: int) -> Iterator[Article]:
    """In the second edition a third of the articles has changed, a tenth is gone and a tenth is new."""
    for number in range(count + count // 10 * (edition - 1)):
        if edition == 2 and number < count // 10:
            continue
        seed = random.Random(number if number % 3 else number * 10 + edition)
        text = " ".join(
            " ".join(seed.choices(WORDS, k=12)).capitalize() + "."
            for _ in range(seed.randint(8, 30))
        )
        yield make_article(
            text, title=f"Number {number}", id=f"a{number}", published="2025-10-17", origin=ORIGIN
        )


def run(folder: Path, count: int, edition: int) -> None:
    with Index.open(folder, Bags()) as index:
        index.ingest(articles(count, edition), missing_from=[ORIGIN])


def check(folder: Path, count: int, found: Path) -> None:
    """The killed index has every article whole, in one edition or the other; the next run's outcome goes to `found`."""
    editions = [{one.id: one.hash for one in articles(count, edition)} for edition in (1, 2)]
    with Index.open(folder, Bags()) as index:
        there = {one.id: one.hash for one in index.articles()}
        assert all(hash in (one.get(id) for one in editions) for id, hash in there.items()), (
            "an unknown text"
        )
        assert editions[0].keys() & editions[1].keys() <= there.keys(), (
            "an article is in neither edition"
        )
        opened = state(index)
        assert opened["in Chroma"] == [row[0] for row in opened["passages"]], (
            "vectors and passages differ"
        )
        index.ingest(articles(count, 2), missing_from=[ORIGIN])
        found.write_bytes(pickle.dumps(state(index)))


def state(index: Index) -> dict[str, Any]:
    with index.store.read() as db:
        ids = [id for (id,) in db.execute("SELECT id FROM passages ORDER BY id")]
        tables = {
            "articles": sorted((one.id, one.hash, one.text) for one in index.articles()),
            "sentences": sorted(
                (one.id, tuple(index.sentences(one.id))) for one in index.articles()
            ),
            "passages": db.execute(
                'SELECT id, start, "end", digest FROM passages ORDER BY id'
            ).fetchall(),
            "words": db.execute(
                "SELECT id, title, text, day FROM words JOIN passages ON number = words.rowid ORDER BY id"
            ).fetchall(),
            "stray": db.execute("SELECT * FROM stray").fetchall(),
        }
    assert index.vectors is not None
    kept = index.vectors.get(ids)
    return {
        **tables,
        "in Chroma": sorted(index.vectors.ids()),
        "vectors": np.stack([kept[id] for id in ids]),
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    names = [name for name in one if name != "vectors" and one[name] != other[name]]
    if not names and not np.allclose(one["vectors"], other["vectors"], atol=1e-3):
        names.append("vectors")
    return names


def forked(work: Callable[[], None]) -> int:
    """Pid of a child that does the work: the imports are paid once, and nothing of Chroma runs in the parent."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:  # it is a child: it says why and ends  # noqa: BLE001
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return pid


def finish(pid: int) -> int:
    return os.waitpid(pid, 0)[1]


def dying(step: int, count: Path | None = None) -> None:
    """Makes this process end at a step, counted before and after each write to SQLite and to Chroma; or counts them."""
    left = [step]

    def tick() -> None:
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
        if count:
            count.write_text(str(step - left[0]))

    def wrap(kind: type, name: str) -> None:
        real = getattr(kind, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            tick()
            value = real(*args, **kwargs)
            tick()
            return value

        setattr(kind, name, wrapped)

    for kind, name in ((Store, "write"), (Vectors, "add"), (Vectors, "delete"), (Vectors, "use")):
        wrap(kind, name)


def strike(
    base: Path, killed: Path, count: int, place: random.Random, length: float
) -> tuple[float, bool]:
    """Kills one ingest while it runs; when (in seconds), and whether it was the first of its index."""
    first = place.random() < 0.3
    while True:
        shutil.rmtree(killed, ignore_errors=True)
        if not first:
            shutil.copytree(base, killed)
        at = place.uniform(0, length)
        pid = forked(lambda: run(killed, count, 1 if first else 2))
        time.sleep(at)
        os.kill(pid, signal.SIGKILL)
        if finish(pid) == signal.SIGKILL:
            return at, first


def stop_at(step: int, base: Path, killed: Path, count: int) -> None:
    shutil.rmtree(killed, ignore_errors=True)
    shutil.copytree(base, killed)
    finish(forked(lambda: (dying(step), run(killed, count, 2))[-1]))


def healed(killed: Path, count: int, found: Path, wanted: dict[str, Any], first: bool) -> str:
    """What is wrong after the next run, if anything."""
    found.unlink(missing_ok=True)
    if first and finish(forked(lambda: run(killed, count, 1))):
        return "the first index could not be finished"
    if finish(forked(lambda: check(killed, count, found))):
        return "the run after it failed"
    names = differences(wanted, pickle.loads(found.read_bytes()))
    return f"other {', '.join(names)}" if names else ""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--random", type=int, default=100, help="SIGKILLs at random moments")
    parser.add_argument("--first", type=int, default=0, help="number of the first of them")
    parser.add_argument(
        "--steps", type=int, default=0, help="ends at so many of the writes, spread over the run"
    )
    options = parser.parse_args()
    count, failures = options.articles, []
    plan.BATCH = max(8, count // 5)
    with tempfile.TemporaryDirectory() as place:
        base, clean, killed, found = (
            Path(place, name) for name in ("base", "clean", "killed", "found")
        )
        assert finish(forked(lambda: run(base, count, 1))) == 0
        shutil.copytree(base, clean)
        started = time.perf_counter()
        assert finish(forked(lambda: run(clean, count, 2))) == 0
        length = time.perf_counter() - started
        assert finish(forked(lambda: check(clean, count, found))) == 0
        wanted = pickle.loads(found.read_bytes())
        if options.steps:
            shutil.copytree(base, killed)
            assert finish(forked(lambda: (dying(10**6, found), run(killed, count, 2))[-1])) == 0
            writes = int(found.read_text())
            for number in range(options.steps):
                step = writes * number // options.steps
                stop_at(step, base, killed, count)
                if wrong := healed(killed, count, found, wanted, first=False):
                    failures.append(f"step {step}: {wrong}")
        for number in range(options.first, options.first + options.random):
            at, first = strike(base, killed, count, random.Random(f"kill {number}"), length)
            if wrong := healed(killed, count, found, wanted, first):
                failures.append(f"kill {number} at {at:.3f} s: {wrong}")
    print(
        json.dumps(
            {"articles": count, "kills": options.steps + options.random, "failures": failures}
        )
    )
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
