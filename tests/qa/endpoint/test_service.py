"""The pool behind the endpoint: bounds, deadlines, and clients that leave, over a real server where
it matters."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from qa.endpoint.observe import Observer
from qa.endpoint.service import Service, Workers
from qa.settings import Settings


def test_what_does_not_fit_is_refused_with_a_time_to_wait(
    serve: Callable[..., TestClient], hand_made: Any
) -> None:
    client = serve(concurrency=1, queue=1)
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(client.post, "/v1/answer", json={"question": "wait for it"})
        assert hand_made.begun.wait(10)
        waiting = pool.submit(client.post, "/v1/answer", json={"question": "Who leads?"})
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        looks = iter(range(10_000))
        while service.answers.pending < 2:
            assert client.get("/health/live").status_code == 200  # the loop is not blocked
            assert next(looks) is not None
        for path in ("/v1/answer", "/v1/search"):
            refused = client.post(path, json={"question": "Who leads?"})
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "busy")
            assert int(refused.headers["retry-after"]) >= 1
        assert (
            client.post("/v1/answer", json={"question": "Who?", "stream": True}).status_code == 503
        )
        for path in (
            "/health/ready",
            "/metrics",
            "/v1/articles",
        ):  # what has nothing to do with answering
            assert client.get(path).status_code == 200
        hand_made.go.set()
        assert running.result().status_code == waiting.result().status_code == 200


def test_writing_does_not_wait_for_answers(
    serve: Callable[..., TestClient], hand_made: Any
) -> None:
    client = serve(concurrency=1, queue=0)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.post, "/v1/answer", json={"question": "wait for it"})
        assert hand_made.begun.wait(10)
        assert (
            client.put("/v1/articles/new", json={"text": "Something happened."}).status_code == 201
        )
        hand_made.go.set()
        assert running.result().status_code == 200


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_over_its_deadline_ends(
    serve: Callable[..., TestClient], hand_made: Any, stream: bool
) -> None:
    answer = serve(deadline=0.05).post(
        "/v1/answer", json={"question": "wait for it", "stream": stream}
    )
    assert answer.status_code == (200 if stream else 504)
    assert '"code": "deadline"' in answer.text or '"code":"deadline"' in answer.text
    hand_made.go.set()
    assert hand_made.closed.wait(10)


def test_a_client_that_leaves_ends_the_work(hand_made: Any, settings: Settings) -> None:
    async def leave(left: Any) -> None:
        service = Service(hand_made, settings, Observer(settings))
        async with aclosing(service.stream("wait for it", left=left)) as events:
            assert (await anext(events)).kind == "evidence"
            if left is not None:
                with pytest.raises(HTTPException) as error:
                    await anext(events)
                assert error.value.status_code == 499
        assert service.answers.pending == 1  # the thread is still in it
        hand_made.go.set()
        assert await asyncio.to_thread(hand_made.closed.wait, 10)

    async def gone() -> bool:
        return True

    for left in (gone, None):
        hand_made.go.clear()
        hand_made.closed.clear()
        asyncio.run(leave(left))


def test_work_that_waited_in_vain_never_starts() -> None:
    begun: list[int] = []
    free = threading.Event()

    def hold() -> Iterator[int]:
        free.wait(10)
        yield 1

    def late() -> Iterator[int]:
        begun.append(1)
        yield 2

    async def run() -> None:
        workers = Workers(1, 1, 10)
        first, second = workers.start(hold), workers.start(late)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(second), 0.01)
        await second.aclose()
        assert workers.pending == 1
        free.set()
        assert await anext(first) == 1
        with pytest.raises(StopAsyncIteration):
            await anext(first)
        assert await workers.run(lambda: 3) == 3
        async with asyncio.timeout(10):
            while (
                workers.pending
            ):  # the thread that gave the last result may still be on its way out
                await asyncio.sleep(0)
        assert begun == []

    asyncio.run(run())


def test_an_error_of_the_work_is_the_callers(hand_made: Any) -> None:
    async def run() -> None:
        with pytest.raises(ZeroDivisionError):
            await Workers(1, 1, 10).run(lambda: 1 / 0)

    asyncio.run(run())


def send(address: str, body: bytes) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=20)
    head = f"POST /v1/answer HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
    return connection


@pytest.mark.parametrize(
    "body", [b'{"question": "wait for it"}', b'{"question": "wait for it", "stream": true}']
)
def test_a_connection_that_breaks_ends_the_work(
    address: str, server: Any, hand_made: Any, body: bytes
) -> None:
    service: Service = server.config.app.state.service
    gone = threading.Event()
    items = service.answers._items

    async def told(*given: Any) -> Any:
        async with aclosing(items(*given)) as events:
            try:
                async for event in events:
                    yield event
            finally:
                gone.set()

    service.answers._items = told  # type: ignore[method-assign]
    with send(address, body):
        assert hand_made.begun.wait(20)
    assert gone.wait(20)  # noticed while the answer is still being made
    hand_made.go.set()
    assert hand_made.closed.wait(20)


def test_answers_in_flight_finish_when_the_server_stops(
    address: str, server: Any, hand_made: Any
) -> None:
    with send(address, b'{"question": "wait for it"}') as connection:
        assert hand_made.begun.wait(20)
        server.should_exit = True
        hand_made.go.set()
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Sergey Lavrov" in answer
