"""Many questions in one request: in order, each by itself, within bounds."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from qa.endpoint.problems import problem
from qa.endpoint.schemas import MAX_BATCH


def ask(client: TestClient, *questions: str, **more: Any) -> Any:
    return client.post("/v1/batch", json={"questions": questions, **more})


def test_the_answers_come_in_order(client: TestClient, hand_made: Any) -> None:
    lines = ask(client, "Who leads?", "unknown?", "Who leads?", sources=["Gazette"]).json()
    told = [(line["question"], line["answer"]["status"]) for line in lines["answers"]]
    assert told == [
        ("Who leads?", "answered"),
        ("unknown?", "no_answer"),
        ("Who leads?", "answered"),
    ]
    assert hand_made.asked[-1][2].sources == ("Gazette",)


def test_one_that_fails_keeps_no_other_out(
    client: TestClient, hand_made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = hand_made.stream

    def failing(question: str, *rest: Any, **more: Any) -> Any:
        if "late" in question:
            raise problem(504, "deadline", "too late")
        return stream(question, *rest, **more)

    monkeypatch.setattr(hand_made, "stream", failing)
    lines = ask(client, "Who leads?", "late", "Who leads?").json()["answers"]
    assert [line["answer"] is None for line in lines] == [False, True, False]
    assert lines[1]["error"]["code"] == "deadline"


def test_what_finds_no_time_is_said(serve: Callable[..., TestClient], monkeypatch: Any) -> None:
    clock = iter([0.0, 0.0, 200.0])
    client = serve(deadline=120.0)
    monkeypatch.setattr("qa.endpoint.batch.monotonic", lambda: next(clock))
    lines = ask(client, "Who leads?", "Who leads?").json()["answers"]
    assert [line["error"] and line["error"]["code"] for line in lines] == [None, "deadline"]


@pytest.mark.parametrize("questions", [[], [""], ["Who?"] * (MAX_BATCH + 1), "Who?"])
def test_it_is_bounded(client: TestClient, questions: Any) -> None:
    reply = client.post("/v1/batch", json={"questions": questions})
    assert reply.status_code == 422
