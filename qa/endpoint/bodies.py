"""Refuses bodies that would keep everybody waiting while they are parsed."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.endpoint.problems import problem

# Lists and objects in one body. No other request is served while Python makes them: 3,000,000 take
# more than a second.
PARTS = 300_000


class Countable:
    """Middleware that counts the lists and objects of a body as it comes in, whoever parses it; 413
    beyond PARTS. Files are no JSON and not counted."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_form(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        parts = 0

        async def counted() -> Message:
            nonlocal parts
            message = await receive()
            body = message.get("body", b"")
            parts += body.count(b"[") + body.count(b"{")
            if parts > PARTS:
                raise problem(413, "too_large", f"a body may hold {PARTS:,} lists and objects")
            return message

        await self.app(scope, counted, send)


def is_form(headers: Headers) -> bool:
    """Whether a body is that of a form with files, which nothing here reads as JSON."""
    return headers.get("content-type", "").lower().startswith("multipart/form-data")
