"""Who may: the gate in front of every route and the page, the log-in form, rate limits, security headers."""

import html
import ipaddress
import re
import time
from collections import OrderedDict
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.endpoint.keys import Keys
from qa.settings import Settings, SettingsError

COOKIE = "footnote_key"
LIVE = "/health/live"
FORM_BYTES = 4_000
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; base-uri 'self'; "
FORM = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Footnote: log in</title><body style="font:1.1em sans-serif;max-width:24em;margin:15vh auto;padding:0 1em">
<h1>Footnote</h1><form method="post" action="/login?next={next}"><p role="alert">{message}</p>
<label>Key <input type="password" name="key" autocomplete="current-password" required autofocus></label>
<button>Log in</button></form>"""


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_exposure(settings: Settings, keys: Keys) -> None:
    """Raise SettingsError for an address others can reach, unless keys exist or the owner says open."""
    if not keys.all() and not settings.open and not is_loopback(settings.host):
        raise SettingsError(
            f"FOOTNOTE_HOST: {settings.host!r} can be reached by others and there are no keys; "
            "add one (footnote keys add NAME), or set FOOTNOTE_OPEN=true"
        )


class Buckets:
    """Token buckets by name: `rate` a minute, all of it at once if unused; the least recent names are forgotten."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Take one; the seconds to wait for it, 0 when it was there."""
        now = time.monotonic()
        level, then = self._levels.pop(name, (float(self.rate), now))
        level = min(self.rate, level + (now - then) * self.rate / 60)
        enough = not self.rate or level >= 1
        self._levels[name] = (level - enough, now)
        if len(self._levels) > 10_000:
            self._levels.popitem(last=False)
        return 0.0 if enough else (1 - level) * 60 / self.rate


class Gate:
    """Middleware in front of everything, mounted pages included: nothing passes without a key once there is one."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys) -> None:
        self.app, self.settings, self.keys = app, settings, keys
        self.locked = bool(keys.all())  # never unlocks while running: removing the last key opens nothing
        self.rate, self.failures = Buckets(settings.rate_limit), Buckets(30)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        self.locked = self.locked or bool(self.keys.all())
        if scope["type"] == "http" and self.locked and (scope["method"], scope["path"]) == ("POST", "/login"):
            answer: Response | None = await self.login(Request(scope, receive))
        else:
            answer = self.refusal(scope)
        if answer is None:
            await self.app(scope, receive, hardened(send, scope))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, hardened(send, scope))

    def refusal(self, scope: Scope) -> Response | None:
        """Why this request may not pass, or None."""
        headers, method = Headers(scope=scope), scope.get("method", "GET")
        if scope["path"] == LIVE:
            return None
        if int(length) > self.settings.max_body if (length := headers.get("content-length", "")).isdecimal() else False:
            return refuse(413, "too_large", f"a body may have {self.settings.max_body} bytes")
        if not self.locked:
            return None if self.settings.open else foreign(scope, headers)
        key = self.keys.match(presented(headers, Request({**scope, "type": "http"}).cookies))
        if key is None:
            return self.unknown(scope, headers)
        scope.setdefault("state", {}).update(key=key.name, write=key.write)
        if not key.write and method not in SAFE and scope["path"].startswith("/v1/articles"):
            return refuse(403, "read_only", f"the key {key.name!r} may read only; use one added with --write")
        counted = method not in SAFE or scope["path"].startswith("/v1/")  # not the many small files of a page
        return too_many(wait) if counted and (wait := self.rate.wait(key.name)) else None

    def unknown(self, scope: Scope, headers: Headers, message: str = "") -> Response:
        """401; a browser gets the log-in form as its body."""
        tried = bool(message or headers.get("authorization"))
        if tried and (wait := self.failures.wait((scope.get("client") or ("",))[0])):
            return too_many(wait)
        if "text/html" in headers.get("accept", ""):
            page = FORM.format(next=html.escape(quote(scope["path"])), message=html.escape(message))
            return HTMLResponse(page, 401)
        text = message or "send a key: Authorization: Bearer KEY"
        return refuse(401, "no_key", text, {"WWW-Authenticate": "Bearer"})

    async def login(self, request: Request) -> Response:
        body = b""
        async for part in request.stream():  # nobody is known yet: no more than a form holds is kept
            body += part
            if len(body) > FORM_BYTES:
                return refuse(413, "too_large", f"the form may have {FORM_BYTES} bytes")
        form = parse_qs(body.decode("utf-8", "replace"))
        text = form.get("key", [""])[0].strip()
        place = request.query_params.get("next", "/")
        if self.keys.match(text) is None:
            scope = {**request.scope, "path": place}
            return self.unknown(scope, request.headers, "That key is not known here.")
        own = re.fullmatch(r"/(?![/\\])[^\s\\]*", place) and place != "/login"  # never to another host
        response = RedirectResponse(place if own else "/", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, text, max_age=30 * 86_400, httponly=True, samesite="lax", secure=secure)
        return response


def presented(headers: Headers, cookies: dict[str, str]) -> str:
    scheme, _, text = headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else cookies.get(COOKIE, "")


def foreign(scope: Scope, headers: Headers) -> Response | None:
    """Open on loopback means loopback: not a server bound elsewhere, not a web page whose name points here."""
    host = re.sub(r":\d*$", "", headers.get("host", ""))
    server = (scope.get("server") or ("localhost",))[0]
    if is_loopback(host) and is_loopback(server):
        return None
    return refuse(
        403, "not_loopback", f"without keys only loopback is served, not {host!r}; add a key or set FOOTNOTE_OPEN"
    )


def refuse(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def too_many(wait: float) -> Response:
    seconds = str(int(wait) + 1)
    return refuse(429, "too_many", f"too many requests; try again in {seconds} s", {"Retry-After": seconds})


def hardened(send: Send, scope: Scope) -> Send:
    """`send` with the security headers set on the response's start."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in {name for name in headers if name.startswith("access-control-")}:
                del headers[name]  # Gradio lets every origin in; who may call is said outside the gate
            policy = PAGE_POLICY if headers.get("content-type", "").startswith("text/html") else "default-src 'none'; "
            headers.setdefault("content-security-policy", policy + "frame-ancestors 'none'")
            headers.setdefault("x-content-type-options", "nosniff")
            headers.setdefault("referrer-policy", "no-referrer")
            headers.setdefault("x-frame-options", "DENY")
            if scope["path"].startswith("/v1/"):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return marked
