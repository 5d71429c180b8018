"""Collections over HTTP, and keys that are bound to some: what they see, answer from and may
change."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from qa.endpoint.app import create_app
from qa.endpoint.keys import Keys
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales
from qa.settings import Settings, SettingsError

BASE = "http://127.0.0.1:7860"
NEAR = ("127.0.0.1", 50_000)
ARTICLES = {
    "war": "The general Ilya Maretz crossed the river Osk on Monday with 40 tanks.",
    "sport": "The swimmer Ana Dovel won the cup of Varn on Sunday in 52 seconds.",
    "both": "The stadium of Varn was closed on Tuesday after the river Osk had flooded it.",
}
PLACES = {"war": ["war"], "sport": ["sport"], "both": ["war", "sport"]}


@pytest.fixture
def index(tmp_path: Any, embedder: MiniLMEmbedding) -> Iterator[Index]:
    with Index.open(tmp_path / "data", embedder) as index:
        index.ingest(
            make_article(text, id=id, title=id, collections=PLACES[id])
            for id, text in ARTICLES.items()
        )
        yield index


@pytest.fixture
def client(index: Index, reader: Reader, tmp_path: Any) -> Iterator[TestClient]:
    app = create_app(Pipeline(index, reader, Scales.load()), Settings(data=tmp_path))
    with TestClient(app, base_url=BASE, client=NEAR) as client:
        yield client


@pytest.fixture
def bound(client: TestClient, tmp_path: Any) -> TestClient:
    key = Keys(tmp_path).add("desk", write=True, collections=["war"])
    client.headers["authorization"] = f"Bearer {key}"
    return client


def ids(client: TestClient, query: str = "") -> set[str]:
    return {row["id"] for row in client.get(f"/v1/articles?{query}").json()["articles"]}


def test_without_a_key_everything_is_filtered_as_asked(client: TestClient) -> None:
    assert ids(client) == {"war", "sport", "both"}
    assert ids(client, "collection=war") == {"war", "both"}
    assert ids(client, "collection=war&collection=none") == {"war", "both"}
    assert ids(client, "collection=none") == set()
    held = client.get("/v1/collections").json()["collections"]
    assert held == [{"name": "sport", "articles": 2}, {"name": "war", "articles": 2}]
    asked = {"question": "Who won the cup of Varn?", "collections": ["war"]}
    found = client.post("/v1/search", json=asked).json()["evidence"]
    assert {one["article_id"] for one in found} == {"war", "both"}
    assert client.get("/v1/articles/both").json()["collections"] == ["sport", "war"]


def test_a_bound_key_sees_its_own_only(bound: TestClient) -> None:
    assert ids(bound) == {"war", "both"}
    assert bound.get("/v1/articles").json()["total"] == 2
    assert bound.get("/health").json()["articles"] == 2
    assert bound.get("/v1/articles/sport").status_code == 404
    assert bound.get("/v1/articles/war").status_code == 200
    names = [row["name"] for row in bound.get("/v1/collections").json()["collections"]]
    assert names == ["war"]


@pytest.mark.parametrize("collections", [[], ["sport"]])
def test_a_bound_key_is_answered_from_its_own_only(
    bound: TestClient, collections: list[str]
) -> None:
    asked = {"question": "Who won the cup of Varn?", "collections": collections}
    for path in ("/v1/answer", "/v1/search"):
        told = bound.post(path, json=asked).json()
        assert "Dovel" not in str(told), path
        assert {one["article_id"] for one in told["evidence"]} <= {"war", "both"}
    chat = {"model": "footnote", "messages": [{"role": "user", "content": asked["question"]}]}
    assert "Dovel" not in bound.post("/v1/chat/completions", json=chat).text
    assert "Dovel" not in bound.post("/v1/chat/completions", json=chat | {"stream": True}).text
    assert "Dovel" not in bound.post("/v1/answer", json=asked | {"stream": True}).text


@pytest.mark.parametrize("name", ["sport", "none"])
def test_a_collection_of_others_is_as_one_that_is_not_there(bound: TestClient, name: str) -> None:
    assert ids(bound, f"collection={name}") == set()
    assert ids(bound, f"collection={name}&collection=war") == {"war", "both"}
    listed = bound.get(f"/v1/articles?collection={name}").json()
    assert (listed["total"], listed["next"]) == (0, None)
    limits = {"collections": [name]}
    asked = {"question": "Why was the stadium of Varn closed?"} | limits
    assert bound.post("/v1/search", json=asked).json() == {"evidence": []}
    for question in (asked["question"], "How many articles mention Varn?", "What is new?"):
        told = bound.post("/v1/answer", json=asked | {"question": question}).json()
        assert "both" not in str(told), question
        assert "stadium was" not in str(told), question
    batch = {"questions": [asked["question"]]} | limits
    assert "flooded" not in bound.post("/v1/batch", json=batch).text
    check = {"text": ARTICLES["both"]} | limits
    [checked] = bound.post("/v1/check", json=check).json()["sentences"]
    assert (checked["finding"], checked["sources"]) == ("not_found", [])
    for one in ("search", "ask"):
        assert "flooded" not in tool(bound, one, asked)


def tool(client: TestClient, name: str, arguments: dict[str, Any]) -> str:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    body |= {"params": {"name": name, "arguments": arguments}}
    kinds = {"accept": "application/json, text/event-stream"}
    reply = client.post("/mcp", json=body, headers=kinds)
    assert reply.status_code == 200, reply.text
    return reply.text


def test_assistants_are_bound_as_the_key_is(bound: TestClient) -> None:
    asked = {"question": "Who won the cup of Varn?"}
    assert "Dovel" not in tool(bound, "ask", asked)
    assert "Osk" in tool(bound, "search", asked)
    assert "Dovel" not in tool(bound, "search", asked)
    assert "there is no article" in tool(bound, "read_article", {"article_id": "sport"})
    assert "Maretz" in tool(bound, "read_article", {"article_id": "war"})


def test_assistants_may_filter(client: TestClient) -> None:
    asked = {"question": "Who won the cup of Varn?", "collections": ["war"]}
    assert "Dovel" not in tool(client, "search", asked)
    assert "Dovel" in tool(client, "search", asked | {"collections": ["sport"]})


def put(client: TestClient, id: str, **body: Any) -> Any:
    return client.put(f"/v1/articles/{id}", json={"text": "Some new words.", **body})


def test_a_bound_key_writes_into_its_own_only(bound: TestClient, index: Index) -> None:
    def held(id: str) -> Any:
        article = index.article(id)
        return article and article.collections

    assert put(bound, "new").status_code == 201
    assert held("new") == ("war",)
    assert put(bound, "new", collections=["war"], title="Again").status_code == 200
    before = {id: index.article(id) for id in ARTICLES}
    for id, body in (
        ("other", {"collections": ["sport"]}),
        ("other", {"collections": ["war", "sport"]}),
        ("other", {"collections": []}),
        ("new", {"collections": []}),
        ("sport", {}),
        ("sport", {"collections": ["war"]}),
        ("both", {}),
        ("both", {"collections": ["war"]}),
    ):
        reply = put(bound, id, **body)
        assert reply.status_code == 403, (id, body)
        assert reply.json()["error"]["code"] in ("foreign_collection", "foreign_article")
        batch = {"articles": [{"text": "Words.", "id": id, **body}]}
        assert bound.post("/v1/articles", json=batch).status_code == 403
    assert {id: index.article(id) for id in ARTICLES} == before
    assert held("new") == ("war",)
    assert held("other") is None


def test_what_was_written_names_no_article_of_others(bound: TestClient, index: Index) -> None:
    index.ingest([make_article("Other words here.", id="Twin", collections=["sport"])])
    own = "The referee blew his whistle late on Friday evening in the empty hall of Varn."
    index.ingest([make_article(own, id="own", collections=["war"])])
    told = bound.put("/v1/articles/copy", json={"text": ARTICLES["sport"]}).json()
    assert (told["same"], told["near"]) == ([], [])
    assert (
        bound.put("/v1/articles/twin", json={"text": "More words here."}).json()["warnings"] == []
    )
    assert bound.put("/v1/articles/again", json={"text": own}).json()["same"] == [["again", "own"]]
    told = bound.put("/v1/articles/Own", json={"text": "Quite other words."}).json()
    assert "own" in told["warnings"][0]


def test_a_tag_is_not_tried_on_an_article_of_others(bound: TestClient, index: Index) -> None:
    sport = index.article("sport")
    assert sport is not None
    for tag in (sport.hash, "another"):
        headers = {"if-match": f'"{tag}"'}
        reply = bound.put("/v1/articles/sport", json={"text": "Words."}, headers=headers)
        assert reply.json()["error"]["code"] == "foreign_article"


def test_an_article_names_no_collection_of_others(bound: TestClient) -> None:
    assert bound.get("/v1/articles/both").json()["collections"] == ["war"]
    rows = {row["id"]: row["collections"] for row in bound.get("/v1/articles").json()["articles"]}
    assert rows == {"war": ["war"], "both": ["war"]}
    assert "sport" not in tool(bound, "read_article", {"article_id": "both"})


def test_the_metrics_count_what_a_key_sees(bound: TestClient, tmp_path: Any) -> None:
    assert "footnote_articles 2.0" in bound.get("/metrics").text
    key = Keys(tmp_path).add("boss")
    whole = bound.get("/metrics", headers={"authorization": f"Bearer {key}"}).text
    assert "footnote_articles 3.0" in whole


def test_a_bound_key_removes_its_own_only(bound: TestClient, index: Index) -> None:
    assert bound.delete("/v1/articles/sport").status_code == 404
    assert bound.delete("/v1/articles/both").status_code == 403
    assert bound.delete("/v1/collections/sport").status_code == 404
    assert bound.delete("/v1/articles/war").status_code == 204
    assert {one.id for one in index.articles()} == {"sport", "both"}
    assert bound.delete("/v1/collections/war").json() == {"removed": [], "kept": ["both"]}


def test_a_written_articles_tag_is_of_what_is_stored(client: TestClient) -> None:
    tag = put(client, "war").headers["etag"]
    assert client.get("/v1/articles/war").headers["etag"] == tag
    assert client.get("/v1/articles/war").json()["collections"] == ["war"]


def test_a_key_that_reads_takes_no_collection_away(client: TestClient, tmp_path: Any) -> None:
    key = Keys(tmp_path).add("reader")
    reply = client.delete("/v1/collections/war", headers={"authorization": f"Bearer {key}"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "read_only")


@pytest.mark.parametrize("odd", ['"war"', "[1]", '[""]', "null", '{"war": 1}'])
def test_a_key_with_odd_collections_opens_nothing(tmp_path: Any, odd: str) -> None:
    Keys(tmp_path).add("desk")
    file = tmp_path / "keys.json"
    file.write_text(file.read_text().replace('"collections": []', f'"collections": {odd}'))
    with pytest.raises(SettingsError, match="collections"):
        Keys(tmp_path).all()


def test_a_key_of_before_is_bound_to_nothing(tmp_path: Any) -> None:
    row = '[{"name": "desk", "write": true, "created": "2025", "sha256": "00"}]'
    (tmp_path / "keys.json").write_text(row)
    assert Keys(tmp_path).all()[0].collections == ()
