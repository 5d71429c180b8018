"""Who may: the gate in front of every route and the page."""

import logging
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.endpoint.exposure import address, foreign
from qa.endpoint.headers import hardened
from qa.endpoint.keys import Key, Keys
from qa.endpoint.login import COOKIE, log_in, log_out, unknown
from qa.endpoint.problems import shown
from qa.endpoint.rates import Buckets
from qa.endpoint.sessions import Sessions
from qa.settings import Settings, SettingsError

LOG = logging.getLogger("footnote")
LIVE = "/health/live"
LOGINS = 10  # failed ones a minute from one address; nobody mistypes a key more often
PAGE_COST = 0.1  # of a request: a page fetches some hundred small files
WRITES = (
    "/v1/articles",
    "/v1/collections",
    "/v1/model",
    "/gradio_api/upload",
)  # paths that need a key that may write
COUNTED = ("/v1/", "/metrics", "/mcp", "/health")  # paths whose reading costs a whole request
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """Middleware in front of everything, mounted pages included: nothing passes without a key once
    there is one."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys, sessions: Sessions) -> None:
        self.app, self.settings, self.keys, self.sessions = app, settings, keys, sessions
        # Never unlocks while running: removing the last key opens nothing.
        self.locked = bool(keys.all())
        self.rate, self.logins = Buckets(settings.rate_limit), Buckets(LOGINS)
        self.origins = {origin.strip() for origin in settings.cors_origins.split(",")} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer: Response | None = None
        if scope["path"] != LIVE:
            try:
                answer = await self.answer(scope, receive)
            except SettingsError as error:
                LOG.error(str(error))
                message = "the keys or sessions cannot be read or written; the log says why"
                answer = shown(503, "keys_unreadable", message)
        if answer is None:
            await self.app(scope, receive, hardened(send, scope))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, hardened(send, scope))

    async def answer(self, scope: Scope, receive: Receive) -> Response | None:
        """What the gate itself replies, or None when the request may pass."""
        self.locked = self.locked or bool(self.keys.all())
        headers = Headers(scope=scope)
        if wrong := self.malformed(scope, headers):
            return wrong
        place = (scope.get("method"), scope["path"])
        if self.locked and place == ("POST", "/login"):
            return await self.log_in(Request(scope, receive))
        if self.locked and place == ("POST", "/logout"):
            wait = self.rate.wait(address(scope))
            return too_many(wait) if wait else await log_out(Request(scope), self.sessions)
        if self.locked:
            return self.unlocked(scope, headers)
        if self.settings.open:
            return self.counted(scope, address(scope))
        return foreign(scope, headers)  # whoever sits at this machine has it for themselves

    def malformed(self, scope: Scope, headers: Headers) -> Response | None:
        """Why nobody at all may ask this, or None."""
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.settings.max_body:
            return shown(413, "too_large", f"a body may have {self.settings.max_body} bytes")
        if scope.get("method", "GET") not in SAFE and not self.own_page(headers):
            return shown(
                403,
                "foreign_origin",
                "another site's page may not change anything here; see FOOTNOTE_CORS_ORIGINS",
            )
        return None

    def unlocked(self, scope: Scope, headers: Headers) -> Response | None:
        """Why this request may not pass now that there are keys, or None."""
        key, session = self.presented(scope, headers)
        if key is None:
            if refused := self.counted(scope, address(scope)):
                return refused
            query = scope["query_string"].decode("latin-1")
            return unknown(scope, quote(scope["path"]) + (f"?{query}" if query else ""))
        scope.setdefault("state", {}).update(
            key=key.name,
            owner=key.id,
            write=key.write,
            collections=key.collections,
            session=session,
        )
        if refused := self.counted(scope, f"key {key.name}"):
            return refused
        writes = scope.get("method", "GET") not in SAFE and scope["path"].startswith(WRITES)
        if writes and not key.write:
            return shown(
                403,
                "read_only",
                f"the key {key.name!r} may read only; use one added with --write",
            )
        return None

    def presented(self, scope: Scope, headers: Headers) -> tuple[Key | None, bool]:
        """The key that a header holds or a cookie's session was opened with, and whether it was a
        session."""
        scheme, _, text = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.keys.match(text.strip()), False
        token = Request({**scope, "type": "http"}).cookies.get(COOKIE)
        return (self.sessions.match(token) if token else None), True

    def counted(self, scope: Scope, name: str) -> Response | None:
        """429 when this name has asked too often; the small files of a page count less."""
        page = scope.get("method", "GET") in SAFE and not scope["path"].startswith(COUNTED)
        wait = self.rate.wait(name, PAGE_COST if page else 1.0)
        return too_many(wait) if wait else None

    async def log_in(self, request: Request) -> Response:
        """Failures are few a minute: after those nobody logs in from that address, with whatever
        key."""
        name = address(request.scope)
        if wait := self.rate.wait(name) or self.logins.wait(name):
            return too_many(wait)
        response = await log_in(request, self.keys, self.sessions)
        if response.status_code == 303:
            self.logins.give_back(name)
        return response

    def own_page(self, headers: Headers) -> bool:
        """Whether a request comes from our own page, a page that was let in, or no page at all."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin and origin in self.origins:
            return True
        if site:  # the browser's own word
            return site in ("same-origin", "none")
        host = headers.get("x-forwarded-host") or headers.get("host", "")
        return not origin or urlsplit(origin).netloc == host


def too_many(wait: float) -> Response:
    seconds = str(int(wait) + 1)
    return shown(
        429,
        "too_many",
        f"too many requests; try again in {seconds} s",
        headers={"Retry-After": seconds},
    )
