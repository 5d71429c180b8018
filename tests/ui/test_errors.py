"""What Gradio says of its errors comes in the endpoint's shape, and no route of it that breaks cuts the connection."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse
from starlette.testclient import TestClient

from ui.errors import Shaped, told


def test_every_kind_of_error_gets_the_one_shape() -> None:
    inner = FastAPI()

    @inner.get("/raised")
    async def raised() -> None:
        raise HTTPException(403, "File not allowed: /etc/passwd.")

    @inner.get("/checked")
    async def checked(number: int) -> None:
        raise AssertionError

    @inner.get("/returned")
    async def returned() -> JSONResponse:
        return JSONResponse({"error": "too many"}, 503)

    @inner.get("/page")
    async def page() -> HTMLResponse:
        return HTMLResponse("<p>gone", 404)

    @inner.get("/well")
    async def well() -> dict[str, str]:
        return {"detail": "well"}

    client = TestClient(Shaped(inner))
    for method, path, status, code, words in (
        ("GET", "/raised", 403, "refused", "File not allowed: /etc/passwd."),
        ("GET", "/none", 404, "not_found", "Not Found"),
        ("POST", "/raised", 405, "wrong_method", "Method Not Allowed"),
        ("GET", "/checked", 422, "bad_value", "Field required"),
        ("GET", "/returned", 503, "busy", "too many"),
    ):
        answer = client.request(method, path)
        assert answer.status_code == status
        error = {"code": code, "message": words}
        assert answer.json() == {"error": error, "detail": words}
    assert client.head("/none").status_code == 404
    assert (client.get("/page").text, client.get("/well").json()) == ("<p>gone", {"detail": "well"})


def test_a_route_of_the_page_that_breaks_cuts_no_connection() -> None:
    async def starts(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("Zubrowka")

    inner = FastAPI()

    @inner.get("/breaks")
    async def breaks() -> None:
        raise RuntimeError("Zubrowka")

    client = TestClient(Shaped(inner))
    answer = client.get("/breaks")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert "Zubrowka" not in answer.text
    with pytest.raises(RuntimeError, match="Zubrowka"):  # half a reply cannot be mended
        TestClient(Shaped(starts)).get("/")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"detail": [{"loc": ["body"], "msg": "Field required"}]}', "Field required"),
        (b'{"error": "too big"}', "too big"),
        (b'{"detail": {"auth_message": "x"}}', "no reason given"),
        (b"Internal\nServer Error", "Internal Server Error"),
        (b"", "no reason given"),
        (b"[]", "no reason given"),
        (b'{"detail": null}', "no reason given"),
    ],
)
def test_the_words_of_an_error_are_found(body: bytes, words: str) -> None:
    assert told(body) == words
