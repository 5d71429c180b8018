"""Connections that ask nothing end by themselves, those that do stay, and there are never more than so many."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from ui import connections
from ui.connections import Connection

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
