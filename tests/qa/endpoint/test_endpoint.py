"""The endpoint over the real pipeline and the seeds: the same answer in every shape, and writes
that can be asked about."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.embedder import MiniLMEmbedding
from index.index import Index
from qa.endpoint.app import create_app
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales
from qa.settings import Settings

ROOT = Path(__file__).parents[3]
OPTIONAL = ("id", "timings_ms")  # differ from one answer to the next
QUESTIONS = [
    "Where do Trump and Putin plan to get together next?",
    "Who won the chess final in Oslo?",
    "Hello!",
]

HERE: Any = {"base_url": "http://127.0.0.1:7860", "client": ("127.0.0.1", 1)}


@pytest.fixture
def real(pipeline: Pipeline, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(pipeline, Settings(data=tmp_path)), **HERE) as client:
        yield client


def record(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in OPTIONAL}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_shape_says_the_same(real: TestClient, question: str) -> None:
    plain = real.post("/v1/answer", json={"question": question}).json()
    blocks = (
        real.post("/v1/answer", json={"question": question, "stream": True})
        .text.strip()
        .split("\n\n")
    )
    assert blocks[0].startswith("event: evidence\n")
    assert blocks[-1].startswith("event: done\n")
    assert record(json.loads(blocks[-1].split("data: ")[1])) == record(plain)
    body = {"model": "footnote", "messages": [{"role": "user", "content": question}]}
    chat = real.post("/v1/chat/completions", json=body).json()
    assert chat["choices"][0]["message"]["content"] == plain["answer"]
    assert record(chat["footnote"]) == record(plain)
    streamed = (
        real.post("/v1/chat/completions", json=body | {"stream": True}).text.strip().split("\n\n")
    )
    assert streamed[-1] == "data: [DONE]"
    deltas = [json.loads(block[6:])["choices"][0]["delta"] for block in streamed[:-1]]
    content = "".join(delta.get("content", "") for delta in deltas)
    assert content.split() == plain["answer"].split()
    assert len(content) == len(plain["answer"])
    for place in deltas[-1]["annotations"]:
        at = place["url_citation"]
        assert content[at["start_index"] : at["end_index"]] in [
            claim["text"] for claim in plain["claims"]
        ]


def test_citations_slice_back_out_of_their_articles(real: TestClient) -> None:
    answer = real.post("/v1/answer", json={"question": QUESTIONS[0]}).json()
    assert answer["status"] == "answered"
    assert answer["citations"]
    for citation in answer["citations"]:
        article = real.get(f"/v1/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["text"]
        assert (citation["start"], citation["end"]) in [
            (s["start"], s["end"]) for s in article["sentences"]
        ]
    assert real.post("/v1/answer", json={"question": QUESTIONS[1]}).json()["status"] == "no_answer"
    assert real.post("/v1/search", json={"question": QUESTIONS[0], "top_k": 3}).json()["evidence"]


def test_what_is_written_can_be_asked_about(
    embedder: MiniLMEmbedding, reader: Reader, tmp_path: Path
) -> None:
    text = (
        "The Zubrowka bridge was opened on Monday by the mayor, Greta Holm. It is 300 metres long."
    )
    with Index.open(tmp_path / "data", embedder) as index:
        app = create_app(Pipeline(index, reader, Scales.load()), Settings(data=tmp_path))
        with TestClient(app, **HERE) as client:
            assert (
                client.put(
                    "/v1/articles/a%2Fbridge", json={"text": text, "published": "2025-10-20"}
                ).status_code
                == 201
            )
            again = client.put(
                "/v1/articles/a%2Fbridge", json={"text": text, "published": "2025-10-20"}
            )
            assert (again.status_code, again.json()["unchanged"]) == (200, 1)
            assert again.headers["etag"] == client.get("/v1/articles/a/bridge").headers["etag"]
            answer = client.post(
                "/v1/answer", json={"question": "Who opened the Zubrowka bridge?"}
            ).json()
            assert "Greta Holm" in answer["answer"]
            assert answer["citations"][0]["article_id"] == "a/bridge"
            old = {"question": "Who opened the Zubrowka bridge?", "published_before": "2025-10-19"}
            assert client.post("/v1/answer", json=old).json()["status"] == "no_answer"
            assert client.delete("/v1/articles/a%2Fbridge").status_code == 204
            assert client.post("/v1/answer", json=old).json()["status"] == "no_answer"
            empty = client.put(
                "/v1/articles/empty", json={"text": "x", "url": "https://a.example/ b"}
            )
            assert empty.status_code == 422
