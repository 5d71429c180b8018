"""Connections that ask nothing end by themselves, those that do stay, there are never more than so many, and no head is endless."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from ui import connections
from ui.connections import Connection

CHUNKED = b"POST /told HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
HEAD = b"GET /live HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.1)


@contextmanager
def running() -> Iterator[tuple[str, int]]:
    """The address of a server whose `/live` answers at once, and whose `/held` takes its time."""
    app, released = FastAPI(), threading.Event()

    @app.get("/live")
    async def live() -> str:
        return "live"

    @app.post("/told")
    async def told(request: Request) -> list[str]:
        await request.body()
        return list(request.headers)

    @app.get("/held")
    def held() -> StreamingResponse:
        def parts() -> Iterator[str]:
            yield "begun"
            released.wait(0.5)  # five times the patience
            yield "ended"

        return StreamingResponse(parts())

    server = uvicorn.Server(uvicorn.Config(app, http=Connection, ws="none", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=[[listening]])
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def connected(address: tuple[str, int], begun: bytes = b"") -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=30) as one:
        one.sendall(begun)
        yield one


def until(one: socket.socket, end: bytes) -> bytes:
    """What is received up to `end`, or all of it when the other side ends before."""
    told = b""
    while end not in told and (part := one.recv(4_000)):
        told += part
    return told


@pytest.mark.parametrize("begun", [b"", b"G", HEAD, HEAD + b"X-A: "])
def test_a_head_that_does_not_come_is_not_waited_for(quick: None, begun: bytes) -> None:
    with running() as address, connected(address, begun) as one:
        assert one.recv(1) == b""


def test_a_second_head_is_not_waited_for_either(quick: None) -> None:
    with running() as address, connected(address, HEAD + b"\r\n") as one:
        assert b'"live"' in until(one, b'"live"')
        one.sendall(b"G")  # from here on uvicorn itself would wait for ever
        assert one.recv(1) == b""


def test_a_reply_may_take_longer(quick: None) -> None:
    with running() as address, connected(address, HEAD.replace(b"live", b"held") + b"\r\n") as one:
        assert b"ended" in until(one, b"ended")


def test_there_are_never_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 5)
    with running() as address, ExitStack() as stack:
        first = [stack.enter_context(connected(address, HEAD)) for _ in range(5)]
        more = stack.enter_context(connected(address))
        assert more.recv(1) == b""
        first[0].sendall(b"\r\n")  # those that were there before are served
        assert b'"live"' in until(first[0], b'"live"')


def test_files_are_left_for_the_index() -> None:
    assert 1 <= connections.most() <= connections.MOST


@pytest.mark.parametrize(
    ("begun", "more"),
    [
        pytest.param(b"GET /live?", b"a" * 50_000, id="address"),
        pytest.param(HEAD + b"X-A: ", b"a" * 50_000, id="value"),
        pytest.param(HEAD, b"a" * 50_000, id="name"),
        pytest.param(HEAD, b"X-A: a\r\n" * 6_000, id="many"),
        pytest.param(CHUNKED + b"X-A: ", b"a" * 50_000, id="behind a body"),
        pytest.param(CHUNKED, b"X-A: a\r\n" * 6_000, id="many behind a body"),
    ],
)
def test_a_head_that_does_not_end_is_cut_off(begun: bytes, more: bytes) -> None:
    with running() as address, connected(address, begun) as one, suppress(ConnectionError):
        for _ in range(200):  # 10 MB
            one.sendall(more)
        pytest.fail("everything was taken")


def test_a_long_head_and_a_long_body_are_taken() -> None:
    padding = b"X-A: " + b"a" * 20_000 + b"\r\n"
    with running() as address, connected(address, HEAD + padding + b"\r\n") as one:
        assert b'"live"' in until(one, b'"live"')
        one.sendall(CHUNKED.replace(b"1\r\na", b"61a80\r\n" + b"a" * 400_000) + b"\r\n")
        assert b"transfer-encoding" in until(one, b"]")


def test_headers_behind_a_body_are_none() -> None:
    with running() as address, connected(address, CHUNKED + b"X-Forged: a\r\n\r\n") as one:
        told = until(one, b"]")
        assert b"transfer-encoding" in told
        assert b"x-forged" not in told


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3",
        b"Content-Length: 3\r\nContent-Length: 4",
        b"Content-Length: 3, 4",
        b"Content-Length: +3",
        b"Content-Length : 3",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    ],
)
def test_no_request_hides_in_another(lines: bytes) -> None:
    request = b"POST /told HTTP/1.1\r\nHost: here\r\n" + lines + b"\r\n\r\n0\r\n\r\n"
    with running() as address, connected(address, request + HEAD + b"\r\n") as one:
        told = until(one, b"never")
        assert told.startswith(b"HTTP/1.1 400")
        assert b"live" not in told
