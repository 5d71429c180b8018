"""Sessions: a random token in the place of the key, which ends by itself, by logging out and with
its key."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from qa.endpoint import sessions as module
from qa.endpoint.keys import Key, Keys
from qa.endpoint.login import COOKIE
from qa.endpoint.sessions import MOST, Sessions
from qa.settings import Settings, SettingsError

Serve = Callable[..., TestClient]


def added(keys: Keys, name: str = "desk") -> tuple[str, Key]:
    text = keys.add(name)
    found = keys.match(text)
    assert found is not None
    return text, found


def logged_in(client: TestClient, key: str) -> str:
    assert client.post("/login", data={"key": key}).status_code == 303
    return str(client.cookies[COOKIE])


def test_the_cookie_holds_a_token_and_no_file_holds_either(
    serve: Serve, settings: Settings
) -> None:
    key, _ = added(Keys(settings.data))
    token = logged_in(serve(), key)
    files = [path for path in settings.data.iterdir() if path.is_file()]
    assert "sessions.json" in {path.name for path in files}
    for path in files:
        assert key not in path.read_text()
        assert token not in path.read_text()
    assert (settings.data / "sessions.json").stat().st_mode & 0o077 == 0
    for cookie in (key, token[:-1], "", token.upper()):
        other = serve()
        other.cookies.set(COOKIE, cookie)
        assert other.get("/v1/models").status_code == 401


def test_a_session_outlives_a_restart(serve: Serve, settings: Settings) -> None:
    key, _ = added(Keys(settings.data))
    token = logged_in(serve(), key)
    restarted = serve()
    restarted.cookies.set(COOKIE, token)
    assert restarted.get("/v1/models").status_code == 200
    bearer = {"authorization": f"Bearer {token}"}  # a token is no key
    assert serve().get("/v1/models", headers=bearer).status_code == 401


def test_logging_out_ends_the_session_wherever_its_cookie_is(
    serve: Serve, settings: Settings
) -> None:
    key, _ = added(Keys(settings.data))
    client, thief = serve(), serve()
    thief.cookies.set(COOKIE, logged_in(client, key))
    stays = serve()
    logged_in(stays, key)
    assert thief.get("/v1/models").status_code == 200
    gone = client.post("/logout")
    assert (gone.status_code, gone.headers["location"]) == (303, "/")
    assert COOKIE not in client.cookies
    assert client.get("/v1/models").status_code == 401
    assert thief.get("/v1/models").status_code == 401
    assert stays.get("/v1/models").status_code == 200
    assert client.post("/logout").status_code == 303  # again is no error


def test_logging_in_again_ends_the_session_before(serve: Serve, settings: Settings) -> None:
    key, _ = added(Keys(settings.data))
    client, other = serve(), serve()
    other.cookies.set(COOKIE, logged_in(client, key))
    logged_in(client, key)
    assert client.get("/v1/models").status_code == 200
    assert other.get("/v1/models").status_code == 401


def test_a_session_that_somebody_else_chose_is_none(serve: Serve, settings: Settings) -> None:
    key, _ = added(Keys(settings.data))
    client = serve()
    client.cookies.set(COOKIE, "chosen")
    reply = client.post("/login", data={"key": key})
    assert f"{COOKIE}=chosen" not in reply.headers["set-cookie"]
    other = serve()
    other.cookies.set(COOKIE, "chosen")
    assert other.get("/v1/models").status_code == 401


@pytest.mark.parametrize(("origin", "secure"), [("https", True), ("http", False), ("", False)])
def test_over_https_the_cookie_goes_nowhere_else(
    serve: Serve, settings: Settings, origin: str, secure: bool
) -> None:
    """Whichever proxy brings it, and whatever that says of it."""
    key, _ = added(Keys(settings.data))
    client = serve()
    page = str(client.base_url).replace("http", origin) if origin else ""
    reply = client.post("/login", data={"key": key}, headers={"origin": page} if page else {})
    assert reply.status_code == 303
    flags = reply.headers["set-cookie"].split("; ")[1:]
    assert ("Secure" in flags) == secure
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(flags)


@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_another_site_logs_nobody_in_or_out(serve: Serve, settings: Settings, path: str) -> None:
    key, _ = added(Keys(settings.data))
    client = serve()
    logged_in(client, key)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        refused = client.post(path, data={"key": key}, headers=headers)
        assert refused.json()["error"]["code"] == "foreign_origin"
    assert client.get("/logout").status_code != 303
    assert client.get("/v1/models").status_code == 200


def test_removing_or_changing_a_key_ends_its_sessions(serve: Serve, settings: Settings) -> None:
    keys = Keys(settings.data)
    key, _ = added(keys)
    other, _ = added(keys, "other")
    client, unharmed = serve(), serve()
    logged_in(client, key)
    logged_in(unharmed, other)
    keys.remove("desk")
    assert client.get("/v1/models").status_code == 401
    again, _ = added(keys)
    assert client.get("/v1/models").status_code == 401
    assert unharmed.get("/v1/models").status_code == 200
    logged_in(client, again)
    assert client.get("/v1/models").status_code == 200


def test_a_session_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(tmp_path)
    _, key = added(keys)
    sessions = Sessions(tmp_path, keys)
    with monkeypatch.context() as patch:
        patch.setattr(module, "LASTS", timedelta(seconds=-1))
        over = sessions.start(key)
    token = sessions.start(key)
    assert sessions.match(over) is None
    assert sessions.match(token) == key


def test_a_clock_set_back_prolongs_no_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Keys(tmp_path)
    _, key = added(keys)
    sessions, lasts = Sessions(tmp_path, keys), module.LASTS
    token = sessions.start(key)
    monkeypatch.setattr(module, "LASTS", lasts + timedelta(hours=1))
    put_right = sessions.start(key)  # the clock was an hour ahead
    monkeypatch.setattr(module, "LASTS", lasts + timedelta(days=400))
    set_back = sessions.start(key)
    monkeypatch.setattr(module, "LASTS", lasts)
    assert [sessions.match(one) for one in (token, put_right, set_back)] == [key, key, None]


def test_a_key_has_so_many_sessions_and_the_oldest_ends_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST >= 100
    monkeypatch.setattr(module, "MOST", 3)
    keys = Keys(tmp_path)
    _, key = added(keys)
    _, other = added(keys, "other")
    sessions = Sessions(tmp_path, keys)
    unharmed = sessions.start(other)
    tokens = [sessions.start(key) for _ in range(4)]
    assert [sessions.match(token) for token in tokens] == [None, key, key, key]
    assert sessions.match(unharmed) == other
    assert sessions.end_all(key) == 3
    assert [sessions.match(token) for token in tokens] == [None] * 4
    assert sessions.match(unharmed) == other


@pytest.mark.parametrize(
    "text", ["{", "[1]", '[{"sha256": "a", "key": "b", "ends": "soon"}]', '[{"ends": 5}]']
)
def test_a_broken_file_of_sessions_lets_nobody_in(
    serve: Serve, settings: Settings, text: str
) -> None:
    key, _ = added(Keys(settings.data))
    client = serve()
    token = logged_in(client, key)
    (settings.data / "sessions.json").write_text(text)
    with pytest.raises(SettingsError, match=r"sessions\.json: not a file of sessions.*remove it"):
        Sessions(settings.data, Keys(settings.data)).match(token)
    refused = client.get("/v1/models")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "keys_unreadable")
    bearer = {"authorization": f"Bearer {key}"}  # keys need no sessions
    assert serve().get("/v1/models", headers=bearer).status_code == 200
