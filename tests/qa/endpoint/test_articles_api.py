"""Articles over HTTP: pages, entity tags, and writes that may be sent twice."""

from typing import Any
from urllib.parse import quote, unquote

import pytest
from starlette.testclient import TestClient

TEXT = "A bridge opened in Győr on Monday. It is 300 metres long."


def write(
    client: TestClient, article_id: str, headers: dict[str, str] | None = None, **fields: Any
) -> Any:
    return client.put(
        f"/v1/articles/{quote(article_id, safe='')}",
        json={"text": TEXT} | fields,
        headers=headers or {},
    )


def test_lists_come_in_pages(client: TestClient) -> None:
    for number in range(5):
        assert write(client, f"page/{number}").status_code == 201
    address, ids, pages = "/v1/articles?limit=4", [], 0
    while address:
        page = client.get(address).json()
        ids += [article["id"] for article in page["articles"]]
        address, pages = page["next"], pages + 1
        assert page["total"] == 6
    assert ids == [*(f"page/{number}" for number in range(5)), "talks/one.md"]
    assert pages == 2


def test_the_next_page_keeps_the_filters(client: TestClient) -> None:
    for number in range(3):
        write(client, f"page/{number}", source="A & B")
    first = client.get("/v1/articles", params={"limit": 2, "source": "A & B"}).json()
    assert [article["id"] for article in first["articles"]] == ["page/0", "page/1"]
    last = client.get(first["next"]).json()
    assert ([article["id"] for article in last["articles"]], last["next"]) == (["page/2"], None)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "offset=-1", "limit=x", "published_after=2025-1-1"]
)
def test_pages_have_bounds(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/articles?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == query.split("=", maxsplit=1)[0]


def test_the_total_is_of_what_the_filters_let_through(client: TestClient) -> None:
    client.put("/v1/articles/other", json={"text": "Words of another.", "source": "Wire"})
    assert client.get("/v1/articles").json()["total"] == 2
    assert client.get("/v1/articles", params={"source": "Wire"}).json()["total"] == 1


def test_days_the_wrong_way_round_are_refused_as_in_a_question(client: TestClient) -> None:
    days = {"published_after": "2025-10-02", "published_before": "2025-10-01"}
    answer = client.get("/v1/articles", params=days)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_dates")


def test_one_article_with_its_sentences(client: TestClient, hand_made: Any) -> None:
    for address in ("/v1/articles/talks/one.md", "/v1/articles/talks%2Fone.md"):
        article = client.get(address).json()
        assert (article["id"], article["title"], article["path"]) == ("talks/one.md", "Talks", None)
        assert len(article["sentences"]) == 2
        for sentence in article["sentences"]:
            assert article["text"][sentence["start"] : sentence["end"]] == sentence["text"]
    assert client.get("/v1/articles/none").json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "article_id",
    ["https://news.example/a?b=c#d", "a b/ü.md", "../../etc/passwd", "x//y", "a\"'<b>"],
)
def test_any_id_reaches_its_article_and_nothing_else(
    client: TestClient, hand_made: Any, article_id: str
) -> None:
    assert write(client, article_id).status_code == 201
    assert client.get(f"/v1/articles/{quote(article_id, safe='')}").json()["id"] == article_id
    assert set(hand_made.index.kept) == {"talks/one.md", article_id}


def test_an_unchanged_article_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/v1/articles/talks/one.md").headers["etag"]
    again = client.get("/v1/articles/talks/one.md", headers={"if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (
        client.get("/v1/articles/talks/one.md", headers={"if-none-match": f"W/{tag}"}).status_code
        == 304
    )
    for other in ('"other"', "", tag[:-2]):
        assert (
            client.get("/v1/articles/talks/one.md", headers={"if-none-match": other}).status_code
            == 200
        )


def test_writing_twice_changes_once(client: TestClient) -> None:
    first, again = write(client, "new"), write(client, "new")
    assert (first.status_code, first.json()["added"]) == (201, 1)
    assert (again.status_code, again.json()["unchanged"]) == (200, 1)
    assert (
        first.headers["etag"]
        == again.headers["etag"]
        == client.get("/v1/articles/new").headers["etag"]
    )
    other = write(client, "new", text=TEXT + " More.")
    assert (other.status_code, other.json()["replaced"]) == (200, 1)
    assert other.headers["etag"] != first.headers["etag"]


def test_a_write_over_a_version_that_is_gone_is_refused(client: TestClient, hand_made: Any) -> None:
    old = write(client, "new").headers["etag"]
    assert write(client, "new", {"if-match": old}, text="Other words.").status_code == 200
    for refused in (
        write(client, "new", {"if-match": old}),
        write(client, "none", {"if-match": "*"}),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (412, "changed")
    refused = write(client, "new", {"if-none-match": "*"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "exists")
    assert client.delete("/v1/articles/new", headers={"if-match": old}).status_code == 412
    assert hand_made.index.kept["new"].text == "Other words."
    assert "none" not in hand_made.index.kept


def test_removing(client: TestClient, hand_made: Any) -> None:
    assert client.delete("/v1/articles/talks/one.md").status_code == 204
    assert client.delete("/v1/articles/talks/one.md").json()["error"]["code"] == "not_found"
    assert not hand_made.index.kept


def test_many_at_once_get_ids_that_stay(client: TestClient, hand_made: Any) -> None:
    url = "https://news.example/bridge"
    body = {"articles": [{"text": TEXT, "id": "a"}, {"text": TEXT, "url": url}, {"text": TEXT}]}
    first, again = (
        client.post("/v1/articles", json=body).json(),
        client.post("/v1/articles", json=body).json(),
    )
    assert first["ids"][:2] == ["a", url]
    assert first["ids"] == again["ids"]
    assert (first["added"], again["unchanged"], again["added"]) == (3, 3, 0)
    assert hand_made.index.kept[first["ids"][2]].text == TEXT


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"text": ""}, "bad_value", "text"),
        ({"text": " \n"}, "bad_value", "text"),
        ({"published": "Monday"}, "bad_date", "published"),
        ({"url": "javascript:alert(1)"}, "bad_value", "url"),
        ({"folder": "/etc"}, "unknown_field", "folder"),
    ],
)
def test_what_is_wrong_with_an_article_has_a_code(
    client: TestClient, fields: dict[str, str], code: str, field: str
) -> None:
    answer = write(client, "new", **fields)
    assert answer.status_code == 422
    assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == (code, field)


def test_one_article_that_cannot_be_stored_keeps_no_other_out(
    client: TestClient, hand_made: Any
) -> None:
    body = {
        "articles": [
            {"text": TEXT, "id": "a"},
            {"text": "\u2014\u2014", "id": "b"},
            {"text": TEXT, "id": " c"},
        ]
    }
    report = client.post("/v1/articles", json=body).json()
    assert (report["added"], report["ids"], len(report["failed"])) == (1, ["a"], 2)
    assert "has no text" in report["failed"][0]
    assert set(hand_made.index.kept) == {"talks/one.md", "a"}
    assert write(client, "b", text="\u2014\u2014").json()["error"]["code"] == "bad_article"


@pytest.mark.parametrize("id", ["two%0Alines", "%0A", "a%0A", "tab%09s", "nul%00", "cafe%CC%81"])
def test_an_id_that_cannot_be_one_is_refused(client: TestClient, hand_made: Any, id: str) -> None:
    answer = client.put(f"/v1/articles/{id}", json={"text": "Words."})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_article")
    for method in ("GET", "DELETE"):
        answer = client.request(method, f"/v1/articles/{id}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert set(hand_made.index.kept) == {"talks/one.md"}
    sent = client.post("/v1/articles", json={"articles": [{"id": unquote(id) + "x", "text": "W."}]})
    assert sent.status_code in (200, 422)
    assert all(len(one.splitlines()) == 1 for one in hand_made.index.kept)
