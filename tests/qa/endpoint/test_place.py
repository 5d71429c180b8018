"""A slash at the end, and prefixes that are none."""

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from qa.endpoint.place import bare, first, prefix


def test_a_slash_at_the_end_changes_nothing(client: TestClient) -> None:
    asked = {"model": "footnote", "messages": [{"role": "user", "content": "Who leads?"}]}
    assert client.post("/v1/chat/completions/", json=asked).status_code == 200
    assert client.post("/v1/answer/", json={"question": "Who leads?"}).status_code == 200
    assert client.get("/v1/articles/").json()["total"] == 1
    assert client.get("/health/").status_code == 200
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"accept": "application/json, text/event-stream"}
    replies = [client.post(path, json=call, headers=headers) for path in ("/mcp", "/mcp/")]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json() == replies[1].json()


def test_an_article_may_have_an_id_that_ends_in_a_slash(client: TestClient) -> None:
    text = {"text": "The tides were high."}
    assert client.put("/v1/articles/https://example.org/", json=text).status_code == 201
    assert client.get("/v1/articles/https://example.org/").json()["id"] == "https://example.org/"


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("/foot/v1/answer", "/foot", "/v1/answer"),
        ("/v1/answer", "/foot", "/v1/answer"),
        ("/foot", "/foot", "/"),
        ("/football", "/foot", "/football"),
        ("/foot/", "/foot", "/"),
        ("/", "", "/"),
    ],
)
def test_a_path_below_its_root(path: str, root: str, below: str) -> None:
    assert bare(path, root) == below


@pytest.mark.parametrize("told", ["", "/", "foot", "//evil.example", "/a b", '/"x', "/a?b", "/ü"])
def test_what_is_no_path_is_not_believed(told: str) -> None:
    assert prefix(Headers({"x-forwarded-prefix": told.encode("latin-1").decode("latin-1")})) == ""
    assert first("a, b") == "a"
