"""What the service tells about itself: ids, log lines without question text, figures for
Prometheus."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from qa.endpoint.keys import Keys
from qa.endpoint.observe import LOG, JsonLines, Observer
from qa.records import Tokens
from qa.settings import Settings

SECRET = "Who paid the Zubrowka bribe?"


@pytest.fixture
def lines() -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """A function that starts to collect log lines and returns the list they come in."""
    streams: list[logging.Handler] = []

    def collect(*, questions: bool = False) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(JsonLines(questions=questions))

        class Kept(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                kept.append(json.loads(handler.format(record)))

        streams.append(Kept())
        LOG.addHandler(streams[-1])
        LOG.setLevel(logging.INFO)
        return kept

    yield collect
    for handler in streams:
        LOG.removeHandler(handler)
    LOG.setLevel(logging.NOTSET)


def figures(client: TestClient) -> dict[tuple[str, tuple[str, ...]], float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {
        (s.name, tuple(v for k, v in s.labels.items() if k != "le")): s.value
        for f in families
        for s in f.samples
    }


def test_every_response_has_an_id(client: TestClient) -> None:
    first, second = (client.get("/health/live").headers["x-request-id"] for _ in range(2))
    assert first != second
    assert (
        client.get("/health/live", headers={"x-request-id": "desk-1.a"}).headers["x-request-id"]
        == "desk-1.a"
    )
    for bad in ("a b", "x" * 65, "é", ""):
        given = client.get("/health/live", headers={"x-request-id": bad.encode("latin-1")}).headers[
            "x-request-id"
        ]
        assert given != bad


def test_an_answer_is_one_line_without_its_question(client: TestClient, lines: Any) -> None:
    kept = lines()
    client.post("/v1/answer", json={"question": SECRET}, headers={"x-request-id": "r1"})
    answer, request = kept
    assert (answer["event"], answer["status"], answer["claims"], answer["request_id"]) == (
        "answer",
        "answered",
        2,
        "r1",
    )
    assert answer["timings_ms"] == {"retrieve": 1.5}
    assert (request["event"], request["method"], request["route"]) == (
        "request",
        "POST",
        "/v1/answer",
    )
    assert (request["status"], request["request_id"]) == (200, "r1")
    assert "Zubrowka" not in json.dumps(kept)


def test_a_crash_is_logged_with_its_place_but_not_its_words(
    serve: Callable[..., TestClient], lines: Any
) -> None:
    kept = lines()
    for body in ({}, {"stream": True}):
        serve().post("/v1/answer", json={"question": "break Zubrowka"} | body)
    crashes = [line for line in kept if line["event"] == "failed"]
    assert [line["error"] for line in crashes] == ["RuntimeError", "RuntimeError"]
    assert all("conftest.py" in line["at"][-1] for line in crashes)
    assert "Zubrowka" not in json.dumps(kept)


def test_questions_are_logged_when_asked_for(serve: Callable[..., TestClient], lines: Any) -> None:
    kept = lines(questions=True)
    client = serve(log_questions=True)
    client.post("/v1/answer", json={"question": SECRET})
    client.post("/v1/answer", json={"question": "break Zubrowka"})
    assert kept[0]["question"] == SECRET
    assert any("Zubrowka" in line.get("message", "") for line in kept)


def test_the_log_names_the_key(
    serve: Callable[..., TestClient], settings: Settings, lines: Any
) -> None:
    key = Keys(settings.data).add("desk")
    kept = lines()
    serve().get("/v1/models", headers={"authorization": f"Bearer {key}"})
    assert kept[-1]["key"] == "desk"
    assert key not in json.dumps(kept)


def test_prometheus_gets_the_figures(client: TestClient) -> None:
    client.post("/v1/answer", json={"question": "Who leads?"})
    client.post("/v1/answer", json={"question": "unknown", "stream": True})
    client.post("/v1/answer", json={"question": ""})
    found = figures(client)
    assert found["footnote_answers_total", ("answered", "quote")] == 1
    assert found["footnote_answers_total", ("no_answer", "quote")] == 1
    assert found["footnote_claims_total", ("supported",)] == 2
    assert found["footnote_stage_seconds_sum", ("retrieve",)] == pytest.approx(0.0015)
    assert found["footnote_requests_total", ("POST", "/v1/answer", "200")] == 2
    assert found["footnote_requests_total", ("POST", "/v1/answer", "422")] == 1
    assert found["footnote_request_seconds_count", ("/v1/answer",)] == 3
    assert found["footnote_articles", ()] == 1
    assert found["footnote_pending", ("answers",)] == 0


def test_tokens_of_the_model_are_counted(hand_made: Any, settings: Settings, lines: Any) -> None:
    kept, observer = lines(), Observer(settings)
    for _ in range(2):
        observer.answered(
            replace(hand_made.answered("Who leads?"), writer="llm", tokens=Tokens(700, 30))
        )
    assert kept[0]["tokens"] == {"prompt": 700, "completion": 30}
    text = observer.metrics(1, {}).decode()
    assert 'footnote_tokens_total{kind="prompt"} 1400.0' in text
    assert 'footnote_tokens_total{kind="completion"} 60.0' in text


def test_labels_do_not_grow_with_what_is_asked_for(client: TestClient) -> None:
    for n in range(5):
        client.get(f"/nothing/{n}")
        client.get(f"/v1/articles/none{n}")
        client.request(f"VERB{n}", "/v1/answer")
    routes = {labels for name, labels in figures(client) if name == "footnote_requests_total"}
    assert len(routes) <= 4


def test_each_app_counts_for_itself(serve: Callable[..., TestClient]) -> None:
    first, second = serve(), serve()
    first.post("/v1/answer", json={"question": "Who leads?"})
    assert ("footnote_answers_total", ("answered", "quote")) in figures(first)
    assert ("footnote_answers_total", ("answered", "quote")) not in figures(second)
