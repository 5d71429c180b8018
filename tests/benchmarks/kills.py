"""Kills an ingest again and again, each time lets another one finish, and compares with one that was never killed.

usage: kills.py [--articles 300] [--random 100] [--steps 0]
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

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

sys.path.insert(0, str(Path(__file__).parents[2]))

from index import ingest
from index.articles import make_article
from index.index import Index
from index.records import Article
from index.store import Store
from index.vectors import Vectors

WORDS = [
    "talks",
    "energy",
    "missile",
    "budget",
    "harbour",
    "minister",
    "vote",
    "river",
    "strike",
    "summit",
    "grain",
    "border",
    "storm",
    "league",
    "union",
]


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


def articles(count: int, edition: int) -> Iterator[Article]:
    """In the second edition a third of the articles has changed, a tenth is gone and a tenth is new."""
    for number in range(count + count // 10 * (edition - 1)):
        if edition == 2 and number < count // 10:
            continue
        seed = random.Random(number if number % 3 else number * 10 + edition)
        text = " ".join(" ".join(seed.choices(WORDS, k=12)).capitalize() + "." for _ in range(seed.randint(8, 30)))
        yield make_article(text, title=f"Number {number}", id=f"a{number}", published="2025-10-17")


def run(folder: Path, count: int, edition: int) -> None:
    with Index.open(folder, Bags()) as index:
        index.ingest(articles(count, edition), delete_missing=True)


def check(folder: Path, count: int, found: Path) -> None:
    """The killed index has every article whole, in one edition or the other; the next run's outcome goes to `found`."""
    editions = [{one.id: one.hash for one in articles(count, edition)} for edition in (1, 2)]
    with Index.open(folder, Bags()) as index:
        there = {one.id: one.hash for one in index.articles()}
        assert all(hash in (one.get(id) for one in editions) for id, hash in there.items()), "an unknown text"
        assert editions[0].keys() & editions[1].keys() <= there.keys(), "an article is in neither edition"
        opened = state(index)
        assert opened["in Chroma"] == [row[0] for row in opened["passages"]], "vectors and passages differ"
        index.ingest(articles(count, 2), delete_missing=True)
        found.write_bytes(pickle.dumps(state(index)))


def state(index: Index) -> dict[str, Any]:
    with index.store.read() as db:
        ids = [id for (id,) in db.execute("SELECT id FROM passages ORDER BY id")]
        tables = {
            "articles": sorted((one.id, one.hash, one.text) for one in index.articles()),
            "sentences": sorted((one.id, tuple(index.sentences(one.id))) for one in index.articles()),
            "passages": db.execute('SELECT id, start, "end", digest FROM passages ORDER BY id').fetchall(),
            "words": db.execute(
                "SELECT id, title, text, day FROM words JOIN passages ON number = words.rowid ORDER BY id"
            ).fetchall(),
            "stray": db.execute("SELECT * FROM stray").fetchall(),
        }
    assert index.vectors is not None
    kept = index.vectors.get(ids)
    return {**tables, "in Chroma": sorted(index.vectors.ids()), "vectors": np.stack([kept[id] for id in ids])}


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
        except BaseException as error:  # noqa: BLE001  # it is a child: it says why and ends
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--random", type=int, default=100, help="SIGKILLs at random moments")
    parser.add_argument("--steps", type=int, default=0, help="ends at so many of the writes, spread over the run")
    options = parser.parse_args()
    count, draw = options.articles, random.Random(7)
    ingest.BATCH = max(8, count // 5)
    with tempfile.TemporaryDirectory() as place:
        base, clean, killed, found = (Path(place, name) for name in ("base", "clean", "killed", "found"))
        assert finish(forked(lambda: run(base, count, 1))) == 0
        shutil.copytree(base, clean)
        started = time.perf_counter()
        assert finish(forked(lambda: check(clean, count, found))) == 0
        length = time.perf_counter() - started
        wanted = pickle.loads(found.read_bytes())
        failures = []
        kills: list[tuple[str, float]] = []
        if options.steps:
            shutil.copytree(base, killed)
            assert finish(forked(lambda: (dying(10**6, found), run(killed, count, 2))[-1])) == 0
            kills = [("step", int(found.read_text()) * step // options.steps) for step in range(options.steps)]
        kills += [("second", draw.uniform(0, length)) for _ in range(options.random)]
        for kind, at in kills:
            shutil.rmtree(killed, ignore_errors=True)
            first = kind == "second" and draw.random() < 0.3  # some die while the very first index is made
            if not first:
                shutil.copytree(base, killed)

            def work(kind: str = kind, at: float = at, first: bool = first) -> None:
                if kind == "step":
                    dying(int(at))
                run(killed, count, 1 if first else 2)

            pid = forked(work)
            if kind == "second":
                time.sleep(at)
                os.kill(pid, signal.SIGKILL)
            status = finish(pid)
            if first and finish(forked(lambda: run(killed, count, 1))):
                failures.append(f"{kind} {at}: the first index could not be finished")
                continue
            found.unlink(missing_ok=True)
            if finish(forked(lambda: check(killed, count, found))):
                failures.append(f"{kind} {at}: the run after it failed")
            elif names := differences(wanted, pickle.loads(found.read_bytes())):
                failures.append(f"{kind} {at} (status {status}): other {', '.join(names)}")
    print(json.dumps({"articles": count, "kills": len(kills), "failures": failures}))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
