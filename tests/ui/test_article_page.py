"""The page of one article: the sentence marked, nothing of the article run, a place that moved said."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from qa.endpoint.keys import Keys
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales
from qa.settings import Settings
from ui import serve

NAMES = ("https://example.org/1?a=b#c", "odd/<script>.md", "plain.md")
TEXT = "<script>alert(1)</script> is how it began.\n\nThe tides were “high” & wide. Then they fell."


@pytest.fixture
def client(tmp_path: Path, embedder: MiniLMEmbedding, reader: Reader) -> Iterator[TestClient]:
    with Index.open(tmp_path, embedder) as index:
        index.ingest(make_article(TEXT, title="<b>Tides</b>", id=name) for name in NAMES)
        app = serve.app(Pipeline(index, reader, Scales.load()), Settings(data=tmp_path))
        with TestClient(app, base_url="http://127.0.0.1:7860", client=("127.0.0.1", 5)) as made:
            yield made


def marked(page: str) -> list[str]:
    parts = page.split("<mark ")[1:]
    return [unescape(part.partition(">")[2].partition("</mark>")[0]) for part in parts]


def test_every_citation_leads_to_its_sentence(client: TestClient) -> None:
    record = client.post("/v1/answer", json={"question": "How were the tides?"}).json()
    assert record["citations"]
    for cited in record["citations"]:
        reply = client.get(cited["page"])
        assert reply.status_code == 200
        assert marked(reply.text) == [cited["text"]]
        assert "<script" not in reply.text
        assert "&lt;b&gt;Tides&lt;/b&gt;" in reply.text


@pytest.mark.parametrize("name", NAMES)
def test_each_name_has_its_page(client: TestClient, name: str) -> None:
    from qa.links import page_of

    start = TEXT.index("Then")
    reply = client.get(page_of(name, start, len(TEXT)))
    assert marked(reply.text) == ["Then they fell."]
    assert client.head(page_of(name, start, len(TEXT))).status_code == 200


@pytest.mark.parametrize("place", ["3-9", "9-3", "0-99999999", "-", "x", "1-2-3"])
def test_a_place_that_is_no_sentence_is_said_and_marks_nothing(
    client: TestClient, place: str
) -> None:
    reply = client.get(f"/a/plain.md?s={place}")
    assert reply.status_code == 200
    assert marked(reply.text) == []
    assert "has changed" in reply.text


def test_without_a_place_the_article_is_shown(client: TestClient) -> None:
    assert "has changed" not in client.get("/a/plain.md").text


def test_an_unknown_article_is_404_in_words(client: TestClient) -> None:
    reply = client.get("/a/none.md?s=1-2", headers={"accept-language": "de"})
    assert (reply.status_code, reply.headers["content-type"][:9]) == (404, "text/html")
    assert 'lang="de"' in reply.text


def test_the_page_needs_the_key_that_everything_needs(client: TestClient, tmp_path: Path) -> None:
    key = Keys(tmp_path).add("desk")
    assert client.get("/a/plain.md").status_code == 401
    assert client.get("/a/plain.md", headers={"authorization": f"Bearer {key}"}).is_success


def test_a_key_sees_the_pages_of_its_own_collections_only(
    client: TestClient, tmp_path: Path
) -> None:
    key = Keys(tmp_path).add("desk", collections=["war"])
    client.headers["authorization"] = f"Bearer {key}"
    assert client.get("/a/plain.md").status_code == 404
