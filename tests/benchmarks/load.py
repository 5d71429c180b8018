"""Asks with many clients at once and reports latencies, refusals, memory and throughput as JSON; exit 1 when a bound is broken.

usage: python tests/benchmarks/load.py [--clients 64] [--seconds 300] [--command footnote] [--articles DIR] [--hostile]

Everything stays on loopback. The bounds: no error but 503 with Retry-After, p99 of the accepted within 20 times the unloaded
median, throughput at least 0.8 times what one process answers back to back without HTTP. With --hostile files that were made
to stop a server are uploaded meanwhile, and the bounds are: no error but 503 with Retry-After, each upload ends, /health/live
never slower than a second, the memory of the last part of the run at most a tenth above that after its first fifth.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from hostile import add_all
from serving import ROOT, Served, ingested, served

PROGRESS = 20  # seconds between two lines about how far it is
ALONE = """
import json, sys, time
from qa.build import build
from qa.settings import load
questions = json.load(sys.stdin)
with build(load()) as pipeline:
    for question in questions[:5]:
        pipeline.answer(question)
    begun = time.perf_counter()
    for question in questions:
        pipeline.answer(question)
    print(len(questions) / (time.perf_counter() - begun))
"""


@dataclass
class Seen:
    """What the clients saw; `memory` are (seconds, megabytes) of the server, `live` the seconds that /health/live took."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)


def request(kind: str, question: str) -> tuple[str, dict[str, Any]]:
    if kind == "chat":
        return "/v1/chat/completions", {
            "model": "footnote",
            "messages": [{"role": "user", "content": question}],
        }
    if kind == "search":
        return "/v1/search", {"question": question}
    return "/v1/answer", {"question": question, "stream": kind == "stream"}


async def ask(client: httpx.AsyncClient, seen: Seen, question: str, kind: str) -> None:
    path, body = request(kind, question)
    begun = time.perf_counter()
    try:
        reply = await client.post(path, json=body)
    except httpx.HTTPError as error:
        seen.wrong.append(f"{path}: {type(error).__name__}")
        return
    seen.statuses[str(reply.status_code)] += 1
    if reply.status_code == 200 and "event: error" not in reply.text:
        seen.seconds.append(time.perf_counter() - begun)
    elif reply.status_code == 503 and "retry-after" in reply.headers:
        await asyncio.sleep(float(reply.headers["retry-after"]) * random.uniform(0.8, 1.2))
    else:
        seen.wrong.append(f"{path}: {reply.status_code} {reply.text[-200:]}")


def resident(pid: int) -> float:
    """Megabytes; Linux only."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def slope(memory: list[tuple[float, float]]) -> float:
    """Megabytes a minute."""
    return (
        round(statistics.linear_regression(*zip(*memory, strict=True)).slope * 60, 2)
        if len(memory) > 2
        else 0.0
    )


def progress(seen: Seen) -> None:
    """Says on standard error how far it is."""
    line = f"{dict(seen.statuses)}, {len(seen.wrong)} wrong, {dict(Counter(seen.uploads))}"
    live = f"/health/live {max(seen.live, default=0):.2f} s at most"
    print(f"{time.strftime('%H:%M:%S')} {line}, {live}", file=sys.stderr, flush=True)


async def alive(client: httpx.AsyncClient, seen: Seen) -> None:
    begun = time.perf_counter()
    try:
        (await client.get("/health/live")).raise_for_status()
    except httpx.HTTPError as error:
        seen.wrong.append(f"/health/live: {type(error).__name__}")
    seen.live.append(time.perf_counter() - begun)


async def load(
    server: Served, questions: list[str], clients: int, seconds: float, uploads: bool
) -> tuple[float, Seen]:
    """The unloaded median in seconds, and what was seen under load."""
    alone, seen = Seen(), Seen()
    limits = httpx.Limits(max_connections=clients + 4)
    async with httpx.AsyncClient(base_url=server.url, timeout=180, limits=limits) as client:
        for question in questions[: 10 if uploads else 60]:
            await ask(client, alone, question, "answer")
        end = time.monotonic() + seconds

        async def one(seed: int) -> None:
            choose = random.Random(seed)
            while time.monotonic() < end:
                kind = choose.choices(("answer", "stream", "search", "chat"), (6, 2, 1, 1))[0]
                await ask(client, seen, choose.choice(questions), kind)

        async def watch() -> None:
            told = time.monotonic()
            while time.monotonic() < end:
                if time.monotonic() > told + PROGRESS:
                    told = time.monotonic()
                    progress(seen)
                seen.memory.append((seconds - (end - time.monotonic()), resident(server.pid)))
                await asyncio.gather(asyncio.sleep(1), alive(client, seen))

        wanted = [True]
        adding = [asyncio.create_task(add_all(client, wanted, seen.uploads))] if uploads else []
        await asyncio.gather(watch(), *(one(seed) for seed in range(clients)))
        wanted.clear()
        await asyncio.gather(*adding)
    return statistics.median(alone.seconds), seen


def alone(questions: list[str], env: dict[str, str]) -> float:
    """Answers a second of one process without HTTP."""
    single = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps(questions),
        env=env,
        cwd=ROOT,
        text=True,
        check=True,
        stdout=-1,
    )
    return float(single.stdout.split()[-1])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--command", default="footnote")
    parser.add_argument("--articles", type=Path, default=ROOT / "seeds")
    parser.add_argument("--hostile", action="store_true", help="upload hostile files meanwhile")
    given = parser.parse_args()
    questions = [
        json.loads(line)["question"]
        for line in (ROOT / "tests/questions.jsonl").read_text().splitlines()
    ]
    with ingested(given.command, given.articles) as env:
        rate = None if given.hostile else alone(questions, env)
        with served(given.command, env | {"FOOTNOTE_RATE_LIMIT": "0"}) as server:
            median, seen = asyncio.run(
                load(server, questions, given.clients, given.seconds, given.hostile)
            )
    late, last = (seen.memory[len(seen.memory) * share // 10 :] for share in (2, 6))
    p50, p99 = statistics.median(seen.seconds), statistics.quantiles(seen.seconds, n=100)[98]
    report = {
        "clients": given.clients,
        "seconds": given.seconds,
        "accepted": len(seen.seconds),
        "statuses": dict(seen.statuses),
        "wrong": len(seen.wrong),
        "first_wrong": seen.wrong[:5],
        "unloaded_median_ms": round(1000 * median, 1),
        "p50_ms": round(1000 * p50, 1),
        "p99_ms": round(1000 * p99, 1),
        "p99_to_unloaded": round(p99 / median, 1),
        "answers_a_second": round(len(seen.seconds) / given.seconds, 2),
        "alone_a_second": rate and round(rate, 2),
        "throughput_to_alone": rate and round(len(seen.seconds) / given.seconds / rate, 2),
        "memory_mb": [round(late[0][1]), round(late[-1][1])],
        "memory_slope_mb_a_minute": {
            "after a fifth": slope(late),
            "after three fifths": slope(last),
        },
        "live_slowest_ms": round(1000 * max(seen.live)),
        "uploads": dict(Counter(seen.uploads)),
        "machine_load": os.getloadavg()[1],
    }
    print(json.dumps(report, indent=1))
    if given.hostile:
        ended = set(seen.uploads) <= {"taken", "busy"} and "taken" in seen.uploads
        flat = late[-1][1] <= 1.1 * late[0][1]
        return int(bool(seen.wrong) or not ended or not flat or max(seen.live) > 1)
    return int(bool(seen.wrong) or p99 > 20 * median or report["throughput_to_alone"] < 0.8)


if __name__ == "__main__":
    sys.exit(main())
