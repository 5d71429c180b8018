"""Writes articles through the endpoint while clients ask, kills the server if told to, and reports as JSON; exit 1 for a loss.

usage: python tests/benchmarks/writes.py [--articles 10000] [--clients 16] [--kills 0] [--seconds 6] [--command footnote]

Without `--kills` the server runs until all articles are written. With it, each run ends with SIGKILL about
`--seconds` after its first write was acknowledged, however long the server took to warm up; then the server
is started again, and every article written, changed or removed in that run is read.
Wrong is: a citation or evidence passage that is not, at its offsets, in a text that was sent; an article that
is neither what was last acknowledged nor, if a write was on its way, what that one sent; a status but 200, 201,
204 and 503 with Retry-After.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from serving import ROOT, Served, ingested, served

BATCH = 25  # articles in one POST
WRITERS = 4
OWN = "load-"  # how the ids of what is written begin


def text(number: int, edition: int) -> str:
    """What is asked for comes after a first sentence whose length differs with the edition, so that old offsets would show."""
    return (
        f"Edition {'again ' * edition}of the harbour news appeared on Monday. The harbour of Zubrow{number} was opened by "
        f"mayor Greta Holm{number}. It has {100 + number} berths and cost {edition + 2} million euros."
    )


@dataclass
class Ledger:
    """What the server may say: `may` are the texts an article can have now (None: not there), `ever` all that were sent."""

    may: dict[str, set[str | None]] = field(default_factory=dict)
    ever: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    touched: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def sent(self, id: str, new: str | None) -> None:
        self.may[id] = self.may.get(id, {None}) | {new}
        self.touched.add(id)
        if new:
            self.ever[id].add(new)

    def done(self, id: str, new: str | None) -> None:
        self.may[id] = {new}
        self.counts["removed" if new is None else "written"] += 1
        self.begun.set()


async def call(
    client: httpx.AsyncClient, ledger: Ledger, method: str, path: str, body: Any = None
) -> Any:
    """The reply once the server takes the request, None when the connection broke or the status is wrong."""
    while True:
        reply = await client.request(method, path, json=body)
        ledger.counts[f"{method} {reply.status_code}"] += 1
        if reply.status_code == 503 and "retry-after" in reply.headers:
            await asyncio.sleep(float(reply.headers["retry-after"]) * random.uniform(0.5, 1))
            continue
        if reply.status_code not in (200, 201, 204):
            ledger.wrong.append(f"{method} {path}: {reply.status_code} {reply.text[:200]}")
        return reply


async def write(
    client: httpx.AsyncClient, ledger: Ledger, numbers: list[int], draw: random.Random
) -> None:
    """One by one and in batches; every fifth is written again in another edition, every tenth removed."""
    while numbers:
        if draw.random() < 0.5:
            batch = [numbers.pop() for _ in range(min(BATCH, len(numbers)))]
            rows = [{"id": f"{OWN}{n}", "text": text(n, 0)} for n in batch]
            for row in rows:
                ledger.sent(row["id"], row["text"])
            await call(client, ledger, "POST", "/v1/articles", {"articles": rows})
            for row in rows:
                ledger.done(row["id"], row["text"])
        else:
            n = numbers.pop()
            for edition in range(1 + (n % 5 == 0)):
                ledger.sent(f"{OWN}{n}", text(n, edition))
                await call(
                    client, ledger, "PUT", f"/v1/articles/{OWN}{n}", {"text": text(n, edition)}
                )
                ledger.done(f"{OWN}{n}", text(n, edition))
            if n % 10 == 1:
                ledger.sent(f"{OWN}{n}", None)
                await call(client, ledger, "DELETE", f"/v1/articles/{OWN}{n}")
                ledger.done(f"{OWN}{n}", None)


async def ask(
    client: httpx.AsyncClient, ledger: Ledger, others: dict[str, str], draw: random.Random
) -> None:
    """Asks about what was just written, without end; whatever is cited or shown must be in a text that was sent."""
    while True:
        known = len(ledger.ever)
        number = draw.randrange(known) if known else 0
        body = {"question": f"Who opened the harbour of Zubrow{number}?", "top_k": 5}
        record = (await call(client, ledger, "POST", "/v1/answer", body)).json()
        ledger.counts[record.get("status", "error")] += 1
        for place in [*record.get("citations", ()), *record.get("evidence", ())]:
            texts = ledger.ever.get(place["article_id"]) or {others.get(place["article_id"], "")}
            if not any(one[place["start"] : place["end"]] == place["text"] for one in texts):
                ledger.wrong.append(
                    f"{place['article_id']}: {place['text'][:80]!r} is not at {place['start']}"
                )


async def run(
    server: Served, ledger: Ledger, shares: list[list[int]], clients: int, seconds: float | None
) -> None:
    """Writes until all is written, or for some seconds and then kills the server."""
    async with httpx.AsyncClient(base_url=server.url, timeout=180) as client:
        page = (await client.get("/v1/articles?limit=1000")).json()["articles"]
        ids = [row["id"] for row in page if not row["id"].startswith(OWN)]
        others = {id: (await client.get(f"/v1/articles/{id}")).json()["text"] for id in ids}
        writing = [
            asyncio.create_task(write(client, ledger, share, random.Random())) for share in shares
        ]
        asking = [
            asyncio.create_task(ask(client, ledger, others, random.Random(n)))
            for n in range(clients)
        ]
        await asyncio.wait_for(ledger.begun.wait(), 180)
        _, unfinished = await asyncio.wait(writing, timeout=seconds)
        if seconds is not None:
            os.kill(server.pid, signal.SIGKILL)
        for task in (*asking, *unfinished):
            task.cancel()
        for outcome in await asyncio.gather(*writing, *asking, return_exceptions=True):
            broken = isinstance(outcome, httpx.TransportError) and seconds is not None
            if isinstance(outcome, Exception) and not broken:
                ledger.wrong.append(f"{type(outcome).__name__}: {outcome}")


async def read(server: Served, ledger: Ledger, ids: set[str]) -> None:
    """Every one of these articles is what it may be; then that is what it must be."""
    async with httpx.AsyncClient(base_url=server.url, timeout=180) as client:
        for id in sorted(ids):
            reply = await client.get(f"/v1/articles/{id}")
            found = reply.json()["text"] if reply.status_code == 200 else None
            if found not in ledger.may[id] or reply.status_code not in (200, 404):
                ledger.wrong.append(f"{id}: {reply.status_code}, not what was acknowledged")
            ledger.may[id] = {found}


def whole(data: Path) -> list[str]:
    """What the index's own examination finds wrong."""
    from index.embedder import load_embedder
    from index.index import Index

    with Index.open(data, load_embedder()) as index:
        return index.doctor()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--command", default="footnote")
    given = parser.parse_args()
    ledger, draw, begun = Ledger(), random.Random(7), time.monotonic()
    numbers = list(range(given.articles))[::-1]
    shares = [numbers[n::WRITERS] for n in range(WRITERS)]
    with ingested(given.command, ROOT / "seeds") as env:
        for _ in range(given.kills):
            with served(given.command, env) as server:
                asyncio.run(read(server, ledger, ledger.touched))
                ledger.touched.clear()
                ledger.begun.clear()
                seconds = given.seconds * draw.uniform(0.5, 1.5)
                asyncio.run(run(server, ledger, shares, given.clients, seconds))
            print(
                f"killed, {time.monotonic() - begun:.0f} s, {len(ledger.wrong)} wrong",
                file=sys.stderr,
                flush=True,
            )
        with served(given.command, env) as server:
            if not given.kills:
                asyncio.run(run(server, ledger, shares, given.clients, None))
            asyncio.run(read(server, ledger, set(ledger.may)))
            total = httpx.get(f"{server.url}/health", timeout=60).json()["articles"]
        there = sum(text is not None for texts in ledger.may.values() for text in texts)
        seeds = len(list((ROOT / "seeds").iterdir()))
        if total != there + seeds:
            ledger.wrong.append(f"{total} articles are there, not {there} and {seeds} seeds")
        ledger.wrong += whole(Path(env["FOOTNOTE_DATA"]))
    report = {
        "articles": there,
        "kills": given.kills,
        "clients": given.clients,
        "wrong": len(ledger.wrong),
    }
    report |= {
        "first_wrong": ledger.wrong[:5],
        "seconds": round(time.monotonic() - begun),
        "counts": dict(ledger.counts),
    }
    print(json.dumps(report, indent=1))
    return int(bool(ledger.wrong))


if __name__ == "__main__":
    sys.exit(main())
