"""Webhooks, with a real receiver: what it is sent and by what right, and what comes of one that fails."""

import json
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index import fetch as fetching
from qa.pipeline import Pipeline
from qa.records import Citation
from qa.saved.kept import KeptQuestions
from qa.saved.question import Message, NewSentence, SavedQuestion
from qa.saved.webhook import Webhooks, signed
from qa.settings import Settings
from tests.qa.saved.conftest import NEW, QUESTION, Receiver, article, served

DOCS = Path(__file__).parents[3] / "docs" / "endpoint.md"
AT = "2026-01-01T00:00:00+00:00"


def waiting(data: Path, url: str) -> KeptQuestions:
    """A question with one message for this address."""
    sentence = NewSentence(AT, Citation(1, "cup", "Cup", "", None, None, 0, len(NEW), NEW))
    message = Message("m", (sentence,))
    kept = KeptQuestions(data)
    kept.add(SavedQuestion("a", QUESTION, None, AT, webhook=url, secret="fs_x", unsent=(message,)))
    return kept


def test_what_is_new_is_sent_signed(sending: TestClient, receiver: Receiver) -> None:
    client = sending
    saved = client.post("/v1/saved", json={"question": QUESTION, "webhook": receiver.url}).json()
    assert saved["secret"] not in client.get(f"/v1/saved/{saved['id']}").text
    client.put("/v1/articles/cup", json={"text": NEW})
    headers, body = receiver.next()
    told = json.loads(body)
    assert [one["citation"]["text"] for one in told["new"]] == [NEW]
    assert (told["saved"], told["question"]) == (saved["id"], QUESTION)

    example = next(
        code
        for code in re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
        if "def is_genuine" in code
    )
    space: dict[str, Any] = {}
    exec(example, space)
    genuine = space["is_genuine"]
    assert genuine(headers, body, saved["secret"])
    assert not genuine(headers, body + b" ", saved["secret"])
    assert not genuine(headers, body, "fs_other")
    earlier = {**headers, "Footnote-Timestamp": str(int(time.time()) - 10)}
    assert not genuine(earlier, body, saved["secret"])
    old = signed(body, saved["secret"], int(time.time()) - 3600)
    assert not genuine(old, body, saved["secret"])


def test_what_came_in_while_no_server_ran_is_told_after_the_start(
    sending: TestClient, pipeline: Pipeline, data: Path, receiver: Receiver
) -> None:
    index = pipeline.index
    body = {"question": QUESTION, "webhook": receiver.url}
    assert sending.post("/v1/saved", json=body).status_code == 201
    listeners, index.listeners = index.listeners, []  # as after a kill between writing and asking
    index.ingest([article("cup", NEW)])
    index.listeners = listeners
    with served(pipeline, Settings(data=data, allow_private=True)):
        assert json.loads(receiver.next()[1])["new"][0]["citation"]["text"] == NEW


def test_a_slow_receiver_holds_nothing_up(sending: TestClient, receiver: Receiver) -> None:
    receiver.go.clear()
    client = sending
    saved = client.post("/v1/saved", json={"question": QUESTION, "webhook": receiver.url}).json()
    client.put("/v1/articles/cup", json={"text": NEW})
    receiver.next()  # it has the message, and does not answer
    assert client.post("/v1/answer", json={"question": QUESTION}).status_code == 200
    assert client.put("/v1/articles/more", json={"text": "It rained."}).status_code == 201
    assert client.post(f"/v1/saved/{saved['id']}/look").json()["new"] == 1
    receiver.go.set()


def test_what_fails_is_sent_again_and_told(tmp_path: Path, receiver: Receiver) -> None:
    receiver.replies = [500, 410, 204]
    kept = waiting(tmp_path, receiver.url)
    webhooks = Webhooks(kept, allow_private=True, pauses=(0, 0, 0))
    assert webhooks.round() == 0
    failure = kept.all()[0].webhook_failure
    assert failure == (
        "try 1 of 4: the address answers 500 Internal Server Error; look at the receiver"
    )
    again = Webhooks(KeptQuestions(tmp_path), allow_private=True, pauses=(0, 0, 0))
    assert again.round() == 0  # after a restart, the tries are counted on
    assert kept.all()[0].unsent[0].tries == 2
    assert again.round() is None
    assert (kept.all()[0].unsent, kept.all()[0].webhook_failure) == ((), None)
    assert len({json.loads(receiver.next()[1])["id"] for _ in range(3)}) == 1
    assert receiver.got.empty()


def test_tries_have_an_end(tmp_path: Path, receiver: Receiver) -> None:
    receiver.replies = [503]
    kept = waiting(tmp_path, receiver.url)
    webhooks = Webhooks(kept, allow_private=True, pauses=(0,))
    assert [webhooks.round(), webhooks.round(), webhooks.round()] == [0, None, None]
    assert receiver.got.qsize() == 2
    assert "given up after 2 tries: the address answers 503" in str(kept.all()[0].webhook_failure)


def test_a_pause_is_kept(tmp_path: Path, receiver: Receiver) -> None:
    receiver.replies = [503]
    webhooks = Webhooks(waiting(tmp_path, receiver.url), allow_private=True, pauses=(3600, 3600))
    for _ in range(3):
        wait = webhooks.round()
        assert wait is not None
        assert 3500 < wait <= 3600
    assert receiver.got.qsize() == 1


def test_a_redirect_is_not_followed(tmp_path: Path, receiver: Receiver) -> None:
    receiver.replies = [receiver.url + "/elsewhere"]
    kept = waiting(tmp_path, receiver.url)
    Webhooks(kept, allow_private=True, pauses=()).round()
    assert "leads on to another address" in str(kept.all()[0].webhook_failure)
    assert receiver.got.qsize() == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433"])
def test_nothing_is_sent_into_the_own_net(tmp_path: Path, receiver: Receiver, host: str) -> None:
    kept = waiting(tmp_path, receiver.url.replace("127.0.0.1", host))
    Webhooks(kept, pauses=()).round()
    assert re.search("not of the public net|is not found", str(kept.all()[0].webhook_failure))
    assert receiver.got.empty()


def test_a_name_is_sent_to_where_it_led_when_it_was_checked(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, answers = socket.getaddrinfo, ["127.0.0.1", "10.0.0.7"]

    def look(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host != "rebind.example":
            return real(host, port, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")
    kept = waiting(tmp_path, receiver.url.replace("127.0.0.1", "rebind.example"))
    Webhooks(kept, pauses=()).round()
    assert receiver.next()[0]["host"].startswith("rebind.example:")
    assert answers == ["10.0.0.7"]


def test_a_receiver_has_so_much_time(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SENDING", 0.5)
    receiver.go.clear()
    kept = waiting(tmp_path, receiver.url)
    Webhooks(kept, allow_private=True, pauses=()).round()
    assert "does not answer within 0.5 s" in str(kept.all()[0].webhook_failure)
