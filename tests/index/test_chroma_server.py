"""Chroma as a server is the same code path, and outlives the server's restarts."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from index import vectors
from index.index import Index
from index.records import Article, Filters
from index.store import StoreError

Fresh = Callable[..., Index]


class Server:
    """`chroma run` on loopback, as its users start it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("chroma", path=str(Path(sys.executable).parent))
        assert program
        self.process = subprocess.Popen(
            [program, "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        while self.process and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat").is_success:
                    return
            except httpx.TransportError:
                continue
        raise AssertionError("the Chroma server ended")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "chroma")
    server.start()
    server.wait()
    yield server
    server.stop()


def test_ingest_find_and_restart(
    server: Server, fresh: Fresh, stories: list[Article], hashing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "TRIES", 9)  # a busy machine starts it slowly
    with fresh(chroma_url=server.url, chroma_headers={"X-Team": "news"}) as index:
        assert index.ingest(stories).added == 6
        found = index.find("story 2 matter 97", 5)
        assert found[0].article.id == "s2"
        assert index.doctor() == []
        with fresh(chroma_url=server.url, writable=False) as reader:
            assert reader.find("story 2 matter 97", 5) == found
        with pytest.raises(
            StoreError, match=r"140 words overlapping by 1, not .*60.*; open it for writing to index again"
        ):
            fresh(chroma_url=server.url, writable=False, size=(60, 0))
        server.stop()
        server.start()  # the question below arrives before it is up
        assert index.find("story 2 matter 97", 5) == found
        assert index.remove(["s2"]) == 1
        assert "s2" not in {one.article.id for one in index.find("story 2 matter 97", 50)}
        assert index.find("story", 5, Filters(sources=("Nobody",))) == []
        with Index.open(index.folder.parent / "other", hashing, chroma_url=server.url) as other:
            other.ingest(stories[:1])
            assert {one.article.id for one in other.find("story", 50)} == {"s0"}
        assert len(index.find("story", 5)) == 5


def test_a_server_that_is_away_is_named(fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "TRIES", 1)
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9: Chroma does not answer .*; start it and try again"):
        fresh(chroma_url="http://127.0.0.1:9")
    fresh().close()  # the lock is free again
