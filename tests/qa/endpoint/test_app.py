"""The routes of the endpoint: answers, streams, errors, health, and the schema that scripts rely
on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from qa.endpoint.example import EXAMPLE
from qa.endpoint.schemas import ANSWER, MAX_QUESTION
from qa.records import Turn

SCHEMA = Path(__file__).with_name("openapi.json")


def events(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [
        (block[0].removeprefix("event: "), json.loads(block[1].removeprefix("data: ")))
        for block in blocks
    ]


def ask(client: TestClient, **body: Any) -> Any:
    return client.post("/v1/answer", json={"question": "Who leads the Russian side?"} | body)


def test_the_record_comes_back_field_by_field(client: TestClient, hand_made: Any) -> None:
    answer = ask(client)
    assert answer.status_code == 200
    record = answer.json()
    assert set(record) == set(EXAMPLE)
    assert record == json.loads(ANSWER.dump_json(hand_made.answered("Who leads the Russian side?")))
    for citation in record["citations"]:
        article = client.get(f"/v1/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["text"]


def test_history_and_filters_reach_the_pipeline(client: TestClient, hand_made: Any) -> None:
    said = [
        {"role": "user", "content": "Who talks?"},
        {"role": "assistant", "content": "Two sides. [1]"},
    ]
    days = {"published_after": "2025-10-01", "published_before": "2025-10-31"}
    assert ask(client, history=said, top_k=3, sources=["Gazette"], **days).status_code == 200
    question, history, filters, top_k = hand_made.asked[-1]
    assert (question, top_k) == ("Who leads the Russian side?", 3)
    assert history == (Turn("user", "Who talks?"), Turn("assistant", "Two sides. [1]"))
    assert (filters.published_after, filters.published_before, filters.sources) == (
        *days.values(),
        ("Gazette",),
    )


def test_a_question_is_one_clean_line(client: TestClient, hand_made: Any) -> None:
    assert ask(client, question=" Who\x00 leads?\r\n").status_code == 200
    assert hand_made.asked[-1][0] == "Who  leads?"


@pytest.mark.parametrize(
    ("body", "expected", "field"),
    [
        ('{"question": ""}', (422, "empty_question"), "question"),
        ('{"question": " ?! "}', (422, "empty_question"), "question"),
        (
            json.dumps({"question": "a" * (MAX_QUESTION + 1)}),
            (422, "question_too_long"),
            "question",
        ),
        ('{"question": "Who?", "qestion": 1}', (422, "unknown_field"), "qestion"),
        (
            '{"question": "Who?", "history": [{"role": "system", "content": ""}]}',
            (422, "bad_value"),
            "history.0.role",
        ),
        (
            '{"question": "Who?", "history": [{"role": "user", "content": "", "x": 1}]}',
            (422, "unknown_field"),
            "history.0.x",
        ),
        ('{"top_k": 3}', (422, "missing_field"), "question"),
        ('{"question": 5}', (422, "bad_value"), "question"),
        ('{"question": "Who?", "top_k": 0}', (422, "bad_value"), "top_k"),
        ('{"question": "Who?", "top_k": "3"}', (422, "bad_value"), "top_k"),
        ('{"question": "Who?", "top_k": NaN}', (422, "bad_value"), "top_k"),
        (
            '{"question": "Who?", "published_after": "yesterday"}',
            (422, "bad_date"),
            "published_after",
        ),
        (
            '{"question": "Who?", "published_after": "20251017"}',
            (422, "bad_date"),
            "published_after",
        ),
        (
            '{"question": "Who?", "published_before": "2025-02-30"}',
            (422, "bad_date"),
            "published_before",
        ),
        ('{"question": "Who?", "published_before": 1}', (422, "bad_value"), "published_before"),
        (
            '{"question": "Who?", "published_after": "2025-10-02", "published_before": "2025-10-01"}',
            (422, "bad_dates"),
            None,
        ),
        ('{"question": "Who \\ud800?"}', (422, "bad_text"), "question"),
        ('{"question": "Who?"', (400, "bad_json"), None),
        ("", (422, "missing_field"), None),
        ("[]", (422, "bad_value"), None),
    ],
)
def test_what_is_wrong_with_a_question_has_a_code(
    client: TestClient, hand_made: Any, body: str, expected: tuple[int, str], field: str | None
) -> None:
    answer = client.post("/v1/answer", content=body, headers={"content-type": "application/json"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == expected
    assert error.get("field") == field
    assert error["message"]
    assert not hand_made.asked


def test_only_json_is_read(client: TestClient) -> None:
    answer = client.post(
        "/v1/answer", content='{"question": "Who?"}', headers={"content-type": "text/plain"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_value")


@pytest.mark.parametrize("mounted", [False, True])
def test_paths_and_methods_that_do_not_exist(client: TestClient, mounted: bool) -> None:
    if mounted:
        assert isinstance(client.app, FastAPI)
        client.app.mount("/", FastAPI())
    for path in ("/v1/nothing", "/health/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    for method, path, allowed in (
        ("GET", "/v1/answer", "POST"),
        ("POST", "/health", "GET"),
        ("TRACE", "/v1/search", "POST"),
        ("PATCH", "/v1/articles", "GET, POST"),
    ):
        answer = client.request(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "wrong_method")
        assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_not_be_too_large(serve: Callable[..., TestClient], chunked: bool) -> None:
    body = b'{"question": "' + b"a" * 2000 + b'"}'
    content: Any = iter([body[:700], body[700:]]) if chunked else body
    answer = serve(max_body=1000).post(
        "/v1/answer", content=content, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert "1000 bytes" in answer.json()["error"]["message"]


def test_a_body_may_not_hold_millions_of_lists(serve: Callable[..., TestClient]) -> None:
    """Nobody would be served while Python makes them."""
    client = serve()
    json = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    for piece in (b"[],", b"{},", b"["):
        body = b'{"question": "Who leads?", "history": [' + piece * 300_000
        for path in ("/v1/answer", "/v1/search", "/v1/chat/completions", "/mcp"):
            answer = client.post(path, content=iter([body[:700], body[700:]]), headers=json)
            assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large"), path
    answer = client.post("/v1/answer", content=b'{"question": ' + b"[" * 200_000, headers=json)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "refused")


@pytest.mark.parametrize("by_header", [False, True])
def test_a_stream_ends_in_the_same_record(client: TestClient, by_header: bool) -> None:
    body = {"question": "Who leads?"} | ({} if by_header else {"stream": True})
    headers = {"accept": "text/event-stream"} if by_header else {}
    answer = client.post("/v1/answer", json=body, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    got = events(answer.text)
    assert [kind for kind, _ in got] == ["evidence", "claim", "claim", "done"]
    plain = ask(client, question="Who leads?").json()
    assert got[-1][1] == plain
    assert got[0][1] == {"evidence": plain["evidence"]}
    assert [data["claim"] for _, data in got[1:3]] == plain["claims"]
    assert [data["citations"] for _, data in got[1:3]] == [[one] for one in plain["citations"]]


def test_a_break_in_a_stream_is_its_last_event(client: TestClient) -> None:
    got = events(ask(client, question="break the stream", stream=True).text)
    assert [kind for kind, _ in got] == ["evidence", "error"]
    assert got[-1][1]["error"]["code"] == "internal"
    assert "break the stream" not in json.dumps(got[-1][1])


def test_a_break_is_a_plain_500_without_details(client: TestClient) -> None:
    answer = ask(client, question="break it")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert answer.headers["x-request-id"] in answer.json()["error"]["message"]
    assert "break it" not in answer.text


def test_search_gives_the_evidence_alone(client: TestClient, hand_made: Any) -> None:
    answer = client.post("/v1/search", json={"question": "Who leads?", "top_k": 2})
    assert answer.json()["evidence"][0]["article_id"] == "talks/one.md"
    assert hand_made.asked[-1][3] == 2
    wrong = client.post("/v1/search", json={"question": "Who leads?", "history": []})
    assert wrong.json()["error"]["code"] == "unknown_field"


def test_health_says_live_and_ready(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "ok", "run": client.app.state.run}  # type: ignore[attr-defined]
    assert client.head("/health/live").status_code == 200
    for path in ("/health", "/health/ready"):
        state = client.get(path).json()
        assert (state["status"], state["articles"], state["writer"]) == ("ok", 1, "quote")


def test_an_index_that_does_not_open_is_not_ready(
    client: TestClient, hand_made: Any, monkeypatch: Any
) -> None:
    def gone(*_: object) -> int:
        raise OSError("no such file")

    monkeypatch.setattr(hand_made.index, "count", gone)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unready")
    assert client.get("/health/live").status_code == 200


def test_the_example_in_the_schema_keeps_the_invariants() -> None:
    ANSWER.validate_python(EXAMPLE)
    for claim in EXAMPLE["claims"]:
        assert EXAMPLE["answer"][claim["start"] : claim["end"]] == claim["text"]
    for citation in EXAMPLE["citations"]:
        assert citation["end"] - citation["start"] == len(citation["text"])
        short = EXAMPLE["short_answer"]
        at = short["start"] - citation["start"]
        assert citation["text"][at : at + len(short["text"])] == short["text"]


def test_the_schema_changes_only_on_purpose(client: TestClient) -> None:
    """Renew it with: curl -s http://127.0.0.1:7860/openapi.json | python -m json.tool >
    tests/qa/endpoint/openapi.json"""
    assert client.get("/openapi.json").json() == json.loads(SCHEMA.read_text())
