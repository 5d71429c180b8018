"""The gate: nothing passes without a key once there is one, and without keys nothing but loopback
is served."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from qa.endpoint import login
from qa.endpoint.access import LOGINS
from qa.endpoint.app import create_app
from qa.endpoint.exposure import address
from qa.endpoint.keys import Keys
from qa.endpoint.login import COOKIE
from qa.endpoint.rates import Buckets
from qa.settings import Settings, SettingsError

HTML = {"accept": "text/html"}


BASE, NEAR = "http://127.0.0.1:7860", ("127.0.0.1", 50_000)


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def with_page(client: TestClient) -> TestClient:
    """Mounts what stands for the page: a document, an upload and a socket."""
    page = FastAPI()
    page.add_route("/", lambda _: HTMLResponse("<p>page"))
    page.add_route("/gradio_api/upload", lambda _: HTMLResponse("up"), methods=["POST"])
    page.add_route("/file={path:path}", lambda _: HTMLResponse("file"))

    @page.websocket("/queue")
    async def queue(socket: WebSocket) -> None:
        await socket.accept()

    assert isinstance(client.app, FastAPI)
    client.app.mount("/", page)
    return client


def test_every_route_but_liveness_needs_the_key(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    key = Keys(settings.data).add("desk", write=True)
    client = with_page(serve())
    assert isinstance(client.app, FastAPI)
    routes = [
        (method, route.path)
        for route in client.app.routes
        if isinstance(route, Route)
        for method in route.methods or ["POST"]
    ]
    assert len(routes) >= 20
    routes += [
        ("GET", "/"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/file=x"),
        ("GET", "/nothing"),
        ("GET", "/login"),
    ]
    routes += [
        ("GET", "/openapi.json"),
        ("GET", "/metrics"),
        ("OPTIONS", "/v1/answer"),
        ("POST", "/mcp"),
    ]
    for method, path in routes:
        place = (
            path.replace("{article_id:any}", "talks/one.md")
            .replace("{model}", "footnote")
            .replace("{rest:path}", "x")
        )
        for headers in ({}, HTML, bearer("fn_wrong")):
            answer = client.request(method, place, headers=headers)
            expected = {200} if place == "/health/live" and method in ("GET", "HEAD") else {401}
            expected |= {405} if place == "/health/live" else set()
            assert answer.status_code in expected, (method, path, headers)
        if method in ("GET", "POST"):
            assert client.request(method, place, headers=bearer(key)).status_code != 401
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/queue"):
        pass
    with client.websocket_connect("/queue", headers=bearer(key)):
        pass


def test_a_reading_key_does_not_write(
    serve: Callable[..., TestClient], settings: Settings, hand_made: Any
) -> None:
    keys = Keys(settings.data)
    reader, writer = keys.add("reader"), keys.add("writer", write=True)
    client = serve()
    assert (
        client.post("/v1/answer", json={"question": "Who?"}, headers=bearer(reader)).status_code
        == 200
    )
    for method, path in (
        ("POST", "/v1/articles"),
        ("PUT", "/v1/articles/x"),
        ("DELETE", "/v1/articles/talks/one.md"),
        ("POST", "/gradio_api/upload"),
    ):
        answer = client.request(method, path, json={"text": "Words."}, headers=bearer(reader))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only")
    assert set(hand_made.index.kept) == {"talks/one.md"}
    assert (
        client.put("/v1/articles/x", json={"text": "Words."}, headers=bearer(writer)).status_code
        == 201
    )


def test_keys_change_while_serving_but_never_unlock(client: TestClient, settings: Settings) -> None:
    assert client.get("/health").status_code == 200
    keys = Keys(settings.data)
    key = keys.add("late")
    assert client.get("/health").status_code == 401
    assert client.get("/health", headers=bearer(key)).status_code == 200
    keys.remove("late")
    assert client.get("/health", headers=bearer(key)).status_code == 401
    assert client.get("/health").status_code == 401


def test_a_person_logs_in_with_the_form(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    key = Keys(settings.data).add("person")
    client = with_page(serve())
    form = client.get("/", headers=HTML)
    assert form.status_code == 401
    assert 'action="/login?next=/"' in form.text
    wrong = client.post("/login", params={"next": "/"}, data={"key": "fn_wrong"}, headers=HTML)
    assert (wrong.status_code, "not known" in wrong.text, COOKIE in client.cookies) == (
        401,
        True,
        False,
    )
    right = client.post("/login", params={"next": "/"}, data={"key": key})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert key not in cookie
    assert client.get("/", headers=HTML).text == "<p>page"


def test_the_form_leads_to_what_was_asked_for(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    key = Keys(settings.data).add("person")
    client = with_page(serve())
    place = "/file/a%20b%3F?q=Who%20leads%3F&x=%22%3E"
    text = client.get(place, headers=HTML).text
    for _ in range(2):  # a wrong key leads on to the same place
        [action] = re.findall('action="([^"]*)"', text)
        text = client.post(action, data={"key": "fn_wrong"}, headers=HTML).text
    assert client.post(action, data={"key": key}).headers["location"] == place


def test_the_form_is_read_no_further_than_a_form_goes(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    Keys(settings.data).add("person")
    client = serve()
    assert (
        client.post("/login", content=iter([b"key=", b"x" * 3000, b"x" * 3000])).status_code == 413
    )
    assert client.post("/login", content=b"&".join(b"key=x" for _ in range(500))).status_code == 401


def test_a_form_that_never_ends_is_not_waited_for(
    serve: Callable[..., TestClient], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody else who holds a connection is known."""
    Keys(settings.data).add("person")
    app: Any = serve().app
    monkeypatch.setattr(login, "FORM_SECONDS", 0.01)
    told: list[Any] = []

    async def post() -> None:
        scope = {"type": "http", "method": "POST", "path": "/login", "query_string": b""}
        scope |= {"headers": [(b"host", b"127.0.0.1")], "client": NEAR, "server": NEAR}

        async def send(message: Any) -> None:
            told.append(message)

        await app(scope, asyncio.Event().wait, send)

    asyncio.run(post())
    assert told[0]["status"] == 408


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "/login", "/a\r\nx: y"]
)
def test_the_form_leads_nowhere_else(
    serve: Callable[..., TestClient], settings: Settings, place: str
) -> None:
    key = Keys(settings.data).add("person")
    answer = serve().post("/login", params={"next": place}, data={"key": key})
    assert answer.headers["location"] == "/"


def test_the_form_shows_the_path_as_text(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    Keys(settings.data).add("person")
    answer = serve().get('/x"><script>alert(1)</script>', headers=HTML)
    assert answer.status_code == 401
    assert "<script>" not in answer.text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_it_does_not_start_open_to_others(hand_made: Any, settings: Settings, host: str) -> None:
    exposed = settings.model_copy(update={"host": host})
    with pytest.raises(SettingsError, match=r"FOOTNOTE_HOST.*footnote keys add.*FOOTNOTE_OPEN"):
        create_app(hand_made, exposed)
    create_app(hand_made, exposed.model_copy(update={"open": True}))
    Keys(settings.data).add("desk")
    create_app(hand_made, exposed)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_it_starts_on_loopback(hand_made: Any, settings: Settings, host: str) -> None:
    create_app(hand_made, settings.model_copy(update={"host": host}))


@pytest.mark.parametrize(
    "host", ["evil.example", "192.168.1.5:7860", "", "127.0.0.1.evil.example", "[::2]:80"]
)
def test_without_keys_a_name_that_points_here_is_refused(
    serve: Callable[..., TestClient], host: str
) -> None:
    client = serve()
    answer = client.get("/v1/articles", headers={"host": host})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_loopback")
    for own in ("localhost:7860", "127.0.0.1", "[::1]:7860"):
        assert client.get("/v1/articles", headers={"host": own}).status_code == 200
    assert serve(open=True).get("/v1/articles", headers={"host": host}).status_code == 200


def test_without_keys_a_second_name_is_refused(client: TestClient) -> None:
    for names in (("127.0.0.1", "evil.example"), ("evil.example", "127.0.0.1")):
        answer = client.get("/v1/articles", headers=[("host", name) for name in names])
        assert answer.status_code == 403


def test_without_keys_a_server_bound_elsewhere_is_refused(client: TestClient) -> None:
    elsewhere = TestClient(client.app, base_url="http://192.168.1.5:7860")
    assert elsewhere.get("/v1/articles", headers={"host": "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    "name",
    "Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Server X-Real-IP "
    "Via CF-Connecting-IP True-Client-IP X-Client-IP".split(),
)
def test_without_keys_whom_a_proxy_brings_is_refused(
    serve: Callable[..., TestClient], name: str
) -> None:
    headers = {"host": "127.0.0.1:7861", name: "203.0.113.7"}
    answer = serve().get("/v1/articles", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_loopback")
    assert name.lower() in answer.json()["error"]["message"]
    assert serve(open=True).get("/v1/articles", headers=headers).status_code == 200


def test_without_keys_a_client_elsewhere_is_refused(client: TestClient) -> None:
    other = TestClient(client.app, base_url="http://127.0.0.1:7860", client=("203.0.113.7", 1))
    assert other.get("/v1/articles").status_code == 403


def test_open_and_keys_do_not_go_together(hand_made: Any, settings: Settings) -> None:
    Keys(settings.data).add("desk")
    with pytest.raises(SettingsError, match=r"FOOTNOTE_OPEN.*keys\.json holds keys; unset it"):
        create_app(hand_made, settings.model_copy(update={"open": True}))


def test_a_key_has_its_rate(serve: Callable[..., TestClient], settings: Settings) -> None:
    keys = Keys(settings.data)
    busy, other = keys.add("busy"), keys.add("other")
    client = serve(rate_limit=3)
    got = [client.get("/v1/models", headers=bearer(busy)) for _ in range(5)]
    assert [answer.status_code for answer in got] == [200, 200, 200, 429, 429]
    assert got[-1].json()["error"]["code"] == "too_many"
    assert 1 <= int(got[-1].headers["retry-after"]) <= 21
    assert client.get("/v1/models", headers=bearer(other)).status_code == 200


def test_when_open_an_address_has_its_rate(serve: Callable[..., TestClient]) -> None:
    client = serve(open=True, rate_limit=3)
    assert [client.get("/v1/models").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert TestClient(client.app, client=("10.0.0.9", 1)).get("/v1/models").status_code == 200


def test_what_is_asked_without_a_known_key_is_counted_too(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    key = Keys(settings.data).add("desk")
    client = serve(rate_limit=3)
    for headers in ({}, bearer("fn_wrong"), {"cookie": f"{COOKIE}=x"}):
        assert client.get("/v1/models", headers=headers).status_code == 401
    refused = client.get("/v1/models", headers=bearer("fn_wrong"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    assert client.get("/v1/models", headers=bearer(key)).status_code == 200


def test_failed_log_ins_are_few_and_right_ones_are_not_counted(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    key = Keys(settings.data).add("person")
    client = serve(rate_limit=0)
    for _ in range(2 * LOGINS):
        assert client.post("/login", data={"key": key}).status_code == 303
    wrong = [client.post("/login", data={"key": "fn_wrong"}).status_code for _ in range(LOGINS + 1)]
    assert wrong == [401] * LOGINS + [429]
    refused = client.post("/login", data={"key": key})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    assert 1 <= int(refused.headers["retry-after"]) <= 60 / LOGINS + 1
    assert client.get("/v1/models").status_code == 200  # a session goes on
    elsewhere = TestClient(client.app, base_url=BASE, client=("10.0.0.9", 1))
    assert elsewhere.post("/login", data={"key": "fn_wrong"}).status_code == 401


@pytest.mark.parametrize(("path", "most"), [("/metrics", 2), ("/health", 2), ("/", 19)])
def test_what_is_read_beside_the_endpoint_is_counted_too(
    serve: Callable[..., TestClient], settings: Settings, path: str, most: int
) -> None:
    key = Keys(settings.data).add("desk")
    for client, headers in (
        (with_page(serve(rate_limit=2)), bearer(key)),
        (TestClient(with_page(serve(rate_limit=2)).app, client=("10.0.0.9", 1)), {}),
    ):
        got = [client.get(path, headers=headers).status_code for _ in range(2 * most)]
        assert set(got[:most]) == {200 if headers else 401}
        assert got[-1] == 429
        assert client.get("/health/live").status_code == 200


def test_an_address_is_counted_by_its_network() -> None:
    def counted(host: str) -> str:
        return address({"type": "http", "client": (host, 1)})

    assert counted("2001:db8::1") == counted("2001:db8::2:ffff:1")
    assert counted("2001:db8::1") != counted("2001:db8:0:1::1")
    assert counted("10.0.0.1") != counted("10.0.0.2")
    assert counted("fe80::1%eth0") == counted("fe80::2")
    assert counted("::ffff:10.0.0.1") != counted("::ffff:10.0.0.2")


def test_buckets_fill_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("qa.endpoint.rates.time.monotonic", lambda: now[0])
    buckets = Buckets(60)
    assert [buckets.wait("a") for _ in range(60)] == [0.0] * 60
    assert buckets.wait("a") == pytest.approx(1.0)
    now[0] = 1.0
    assert (buckets.wait("a"), buckets.wait("b")) == (0.0, 0.0)
    assert buckets.wait("a") > 0
    assert [Buckets(0).wait("a") for _ in range(3)] == [0.0] * 3


def test_security_headers_are_on_everything(serve: Callable[..., TestClient]) -> None:
    client = with_page(serve())
    for path in ("/", "/v1/articles", "/v1/none", "/openapi.json", "/health/live"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert client.get("/v1/articles").headers["cache-control"] == "no-store"


def test_other_pages_may_call_only_when_named(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    asks = {"origin": "https://desk.example", "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in serve().options("/v1/answer", headers=asks).headers
    Keys(settings.data).add("desk")
    named = serve(cors_origins="https://desk.example, https://other.example")
    allowed = named.options("/v1/answer", headers=asks)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (
        200,
        "https://desk.example",
    )
    assert (
        "access-control-allow-origin"
        not in named.options("/v1/answer", headers=asks | {"origin": "https://x.example"}).headers
    )


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"origin": BASE}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"sec-fetch-site": "same-origin", "origin": BASE}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": BASE}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://desk.example"}, True),
    ],
)
def test_another_sites_page_changes_nothing(
    serve: Callable[..., TestClient], hand_made: Any, headers: dict[str, str], passes: bool
) -> None:
    client = with_page(serve(cors_origins="https://desk.example"))
    tries = (
        ("PUT", "/v1/articles/x", {"text": "Words."}),
        ("POST", "/v1/answer", {"question": "Who?"}),
        ("POST", "/gradio_api/upload", {}),
    )
    for method, path, body in tries:
        answer = client.request(method, path, json=body, headers=headers)
        refused = answer.status_code == 403 and answer.json()["error"]["code"] == "foreign_origin"
        assert refused != passes, path
    assert ("x" in hand_made.index.kept) == passes
    assert client.get("/v1/articles", headers=headers).status_code == 200


def test_a_broken_file_of_keys_opens_nothing(
    serve: Callable[..., TestClient], settings: Settings
) -> None:
    client = serve()
    (settings.data / "keys.json").write_text("{")
    answer = client.get("/v1/articles")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "keys_unreadable")
    assert client.get("/health/live").status_code == 200
    with pytest.raises(SettingsError, match=r"keys\.json: not a file of keys"):
        serve()
