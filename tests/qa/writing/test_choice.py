"""Which model is offered on this machine, which was chosen, and what the choice does."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from qa.settings import Settings, SettingsError
from qa.writing.choice import FILE, Choice, Choices, with_choice
from qa.writing.models import connect
from qa.writing.offered import LARGEST, Offer, Place, offers

OPENAI = {"object": "list", "data": [{"id": "one"}, {"id": "two"}]}
OLLAMA = {"models": [{"name": "qwen2.5:3b", "size": 1}]}


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Starts a server that gives this, as JSON unless it is bytes, to every GET; its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(told: Any) -> str:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_what_servers_here_offer(serve: Callable[[Any], str]) -> None:
    ollama, studio = serve(OLLAMA), serve(OPENAI)
    nobody = Place("llama.cpp", "http://127.0.0.1:1")
    found = offers((Place("Ollama", ollama, "/api/tags"), Place("LM Studio", studio), nobody))
    assert found == [
        Offer("qwen2.5:3b", "Ollama", ollama),
        Offer("one", "LM Studio", studio),
        Offer("two", "LM Studio", studio),
    ]


@pytest.mark.parametrize(
    "told",
    [b"<html>", [], 3, {"data": 3}, {"data": [{}]}, {"models": {"a": 1}}, b" " * (LARGEST + 1)],
)
def test_another_program_at_that_port_offers_nothing(
    serve: Callable[[Any], str], told: Any
) -> None:
    assert offers((Place("LM Studio", serve(told)),)) == []


def test_a_choice_is_remembered_and_used(serve: Callable[[Any], str], tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert connect(settings) is None
    Choices(tmp_path).put(Choice("two", url=serve(OPENAI)))
    model = connect(settings)
    assert model is not None
    assert (model.name, model.error) == ("two", None)
    model.close()
    assert connect(settings.model_copy(update={"writer": "quote"})) is None
    Choices(tmp_path).put(None)
    assert connect(settings) is None


def test_the_environment_goes_before_the_choice(tmp_path: Path) -> None:
    Choices(tmp_path).put(Choice("two", url="http://127.0.0.1:1"))
    url = Settings(data=tmp_path, llm_url="http://127.0.0.1:2")
    assert with_choice(url) == url
    gguf = Settings(data=tmp_path, llm_gguf=tmp_path / "own.gguf")
    assert with_choice(gguf) == gguf
    named = with_choice(Settings(data=tmp_path, llm_model="three"))
    assert (named.llm_url, named.llm_model) == ("http://127.0.0.1:1", "three")


def test_a_chosen_file(tmp_path: Path) -> None:
    settings, file = Settings(data=tmp_path), tmp_path / "own.gguf"
    Choices(tmp_path).put(Choice("own", gguf=str(file)))
    with pytest.raises(SettingsError, match=r"own\.gguf is gone; choose again"):
        with_choice(settings)
    file.write_bytes(b"GGUF")
    assert with_choice(settings).llm_gguf == file


@pytest.mark.parametrize("content", ["{", '[{"model": "x"}]', '[{"name": "x"}]'])
def test_a_damaged_choice_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with pytest.raises(SettingsError, match="remove it and choose again"):
        with_choice(Settings(data=tmp_path))
