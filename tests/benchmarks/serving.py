"""Serves a fresh index of the seeds on loopback for a benchmark, and stops it again."""

import os
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
READY = 600  # seconds that a server may take to start: a busy machine needs minutes


@dataclass(frozen=True)
class Served:
    """`pid` is the server's, `log` the file it writes to."""

    url: str
    pid: int
    process: subprocess.Popen[bytes]
    data: Path
    log: Path


@contextmanager
def ingested(command: str, articles: Path) -> Iterator[dict[str, str]]:
    """The environment of a fresh data folder with these articles in it."""
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as folder:
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FOOTNOTE_", "OTEL_"))
        }
        env |= {
            "FOOTNOTE_DATA": f"{folder}/data",
            "FOOTNOTE_HOST": "127.0.0.1",
            "FOOTNOTE_WRITER": "quote",
        }
        subprocess.run(
            [*shlex.split(command), "ingest", str(articles)],
            env=env,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield env


@contextmanager
def served(command: str, env: dict[str, str]) -> Iterator[Served]:
    """On a free port; waits until the server is ready, at most ten minutes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = Path(env["FOOTNOTE_DATA"])
    log = data.parent / "serve.log"
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as out:
        server = subprocess.Popen(
            [*shlex.split(command), "serve"],
            env=env | {"FOOTNOTE_PORT": str(port)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + READY
        while True:
            try:
                if httpx.get(f"{url}/health/ready", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the server did not get ready:\n{log.read_text()[-2000:]}")
            time.sleep(0.3)
        yield Served(url, server.pid, server, data, log)
    finally:
        server.terminate()
        server.wait(60)
