"""Saved questions over HTTP: what is new since the last look, whose they are, and what is refused."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.index import Index
from qa.endpoint.keys import Keys
from qa.records import Citation
from qa.saved import kept, question
from qa.saved.asking import Asking
from qa.saved.kept import FILE
from qa.saved.question import Message, NewSentence, SavedQuestion
from tests.qa.saved.conftest import NEW, OLD, QUESTION, article


def save(client: TestClient, **more: Any) -> dict[str, Any]:
    reply = client.post("/v1/saved", json={"question": QUESTION, **more})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def write(client: TestClient, id: str, text: str, *collections: str) -> None:
    body = {"text": text, "title": id, "collections": list(collections or [id])}
    assert client.put(f"/v1/articles/{id}", json=body).status_code in (200, 201)


def look(client: TestClient, id: str) -> list[str]:
    reply = client.post(f"/v1/saved/{id}/look")
    assert reply.status_code == 200, reply.text
    return [one["citation"]["text"] for one in reply.json()["sentences"]]


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def refused(reply: Any, status: int, code: str) -> None:
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code), reply.text


def test_what_is_new_is_what_was_not_cited_before(client: TestClient) -> None:
    saved = save(client)
    assert (saved["new"], saved["sentences"], saved["secret"]) == (0, [], None)
    assert look(client, saved["id"]) == []
    write(client, "weather", "It rained in Varn on Sunday.")
    assert look(client, saved["id"]) == []
    write(client, "cup", NEW)
    assert look(client, saved["id"]) == [NEW]
    assert look(client, saved["id"]) == []
    write(client, "copy", f"So it was. {NEW} It rained.")
    assert look(client, saved["id"]) == []
    assert client.delete(f"/v1/saved/{saved['id']}").status_code == 204
    assert client.get("/v1/saved").json() == {"saved": []}


def test_reading_is_no_look(client: TestClient, asking: Asking) -> None:
    saved = save(client)
    write(client, "cup", NEW)
    asking.again(asking.kept.all()[0])
    for _ in range(2):
        [line] = client.get("/v1/saved").json()["saved"]
        assert (line["new"], line["failure"]) == (1, None)
        record = client.get(f"/v1/saved/{saved['id']}").json()
        assert [one["citation"]["text"] for one in record["sentences"]] == [NEW]
        assert record["sentences"][0]["citation"]["article_id"] == "cup"
    assert look(client, saved["id"]) == [NEW]
    assert client.get("/v1/saved").json()["saved"][0]["new"] == 0


def test_a_question_keeps_its_filters(client: TestClient) -> None:
    saved = save(client, collections=["sport"], published_after="2025-01-01")
    assert (saved["collections"], saved["published_after"]) == (["sport"], "2025-01-01")
    other = save(client, collections=["sport"])
    write(client, "cup", NEW)
    assert look(client, other["id"]) == []
    write(client, "cup", NEW, "sport")
    assert look(client, other["id"]) == [NEW]


def test_what_was_removed_is_not_shown(client: TestClient, asking: Asking) -> None:
    save(client)
    write(client, "cup", NEW)
    asking.again(asking.kept.all()[0])
    client.delete("/v1/articles/cup")
    assert client.get("/v1/saved").json()["saved"][0]["new"] == 0


def test_a_key_sees_its_own_questions_within_its_collections(
    locked: TestClient, data: Path, asking: Asking
) -> None:
    client, keys = locked, Keys(data)
    desk = bearer(keys.add("desk", write=True))
    war = bearer(keys.add("war", write=True, collections=["war"]))
    reader = bearer(keys.add("reader"))
    saved = {}
    for name, headers in (("desk", desk), ("war", war), ("reader", reader)):
        reply = client.post("/v1/saved", json={"question": QUESTION}, headers=headers)
        assert (reply.status_code, reply.json()["owner"]) == (201, name)
        saved[name] = reply.json()["id"]
    client.headers.update(desk)
    write(client, "cup", NEW, "sport")
    for row in asking.kept.all():
        asking.again(row)
    news = {"desk": 1, "reader": 1, "war": 0}
    for headers, seen in ((desk, set(news)), (war, {"war"}), (reader, {"reader"})):
        rows = client.get("/v1/saved", headers=headers).json()["saved"]
        assert {row["owner"]: row["new"] for row in rows} == {name: news[name] for name in seen}
    for headers in (war, reader):
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/look")):
            reply = client.request(method, f"/v1/saved/{saved['desk']}{path}", headers=headers)
            refused(reply, 404, "not_found")
    assert len(asking.kept.all()) == 3


def test_a_question_belongs_to_no_other_key_of_that_name(
    locked: TestClient, data: Path, asking: Asking
) -> None:
    client, keys = locked, Keys(data)
    desk, reader = bearer(keys.add("desk", write=True)), bearer(keys.add("reader"))
    reply = client.post("/v1/saved", json={"question": QUESTION}, headers=reader)
    body = {"question": QUESTION, "owner": "reader"}
    ids = [reply.json()["id"], client.post("/v1/saved", json=body, headers=desk).json()["id"]]
    client.headers.update(desk)
    write(client, "cup", NEW, "sport")
    for row in asking.kept.all():
        asking.again(row)
    assert [len(asking.new(row)) for row in asking.kept.all()] == [1, 1]
    keys.remove("reader")
    other = bearer(keys.add("reader"))
    assert client.get("/v1/saved", headers=other).json() == {"saved": []}
    for id in ids:
        refused(client.get(f"/v1/saved/{id}", headers=other), 404, "not_found")
    assert [asking.new(row) for row in asking.kept.all()] == [[], []]
    asking.again(asking.kept.all()[0])
    assert "was removed" in (asking.kept.all()[0].failure or "")


def test_who_may_save_for_whom(locked: TestClient, data: Path) -> None:
    client, keys = locked, Keys(data)
    desk = bearer(keys.add("desk", write=True))
    war = bearer(keys.add("war", write=True, collections=["war"]))
    reader = bearer(keys.add("reader"))
    for headers in (war, reader):
        body = {"question": QUESTION, "owner": "desk"}
        refused(client.post("/v1/saved", json=body, headers=headers), 403, "foreign_owner")
    body = {"question": QUESTION, "webhook": "https://hook.example/"}
    refused(client.post("/v1/saved", json=body, headers=reader), 403, "read_only")
    body = {"question": QUESTION, "owner": "nobody"}
    refused(client.post("/v1/saved", json=body, headers=desk), 422, "unknown_owner")
    body = {"question": QUESTION, "owner": "reader"}
    assert client.post("/v1/saved", json=body, headers=desk).status_code == 201
    [line] = client.get("/v1/saved", headers=reader).json()["saved"]
    assert line["owner"] == "reader"


def test_a_question_whose_key_is_gone_is_not_asked(
    locked: TestClient, data: Path, asking: Asking
) -> None:
    client, keys = locked, Keys(data)
    client.headers.update(bearer(keys.add("desk", write=True)))
    keys.add("gone")
    saved = save(client, owner="gone")
    keys.remove("gone")
    write(client, "cup", NEW)
    assert look(client, saved["id"]) == []
    assert "'gone' was removed" in client.get(f"/v1/saved/{saved['id']}").json()["failure"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing_field"),
        ({"question": " "}, "empty_question"),
        ({"question": QUESTION, "webhook": "ftp://x.example/"}, "bad_value"),
        ({"question": QUESTION, "webhook": "http://127.0.0.1:1/"}, "bad_webhook"),
        ({"question": QUESTION, "webhook": "http://[::1]/"}, "bad_webhook"),
        ({"question": QUESTION, "webhook": "http://169.254.169.254/"}, "bad_webhook"),
        ({"question": QUESTION, "secret": "mine"}, "unknown_field"),
        ({"question": QUESTION, "published_after": "soon"}, "bad_date"),
    ],
)
def test_what_cannot_be_saved(client: TestClient, body: dict[str, Any], code: str) -> None:
    refused(client.post("/v1/saved", json=body), 422, code)
    assert client.get("/v1/saved").json() == {"saved": []}


def test_questions_of_one_owner_have_a_bound(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    save(client)
    refused(client.post("/v1/saved", json={"question": QUESTION}), 422, "too_many_saved")


@pytest.mark.parametrize("content", ["{", '[{"id": "x"}]', '[{"new": [{"found": 1}]}]'])
def test_a_damaged_file_is_told_and_harms_nothing_else(
    client: TestClient, data: Path, content: str
) -> None:
    (data / FILE).write_text(content)
    refused(client.get("/v1/saved"), 503, "saved_unusable")
    refused(client.post("/v1/saved", json={"question": QUESTION}), 503, "saved_unusable")
    assert client.post("/v1/answer", json={"question": QUESTION}).status_code == 200
    write(client, "cup", NEW)


def test_what_could_not_be_asked_is_told_and_asked_again(
    alone: Asking, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.save(SavedQuestion("a", QUESTION, None, question.now()))
    index.ingest([article("cup", NEW)])

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("it is broken")

    with monkeypatch.context() as patched:
        patched.setattr(type(alone.pipeline), "stream", broken)
        alone.again(alone.kept.all()[0])
    assert alone.kept.all()[0].failure == "it could not be asked (RuntimeError); see the log"
    [behind] = alone.behind()
    alone.again(behind)
    row = alone.kept.all()[0]
    assert ([one.citation.text for one in row.new], row.failure) == ([NEW], None)


def test_a_question_that_is_asked_while_the_server_stops_is_asked_after_its_start(
    alone: Asking, index: Index
) -> None:
    alone.save(SavedQuestion("a", QUESTION, None, question.now()))
    index.ingest([article("cup", NEW)])
    alone.again(alone.kept.all()[0], lambda: True)
    assert [row.id for row in alone.behind()] == ["a"]


def cited(text: str) -> Citation:
    return Citation(1, "a", "A", "", None, None, 0, len(text), text)


def test_a_row_is_what_it_was_after_the_file(tmp_path: Path) -> None:
    sentence = NewSentence("2026-01-01T00:00:00+00:00", cited(OLD))
    row = SavedQuestion("a", QUESTION, "desk", "2026-01-01T00:00:00+00:00", secret="fs_x")
    row = row.answered([cited(OLD), cited(NEW), cited(f" {OLD}\n")], 3, sentence.found)
    assert [one.citation.text for one in row.new] == [OLD, NEW]
    full = SavedQuestion(**{**asdict(row), "unsent": [asdict(Message("m", (sentence,), 2))]})
    assert SavedQuestion(**json.loads(json.dumps(asdict(full)))) == full
    assert full.unsent[0].sentences == (sentence,)
    store = kept.KeptQuestions(tmp_path)
    store.add(full)
    assert kept.KeptQuestions(tmp_path).all() == (full,)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_what_is_kept_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "MOST_SEEN", 3)
    monkeypatch.setattr(question, "MOST_NEW", 2)
    row = SavedQuestion("a", QUESTION, None, "", webhook="https://hook.example/")
    for number in range(5):
        row = row.answered([cited("Always."), cited(f"Sentence {number}.")], number, "")
    assert [one.citation.text for one in row.new] == ["Sentence 3.", "Sentence 4."]
    assert (len(row.seen), len(row.unsent)) == (3, 2)
    assert row.answered([cited("Always.")], 6, "").new == row.new


def test_what_comes_in_during_a_look_stays_new() -> None:
    row = SavedQuestion("a", QUESTION, None, "").answered([cited(OLD)], 1, "")
    later = row.answered([cited(NEW)], 2, "")
    assert [one.citation.text for one in later.looked_at(row.new, "").new] == [NEW]


def test_every_way_in_asks_again(
    client: TestClient, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PUT, a POST and what an ingest or a watched folder brings all end in one place."""
    woken: list[str] = []
    monkeypatch.setattr(index, "listeners", [lambda: woken.append("asked")])
    write(client, "cup", NEW)
    body = {"articles": [{"text": OLD, "id": "more"}]}
    assert client.post("/v1/articles", json=body).status_code == 200
    index.ingest([article("three", "It rained.")])
    assert woken == ["asked"] * 3
