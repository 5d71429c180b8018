"""Files that were made to stop a server, and how a visitor of the page uploads them."""

import asyncio
import json
import random
from itertools import cycle

import httpx
from broken_files import laughs, pdf

NOBODY = random.Random(0)
LONGEST = 600  # seconds for one file: Gradio's signs of life would keep a stream open for ever
AUTHOR = "<item><title>One</title><description>Words of it.</description><author>{}</author></item>"
FILES = {
    "endless-address.xml": f"<rss><channel>{AUTHOR.format('a.' * 20_000)}</channel></rss>".encode(),
    "attributes.xml": b"<rss><channel %s></channel></rss>"
    % b" ".join(b'a%d="x"' % n for n in range(40_000)),
    "attributes.html": b"<p %s>Words." % b" ".join(b'a%d="x"' % n for n in range(40_000)),
    "deep.html": b"<div>" * 100_000 + b"Words.",
    "deep.jsonl": b"[" * 200_000,
    "deep.md": b">" * 200_000 + b" Words.",
    "laughs.xml": laughs(NOBODY),
    "cut.pdf": pdf(["Words of a page."] * 20, pages=3)[:700],
    "one-cell.csv": b"text,title\n" + b"word " * 200_000 + b",Title\n",
    "one-line.txt": b"x" * 1_000_000,
    "noise.md": NOBODY.randbytes(500_000),
}


async def add(client: httpx.AsyncClient, event: int, name: str, content: bytes) -> str:
    """Uploads one file and lets the page take it: `taken`, `busy`, or what went wrong."""
    up = await client.post("/gradio_api/upload", files={"files": (name, content)})
    if up.status_code != 200:
        return f"upload {up.status_code}"
    [path] = up.json()
    session = f"hostile{NOBODY.random()}"
    body = {"fn_index": event, "data": [], "session_hash": session}
    body["event_data"] = {"files": [{"name": name, "path": path}]}
    joined = await client.post("/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return "busy" if joined.status_code == 503 else f"join {joined.status_code}"
    place = "/gradio_api/queue/data"
    async with client.stream("GET", place, params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if told.get("msg") == "process_completed":
                return "taken" if told["success"] else f"{name}: {str(told)[:200]}"
            if told.get("msg") in ("queue_full", "close_stream"):
                return "busy"
    return f"{name}: the connection was cut"


async def add_all(client: httpx.AsyncClient, wanted: list[bool], told: list[str]) -> None:
    """One file after the other, again and again, as long as `wanted` holds something."""
    config = (await client.get("/config")).json()
    [event] = [one["id"] for one in config["dependencies"] if one["api_name"] == "add"]
    files = cycle(FILES.items())
    while wanted:
        name, content = next(files)
        try:
            async with asyncio.timeout(LONGEST):
                told.append(await add(client, event, name, content))
        except TimeoutError:
            told.append(f"{name}: not done within {LONGEST} s")
        except httpx.HTTPError as error:
            told.append(f"{name}: {type(error).__name__}")
