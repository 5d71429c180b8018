"""`footnote serve` as a process and as an app: says where it is, answers, lets nobody in without a key, stops cleanly."""

import asyncio
import json
import os
import queue
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRouter
from starlette.routing import BaseRoute, Mount
from starlette.testclient import TestClient

from index.index import Index
from index.store import StoreError
from qa.endpoint.keys import Keys
from qa.pipeline import Pipeline
from qa.reading.readings import LateReader, Reads
from qa.reading.scales import Scales
from qa.settings import Settings, SettingsError
from ui import serve

BAD = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "bad_models.py"))
RUN = (sys.executable, "-c", "from ui.cli import main; main()", "serve", "--seed")
BASE, NEAR = "http://127.0.0.1:7860", ("127.0.0.1", 50_000)
QUESTIONS = (
    "Where do Trump and Putin plan to get together next?",
    "Who won the chess final in Oslo?",
)


@contextmanager
def served(
    seeds: Path, data: Path, **settings: str
) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A client of a new process; the process is told to stop when the block ends."""
    env = os.environ | {"FOOTNOTE_DATA": str(data), "FOOTNOTE_PORT": "0"} | settings
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": None, "text": True}
    with subprocess.Popen([*RUN, str(seeds)], env=env, **options) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split()[1]
            with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
                yield client, process
        finally:
            process.terminate()


def test_it_serves_until_told_to_stop(tmp_path: Path) -> None:
    seeds, data = tmp_path / "seeds", tmp_path / "data"
    seeds.mkdir()
    (seeds / "empty.txt").touch()  # is named, and the rest goes on
    (seeds / "tides.txt").write_text("The tides in Dover were high on Monday.")
    with served(seeds, data) as (client, process):
        told = (data / "serve.json").read_text()
        health, page = client.get("/health").json(), client.get("/").text
        assert str(client.base_url).rstrip("/") in told
    assert process.returncode == 0
    assert health["articles"] == 1
    assert "fn-reading" in page
    assert not (data / "serve.json").exists()


def test_it_stops_within_its_grace_while_a_page_is_open(tmp_path: Path) -> None:
    """An open tab holds a stream that never ends by itself; nothing may wait for it longer than for an answer."""
    seeds, data = tmp_path / "seeds", tmp_path / "data"
    seeds.mkdir()
    (seeds / "tides.txt").write_text("The tides in Dover were high on Monday.")
    with (
        served(seeds, data) as (client, process),
        client.stream("GET", "/gradio_api/heartbeat/opentab") as heartbeat,
    ):
        beats = heartbeat.iter_raw()  # one that nobody holds closes its stream
        next(beats)
        process.terminate()
        process.wait(serve.GRACE + 15)  # closing the index takes its time on a busy machine
    assert process.returncode == 0
    assert not (data / "serve.json").exists()


def page_event(client: httpx.Client, question: str) -> dict[str, Any]:
    """What the page sends to ask this in its box."""
    config = client.get("/config").json()
    usual = {one["id"]: one["props"].get("value") for one in config["components"]}
    ask = next(one for one in config["dependencies"] if one["trigger_mode"] == "multiple")
    data = [question, *(usual.get(number) for number in ask["inputs"][1:])]
    return {"fn_index": ask["id"], "data": data, "session_hash": "tab"}


def test_it_stops_in_time_while_a_tab_is_open_and_its_model_hangs(tmp_path: Path) -> None:
    """A tab holds its streams, and waits for an answer whose model drips for ever."""
    seeds, data = tmp_path / "seeds", tmp_path / "data"
    seeds.mkdir()
    (seeds / "tides.txt").write_text("The tides in Dover were high on Monday.")
    with BAD["BadModel"]() as model:
        model.says = "a drip"
        longest = {"FOOTNOTE_LLM_TIMEOUT": "600", "FOOTNOTE_DEADLINE": "600"}
        with (
            served(seeds, data, FOOTNOTE_LLM_URL=model.url, **longest) as (client, process),
            client.stream("GET", "/gradio_api/heartbeat/opentab") as heartbeat,
        ):
            beats = heartbeat.iter_raw()  # one that nobody holds closes its stream
            next(beats)
            event = page_event(client, "Where were the tides high on Monday?")
            client.post("/gradio_api/queue/join", json=event).raise_for_status()
            place = "/gradio_api/queue/data?session_hash=tab"
            with client.stream("GET", place) as told:
                parts = told.iter_raw()
                next(parts)
                assert model.asked.wait(120)
                process.terminate()
                process.wait(serve.GRACE + serve.CLOSING + 10)
    assert process.returncode in (0, 1)


def test_questions_are_evaluated_while_a_server_runs(tmp_path: Path) -> None:
    seeds, data, questions = tmp_path / "seeds", tmp_path / "data", tmp_path / "set.jsonl"
    seeds.mkdir()
    sentence = "The tides in Dover were high on Monday."
    (seeds / "tides.txt").write_text(sentence)
    row = {"id": "tides", "question": "Where were the tides high on Monday?", "answerable": True}
    questions.write_text(json.dumps(row | {"article_id": "tides.txt", "quotes": [[sentence]]}))
    with served(seeds, data) as (client, _):
        done = subprocess.run(
            [sys.executable, "-c", "from ui.cli import main; main()", "evaluate", str(questions)],
            env=os.environ | {"FOOTNOTE_DATA": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert client.get("/health").json()["articles"] == 1  # untouched
    assert done.returncode == 0, done.stderr
    assert "1" in done.stdout


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with (
            pytest.raises(SettingsError, match=rf"FOOTNOTE_PORT.*{port}.*--port \d+ is free"),
            serve.listen(Settings(data=tmp_path, port=port)),
        ):
            pass


@contextmanager
def chroma(folder: Path) -> Iterator[str]:
    """A Chroma server, as its users start it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    assert program
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as process:  # type: ignore[call-overload]
        while process.poll() is None:
            try:
                if httpx.get(
                    f"http://127.0.0.1:{port}/api/v2/heartbeat", trust_env=False
                ).is_success:
                    break
            except httpx.TransportError:
                continue
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def same(answer: httpx.Response) -> dict[str, Any]:
    """The record without what differs from one answer to the next."""
    return {
        name: value for name, value in answer.json().items() if name not in ("id", "timings_ms")
    }


def test_two_servers_on_one_chroma_give_the_same_answers(tmp_path: Path) -> None:
    """Both answer, both write, also at once, and each sees at once what the other one wrote."""
    with chroma(tmp_path / "chroma") as url, ExitStack() as stack:
        seeds, data = Path(__file__).parents[2] / "seeds", tmp_path / "data"
        starting = ThreadPoolExecutor(2)
        both = starting.map(
            lambda _: stack.enter_context(served(seeds, data, FOOTNOTE_CHROMA_URL=url)), range(2)
        )
        (one, _), (other, _) = both
        for question in QUESTIONS:
            first, second = (
                client.post("/v1/answer", json={"question": question}) for client in (one, other)
            )
            assert same(first) == same(second)
        bodies = [
            {"text": f"The Zubrowka bridge {n} was opened by Greta Holm on Monday."}
            for n in range(12)
        ]
        put = [
            starting.submit((one, other)[n % 2].put, f"/v1/articles/bridge{n}", json=body)
            for n, body in enumerate(bodies)
        ]
        assert [future.result().status_code for future in put] == [201] * 12
        for client in (one, other):
            assert (
                client.get("/health").json()["articles"] == one.get("/v1/articles").json()["total"]
            )
            assert [client.get(f"/v1/articles/bridge{n}").json()["text"] for n in range(12)] == [
                body["text"] for body in bodies
            ]
            asked = client.post(
                "/v1/answer", json={"question": "Who opened the Zubrowka bridge 7?"}
            ).json()
            assert "Greta Holm" in asked["answer"]
        new = {"if-none-match": "*"}
        for n in range(12):  # of two who say that an article must be new, one is right
            path, body = (
                f"/v1/articles/once{n}",
                {"text": f"The ferry {n} was named by Greta Holm."},
            )
            both = starting.map(
                lambda client, path=path, body=body: (
                    client.put(path, json=body, headers=new).status_code
                ),
                (one, other),
            )
            assert sorted(both) == [201, 412]
        assert one.delete("/v1/articles/bridge7").status_code == 204
        assert other.get("/v1/articles/bridge7").status_code == 404


def routes(table: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path of an app, of what is mounted on it and of what Gradio includes there."""
    for route in table:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        path = before + str(getattr(route, "path", ""))
        if isinstance(route, (Mount, APIRouter)) or inner:
            yield from routes(inner or [], path)
        for method in getattr(route, "methods", None) or ():
            yield method, re.sub(r"{[^}]*}", "x", path)


@pytest.fixture
def page(pipeline: Pipeline, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(
        serve.app(pipeline, Settings(data=tmp_path)), base_url=BASE, client=NEAR
    ) as client:
        yield client


def test_without_a_key_nothing_of_the_page_is_reached(page: TestClient, tmp_path: Path) -> None:
    key = Keys(tmp_path).add("desk")
    table = set(routes(page.app.routes))  # type: ignore[attr-defined]
    assert table >= {
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=x"),
        ("GET", "/"),
        ("POST", "/v1/answer"),
    }
    assert len(table) > 80
    for method, path in sorted(table - {("GET", "/health/live"), ("HEAD", "/health/live")}):
        assert page.request(method, path).status_code == 401, (method, path)
    bearer = {"authorization": f"Bearer {key}"}
    for path in ("/", "/config", "/gradio_api/info", "/theme.css"):
        assert page.get(path, headers=bearer).status_code == 200, path


def test_a_file_lands_where_uploads_go_whatever_its_name(page: TestClient, tmp_path: Path) -> None:
    for name in ("../../evil.txt", "/etc/evil.txt", "..\\evil.txt", "a/../../evil.txt"):
        [path] = page.post("/gradio_api/upload", files={"files": (name, b"words")}).json()
        place = Path(path)
        assert (place.name, place.is_relative_to(place.parents[1].resolve())) == (place.name, True)
        assert ".." not in place.parts
        assert place.parents[1].name == "gradio"
        assert page.get(f"/gradio_api/file={path}").content == b"words"
    for path in ("/etc/passwd", str(tmp_path / "index.sqlite"), "../../etc/passwd"):
        assert page.get(f"/gradio_api/file={path}").status_code in (403, 404)


@pytest.mark.parametrize("ending", ["html", "svg", "xml", "xhtml", "js", "pdf", "md", "png.html"])
def test_what_was_uploaded_runs_nothing_when_it_is_fetched(page: TestClient, ending: str) -> None:
    files = {"files": (f"a.{ending}", b"<script>alert(1)</script>", "text/html")}
    [path] = page.post("/gradio_api/upload", files=files).json()
    for asks in ({}, {"content-type": "text/html"}, {"range": "bytes=0-9", "x-a": "b"}):
        headers = page.get(f"/gradio_api/file={path}", headers=asks).headers
        assert headers.get_list("content-type") == ["application/octet-stream"]
        assert headers["content-disposition"].startswith("attachment")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert "x-a" not in headers


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,2-3", "bytes=²-³", "bytes=5-1", "bytes=-", "bytes=9-9", "bytes=0-1", "a"]
)
def test_a_file_comes_whole_whatever_part_is_asked_for(page: TestClient, asked: str) -> None:
    [path] = page.post("/gradio_api/upload", files={"files": ("a.txt", b"words")}).json()
    answer = page.get(f"/gradio_api/file={path}", headers={"range": asked.encode()})
    assert (answer.status_code, answer.content) == (200, b"words")


def test_the_page_fetches_no_address_for_anybody(page: TestClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        url = f"http://127.0.0.1:{other.getsockname()[1]}/secret"
        for path in (f"file={url}", f"file/{url}", f"proxy={url}"):
            assert page.get(f"/gradio_api/{path}").status_code == 404
        with pytest.raises(BlockingIOError):
            other.accept()


def all_of(events: AsyncIterator[Any]) -> list[Any]:
    async def read() -> list[Any]:
        return [event async for event in events]

    return asyncio.run(read())


def test_the_answers_of_the_page_are_counted(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []
    build = serve.Page.build
    monkeypatch.setattr(serve.Page, "build", lambda page: given.append(page.chat) or build(page))
    with TestClient(
        serve.app(pipeline, Settings(data=tmp_path)), base_url=BASE, client=NEAR
    ) as client:
        gated = SimpleNamespace(state=SimpleNamespace())
        request: Any = SimpleNamespace(headers={}, request=gated)
        *_, (_, turns, _, _) = all_of(given[0].ask(request, "Hello!", None, None, "", ""))
        assert turns[-1].status == "answered"
        assert (
            'footnote_answers_total{status="answered",writer="quote"} 1.0'
            in client.get("/metrics").text
        )


def test_the_page_comes_with_security_headers(page: TestClient) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        headers = page.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_no_other_page_may_call_the_page(pipeline: Pipeline, tmp_path: Path) -> None:
    with TestClient(
        serve.app(pipeline, Settings(data=tmp_path, open=True)), base_url="http://desk.example"
    ) as client:
        for method, path in (
            ("GET", "/config"),
            ("OPTIONS", "/gradio_api/queue/join"),
            ("POST", "/gradio_api/upload"),
        ):
            asks = {"origin": "https://evil.example", "access-control-request-method": "POST"}
            reply = client.request(method, path, headers=asks)
            assert not [name for name in reply.headers if name.startswith("access-control-")], path


def test_the_file_that_names_the_server_is_its_own(tmp_path: Path) -> None:
    with serve._announced(tmp_path, "::", 1, "a"):
        assert json.loads((tmp_path / "serve.json").read_text())["url"] == "http://[::1]:1"
        (tmp_path / "serve.json").write_text('{"url": "http://127.0.0.1:2", "pid": 0}')
    assert (tmp_path / "serve.json").exists()


def test_the_errors_of_the_page_have_the_endpoints_shape(page: TestClient) -> None:
    tries = (
        ("GET", "/nothing", 404),
        ("GET", "/assets/nothing.js", 404),
        ("GET", "/gradio_api/file=/etc/passwd", 403),
        ("GET", "/gradio_api/nothing", 404),
        ("DELETE", "/config", 405),
        ("POST", "/gradio_api/queue/join", 422),
        ("GET", "/gradio_api/queue/data", 422),
        ("POST", "/gradio_api/upload", 400),
    )
    for method, path, status in tries:
        answer = page.request(method, path)
        assert answer.status_code in (status, 404), (path, answer.text)
        error = answer.json()["error"]
        assert re.fullmatch("[a-z_]+", error["code"]), path
        assert error["message"], path
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_outlasts_the_time_to_stop_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that never ends would keep Python from ending: the process is left all the same."""
    left: queue.Queue[int] = queue.Queue()
    monkeypatch.setattr(serve.os, "_exit", left.put)
    monkeypatch.setattr(serve, "GRACE", 0)
    monkeypatch.setattr(serve, "CLOSING", 0)
    server = serve.Server(uvicorn.Config(FastAPI()))
    server.handle_exit(signal.SIGTERM, None)
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit
    assert left.get(timeout=10) == 1
    assert left.empty()


def test_weights_that_cannot_be_loaded_are_said_at_the_start(
    capsys: pytest.CaptureFixture[str], seed_index: Index
) -> None:
    def broken() -> Reads:
        raise StoreError("small.safetensors: not this version's reader; reinstall footnote-qa")

    serve._warm(Pipeline(seed_index, LateReader(broken), Scales.load()))
    told = capsys.readouterr().err
    assert told.splitlines() == [
        "Footnote: small.safetensors: not this version's reader; reinstall footnote-qa"
    ]
