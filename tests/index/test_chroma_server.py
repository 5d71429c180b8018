"""Chroma as a server is the same code path, and outlives the server's restarts."""

import gc
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
import uvicorn
from chromadb.api.shared_system_client import SharedSystemClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
            [
                program,
                "run",
                "--path",
                str(self.folder),
                "--host",
                "127.0.0.1",
                "--port",
                str(self.port),
            ],
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
    server: Server,
    fresh: Fresh,
    stories: list[Article],
    hashing: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vectors, "TRIES", 9)  # a busy machine starts it slowly
    with fresh(chroma_url=server.url, chroma_headers={"X-Team": "news"}) as index:
        assert index.ingest(stories).added == 6
        found = index.find("story 2 matter 97", 5)
        assert found[0].article.id == "s2"
        assert index.doctor() == []
        with fresh(chroma_url=server.url) as other:
            assert other.find("story 2 matter 97", 5) == found
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


@contextmanager
def proxy(behind: Server, folder: Path) -> Iterator[str]:
    """A TLS proxy with a certificate of its own making, in folder/ca.pem; it lets nobody in without the right token."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(
        folder / "server.pem"
    )

    async def forward(request: Request) -> Response:
        if request.headers.get("x-chroma-token") != "sesame":
            return Response('{"error": "AuthError", "message": "who are you?"}', 401)
        kind = {"content-type": request.headers.get("content-type", "application/json")}
        path, body = f"{request.url.path}?{request.url.query}", await request.body()
        try:
            async with httpx.AsyncClient(base_url=behind.url) as client:
                reply = await client.request(request.method, path, content=body, headers=kind)
        except httpx.TransportError:
            return Response("bad gateway", 502)
        return Response(
            reply.content, reply.status_code, media_type=reply.headers.get("content-type")
        )

    app = Starlette(
        routes=[Route("/{path:path}", forward, methods=["GET", "POST", "PUT", "DELETE"])]
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        pem = str(folder / "server.pem")
        running = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="critical",
                ssl_certfile=pem,
                loop="asyncio",
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"https://localhost:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join()


def refusal(fresh: Fresh, **options: Any) -> str:
    """What is said; the exception, which holds chromadb's client and its socket, is gone."""
    with pytest.raises(StoreError) as no:
        fresh(**options)
    return str(no.value)


@pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning"
)  # chromadb does not close the client that was refused
def test_tls_and_headers_reach_chromas_client(
    server: Server,
    fresh: Fresh,
    stories: list[Article],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vectors, "TRIES", 9)
    with proxy(server, tmp_path) as url:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        with fresh(chroma_url=url, chroma_headers={"X-Chroma-Token": "sesame"}) as index:
            assert index.ingest(stories).added == 6
            found = index.find("story 2 matter 97", 5)
            server.stop()
            server.start()  # the proxy answers 502 until it is up
            assert index.find("story 2 matter 97", 5) == found
        for headers in ({}, {"X-Chroma-Token": "sesame, please"}):
            said = refusal(fresh, chroma_url=url, chroma_headers=headers)
            assert re.fullmatch(
                rf"{url}: the Chroma server refuses .*; look at its address and headers", said
            )
            assert "sesame" not in said
        monkeypatch.setattr(vectors, "TRIES", 1)
        monkeypatch.delenv("SSL_CERT_FILE")
        assert "CERTIFICATE_VERIFY_FAILED" in refusal(fresh, chroma_url=url)
        SharedSystemClient.clear_system_cache()
        gc.collect()


def test_a_server_that_is_away_is_named(
    fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "TRIES", 1)
    with pytest.raises(
        StoreError, match=r"http://127.0.0.1:9: Chroma does not answer .*; start it and try again"
    ):
        fresh(chroma_url="http://127.0.0.1:9")
    fresh().close()  # the lock is free again
