"""Nothing leaves the machine: the real server takes in articles, serves its page and answers while the world is refused."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

# What every process under test starts with: it keeps a record of each attempt to reach beyond loopback, and refuses it.
GUARD = """
import ipaddress, os, sys

def beyond(host):
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost"):
        return False
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return True

def guard(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1] if len(args) > 1 else None
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = args[0]
    else:
        return
    if beyond(host):
        with open(os.environ["ATTEMPTS"], "a") as record:
            record.write(f"{event} {args[:2]}\\n")
        raise OSError(f"refused: {event} {host}")

sys.addaudithook(guard)
"""
ROOT = Path(__file__).parent.parent
ARTICLE = "---\ntitle: Talks\npublished: 2025-10-17\n---\n\nSergey Lavrov leads the Russian side. It rained in Vienna.\n"


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the processes: the guard on their path, nothing that says the hub is offline."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "sitecustomize.py").write_text(GUARD)
    (folder / "attempts").touch()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HF_", "GRADIO_", "FOOTNOTE_"))
    }
    own = {"PYTHONPATH": str(folder), "ATTEMPTS": str(folder / "attempts"), "HOME": str(folder)}
    return (
        kept
        | own
        | {"FOOTNOTE_DATA": str(folder / "data"), "FOOTNOTE_PORT": "0", "FOOTNOTE_WRITER": "quote"}
    )


def footnote(*words: str) -> list[str]:
    return [sys.executable, "-c", "from ui.cli import main; main()", *words]


@pytest.fixture(scope="module")
def address(
    surroundings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    seeds = tmp_path_factory.mktemp("seeds")
    (seeds / "talks.md").write_text(ARTICLE)
    process = subprocess.Popen(
        footnote("serve", "--seed", str(seeds)),
        env=surroundings,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        found = next(
            (one for line in lines if (one := re.search(r"http://127\.0\.0\.1:\d+", line))), None
        )
        assert found, "the server ended before it said where it is"
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_the_guard_refuses_and_records(surroundings: dict[str, str], tmp_path: Path) -> None:
    reached = "import socket\ntry: socket.create_connection(('192.0.2.1', 80), 1)\nexcept OSError as e: print(e)\n"
    reached += "try: socket.getaddrinfo('example.org', 80)\nexcept OSError as e: print(e)\n"
    env = surroundings | {"ATTEMPTS": str(tmp_path / "attempts")}
    done = subprocess.run(
        [sys.executable, "-c", reached], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("refused") == 2
    assert len((tmp_path / "attempts").read_text().splitlines()) == 2


def test_nothing_leaves_the_machine(
    surroundings: dict[str, str], address: str, tmp_path: Path
) -> None:
    more = tmp_path / "ferry.txt"
    more.write_text("The ferry to Calais was full. Nobody was hurt.")
    done = subprocess.run(
        footnote("ingest", "--json", str(more)),
        env=surroundings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["added"] == 1
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert client.get("/health").status_code == 200
        page = client.get("/")
        assert page.status_code == 200
        for script in re.findall(r'(?:src|href)="(\.?/[^"]+\.(?:js|css))"', page.text):
            client.get(script.removeprefix("."))
        told: dict[str, Any] = client.post(
            "/v1/answer", json={"question": "Who leads the Russian side?"}
        ).json()
        assert {one["title"] for one in client.get("/v1/articles").json()["articles"]} >= {"Talks"}
    assert told["status"] in ("answered", "no_answer")
    assert told["evidence"]
    assert Path(surroundings["ATTEMPTS"]).read_text() == ""
