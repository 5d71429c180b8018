"""Choosing a language model while the server runs: from what is there, by whom, remembered."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from starlette.testclient import TestClient

from qa.endpoint.keys import Keys
from qa.settings import Settings
from qa.writing import offered
from qa.writing.choice import Choice, Choices
from qa.writing.models import connect
from qa.writing.offered import Offer
from tests.qa.conftest import HandMadePipeline


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with two models; a third one is named by a server that has gone since."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"data": [{"id": "one"}, {"id": "two"}]}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    here = [Offer("one", "Ollama", url), Offer("two", "Ollama", url)]
    gone = Offer("gone", "LM Studio", "http://127.0.0.1:1")
    monkeypatch.setattr(offered, "offers", lambda: [*here, gone])
    yield url
    server.shutdown()
    server.server_close()


def chosen(client: TestClient, model: str | None) -> dict[str, Any]:
    reply = client.put("/v1/model", json={"model": model})
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


def test_a_model_is_chosen_changed_and_left(
    client: TestClient, hand_made: HandMadePipeline, settings: Settings, ollama: str
) -> None:
    told = client.get("/v1/model").json()
    assert (told["in_use"], told["fixed"]) == (None, False)
    assert [one["model"] for one in told["found"]] == ["one", "two", "gone"]
    assert Choices(settings.data).get() is None  # looking chooses nothing
    assert chosen(client, "two")["in_use"] == "two"
    assert client.get("/health").json()["model"] == "two"
    assert Choices(settings.data).get() == Choice("two", url=ollama)
    first = hand_made.used
    assert chosen(client, "one")["in_use"] == "one"
    assert first._http.is_closed
    again = connect(settings)  # what the next start does
    assert again is not None
    assert again.name == "one"
    again.close()
    assert chosen(client, None)["in_use"] is None
    assert connect(settings) is None


@pytest.mark.parametrize("name", ["gpt-5", "gone", ""])
def test_what_cannot_be_chosen_changes_nothing(
    client: TestClient, settings: Settings, ollama: str, name: str
) -> None:
    chosen(client, "one")
    reply = client.put("/v1/model", json={"model": name})
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, "bad_model")
    assert client.get("/v1/model").json()["in_use"] == "one"
    assert Choices(settings.data).get() == Choice("one", url=ollama)


def test_a_key_that_reads_chooses_nothing(
    client: TestClient, settings: Settings, ollama: str
) -> None:
    reader, writer = Keys(settings.data).add("r"), Keys(settings.data).add("w", write=True)
    client.headers["authorization"] = f"Bearer {reader}"
    assert client.get("/v1/model").status_code == 200
    reply = client.put("/v1/model", json={"model": "one"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "read_only")
    client.headers["authorization"] = f"Bearer {writer}"
    assert chosen(client, "one")["in_use"] == "one"


@pytest.mark.parametrize("said", [{"llm_url": "http://127.0.0.1:1"}, {"writer": "quote"}])
def test_what_the_settings_say_is_not_changed(
    serve: Callable[..., TestClient], ollama: str, said: dict[str, Any]
) -> None:
    client = serve(**said)
    told = client.get("/v1/model").json()
    assert (told["fixed"], told["found"]) == (True, [])
    reply = client.put("/v1/model", json={"model": "one"})
    assert "unset it to choose here" in reply.json()["error"]["message"]
