"""Bodies that are wrong in very many places: few of the faults are told, for each costs time on the event loop."""

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from qa.endpoint.article_schemas import ArticlesWrite, ArticleWrite
from qa.endpoint.openai_api import ChatRequest
from qa.endpoint.schemas import (
    MOST_FAULTS,
    AnswerRequest,
    BatchRequest,
    CheckRequest,
    ExportRequest,
    SearchRequest,
)
from qa.exporting import LONGEST, MOST, fits
from qa.records import Answer, Citation, Claim

MANY = 3_000
NAMES = {f"k{number}": 1 for number in range(MANY)}
WRONG: dict[str, Any] = {
    "names": NAMES,
    "numbers": [1] * MANY,
    "objects": [{}] * MANY,
    "lists": [["x"] * MANY] * 3,
    "objects with names": [NAMES] * 3,
    "claims": [{"claims": [{}] * MANY}],
    "citations of a claim": [{"claims": [{"citations": ["x"] * MANY}]}],
    "filters": [{"filters": {"sources": [1] * MANY}}],
    "times": [{"timings_ms": dict.fromkeys(NAMES, "x")}],
    "parts": [{"role": "user", "content": [{}] * MANY}],
}
BODIES = (AnswerRequest, SearchRequest, BatchRequest, CheckRequest, ExportRequest, ArticleWrite)


@pytest.mark.parametrize("body", [*BODIES, ArticlesWrite, ChatRequest])
def test_few_faults_of_a_body_are_told(body: type[BaseModel]) -> None:
    given = [NAMES, *({name: wrong} for name in body.model_fields for wrong in WRONG.values())]
    assert max(faults(body, one) for one in given) <= MOST_FAULTS


def faults(body: type[BaseModel], given: Any) -> int:
    try:
        body.model_validate(given)
    except ValidationError as error:
        return error.error_count()
    return 0


def test_a_reply_says_so(client: Any) -> None:
    reply = client.post("/v1/answer", json=NAMES)
    assert reply.status_code == 422
    assert reply.json()["error"]["code"] == "many_faults"
    one = client.post("/v1/answer", json={"question": "Who?", "k1": 1}).json()["error"]
    assert (one["code"], one["field"]) == ("unknown_field", "k1")


def test_no_number_that_json_lacks_comes_in_or_out(client: Any) -> None:
    body = '{"format": "json", "answers": [{"id": "a", "question": "q", "standalone_question": "q",'
    body += ' "status": "answered", "probability": %s, "answer": "x"}]}'
    kind = {"content-type": "application/json"}
    for odd in ("NaN", "Infinity", "-Infinity", "1e999"):
        assert client.post("/v1/export", content=body % odd, headers=kind).status_code == 422
    assert client.post("/v1/export", content=body % "0.5", headers=kind).status_code == 200


def test_too_much_for_one_file_is_refused(client: Any) -> None:
    cited = Citation(1, "a", "T", "S", None, None, 0, 1, "x", "/a/a", "/a/a")
    claim = Claim("x", 0, 1, "supported", 0.9, None, (1,))
    few = Answer("a", "q", "q", "answered", 0.9, "x [1]", citations=(cited,), claims=(claim,))
    assert fits([few])
    for more in (
        {"citations": [cited] * (MOST + 1)},
        {"claims": [claim] * (MOST + 1)},
        {"answer": "[" * (MOST + 1)},
        {"answer": "x" * (LONGEST + 1)},
        {"question": "x" * (LONGEST + 1)},
    ):
        body = {"format": "markdown", "answers": [few.to_dict() | more]}
        plain = TypeAdapter(Any).dump_python(body, mode="json")
        reply = client.post("/v1/export", json=plain)
        assert reply.status_code == 422
        assert reply.json()["error"]["code"] == "too_much"
