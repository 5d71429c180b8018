"""What Gradio says of its errors, in the endpoint's one shape; and no connection is cut because one
of its routes broke."""

import json
import logging
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.endpoint.observe import broke
from qa.endpoint.problems import CODES

LOG = logging.getLogger("footnote")
SHAPELESS = ("application/json", "text/plain")  # a page that says what is wrong stays a page


class Shaped:
    """Gradio's app with every error as `{error: {code, message}, detail}`; `detail` is what its own
    script shows.

    It is not told of ranges: it trips over odd ones, and gives a request's headers back in the
    reply to others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reply = Reply(scope, receive, send)
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"range"]
        try:
            await self.app(scope, receive, reply.take)
        except Exception as error:
            if not reply.complete:
                raise
            LOG.error("failed", exc_info=error)


class Reply:
    """One response on its way out; an error's is held back until it is whole."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.complete = False
        self._status = 0  # of an error that is held back
        self._body = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            kind = Headers(raw=message["headers"]).get("content-type", "")
            self._status = message["status"] if kind.startswith(SHAPELESS) else 0
        ends = message["type"] == "http.response.body" and not message.get("more_body")
        if not self._status:
            await self.send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if ends:
                await shaped(self._status, self._body)(self.scope, self.receive, self.send)
        self.complete = self.complete or ends


def shaped(status: int, body: bytes) -> JSONResponse:
    """The error again, in our shape; what broke inside is in the log only."""
    message = broke() if status == 500 else told(body)
    code = CODES.get(status, "internal" if status >= 500 else "refused")
    return JSONResponse({"error": {"code": code, "message": message}, "detail": message}, status)


def told(body: bytes) -> str:
    """The words in an error of Gradio or FastAPI: `{"detail": "…"}`, `{"detail": [{"msg": "…"}]}`,
    `{"error": "…"}`, text."""
    text = body.decode("utf-8", "replace")
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = text
    while isinstance(found, (dict, list)) and found:
        if isinstance(found, list):
            found = found[0]
        else:
            names = [name for name in ("detail", "error", "message", "msg") if name in found]
            found = found[names[0]] if names else ""
    return " ".join(str(found or "no reason given").split())[:500]
