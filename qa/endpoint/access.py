"""Who may: the gate in front of every route and the page, the log-in form, rate limits, security headers."""

import html
import ipaddress
import logging
import re
import time
from collections import OrderedDict
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.endpoint.keys import Keys
from qa.endpoint.problems import shown
from qa.settings import Settings, SettingsError

LOG = logging.getLogger("footnote")
COOKIE = "footnote_key"
LIVE = "/health/live"
FORM_BYTES = 4_000
FORWARDED = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-prefix",
    "x-real-ip",
)  # what a proxy says about its client
WRITES = ("/v1/articles", "/gradio_api/upload")  # paths that need a key that may write
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Gradio's page holds scripts in its HTML and makes functions of text, so these two cannot be forbidden; attributes that
# run script, frames, plug-ins, forms and anything from elsewhere are.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "media-src 'self' data: blob:; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'self'; "
)
FORM = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Footnote: log in</title><body style="font:1.1em sans-serif;max-width:24em;margin:15vh auto;padding:0 1em">
<h1>Footnote</h1><form method="post" action="{root}/login?next={next}"><p role="alert">{message}</p>
<label>Key <input type="password" name="key" autocomplete="current-password" required autofocus></label>
<button>Log in</button></form>"""


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_exposure(settings: Settings, keys: Keys) -> None:
    """Raise SettingsError for an address others can reach, unless keys exist or the owner says open; and for both."""
    if keys.all() and settings.open:
        raise SettingsError(
            f"FOOTNOTE_OPEN: it is set and {keys.path} holds keys; unset it, or remove the keys"
        )
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
        self.locked = bool(
            keys.all()
        )  # never unlocks while running: removing the last key opens nothing
        self.rate = Buckets(settings.rate_limit)
        self.origins = {origin.strip() for origin in settings.cors_origins.split(",")} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer: Response | None = None
        if scope["path"] != LIVE:
            try:
                self.locked = self.locked or bool(self.keys.all())
                login = self.locked and (scope.get("method"), scope["path"]) == ("POST", "/login")
                answer = await self.login(Request(scope, receive)) if login else self.refusal(scope)
            except SettingsError as error:
                LOG.error(str(error))
                answer = shown(
                    503, "keys_unreadable", "the file of keys cannot be read; the log says why"
                )
        if answer is None:
            await self.app(scope, receive, hardened(send, scope))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, hardened(send, scope))

    def refusal(self, scope: Scope) -> Response | None:
        """Why this request may not pass, or None."""
        headers, method = Headers(scope=scope), scope.get("method", "GET")
        if (
            int(length) > self.settings.max_body
            if (length := headers.get("content-length", "")).isdecimal()
            else False
        ):
            return shown(413, "too_large", f"a body may have {self.settings.max_body} bytes")
        if method not in SAFE and not self.own_page(headers):
            return shown(
                403,
                "foreign_origin",
                "another site's page may not change anything here; see FOOTNOTE_CORS_ORIGINS",
            )
        if self.locked:
            key = self.keys.match(presented(headers, Request({**scope, "type": "http"}).cookies))
            if key is None:
                query = scope["query_string"].decode("latin-1")
                place = quote(scope["path"]) + (f"?{query}" if query else "")
                return unknown(scope, place)
            scope.setdefault("state", {}).update(key=key.name, write=key.write)
            if not key.write and method not in SAFE and scope["path"].startswith(WRITES):
                return shown(
                    403,
                    "read_only",
                    f"the key {key.name!r} may read only; use one added with --write",
                )
            name = key.name
        elif self.settings.open:
            name = client(scope)
        else:  # whoever sits at this machine has it for themselves
            return foreign(scope, headers)
        counted = method not in SAFE or scope["path"].startswith(
            "/v1/"
        )  # not the many small files of a page
        return too_many(wait) if counted and (wait := self.rate.wait(name)) else None

    def own_page(self, headers: Headers) -> bool:
        """Whether a request comes from our own page, a page that was let in, or no page at all."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin and origin in self.origins:
            return True
        if site:  # the browser's own word
            return site in ("same-origin", "none")
        host = headers.get("x-forwarded-host") or headers.get("host", "")
        return not origin or urlsplit(origin).netloc == host

    async def login(self, request: Request) -> Response:
        body = b""
        async for (
            part
        ) in request.stream():  # nobody is known yet: no more than a form holds is kept
            body += part
            if len(body) > FORM_BYTES:
                return shown(413, "too_large", f"the form may have {FORM_BYTES} bytes")
        form = parse_qs(body.decode("utf-8", "replace"))
        text = form.get("key", [""])[0].strip()
        place = request.query_params.get("next", "/")
        if self.keys.match(text) is None:
            return unknown(request.scope, place, "That key is not known here.")
        own = (
            re.fullmatch(r"/(?![/\\])[^\s\\]*", place) and place.partition("?")[0] != "/login"
        )  # never to another host
        root = request.scope.get("root_path", "")
        response = RedirectResponse(root + (place if own else "/"), 303)
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, text, max_age=30 * 86_400, httponly=True, samesite="lax", secure=secure
        )
        return response


def unknown(scope: Scope, place: str, message: str = "") -> Response:
    """401; a browser gets the log-in form as its body, which leads on to `place`, a path below the service's own."""
    if "text/html" in Headers(scope=scope).get("accept", ""):
        told = {"next": quote(place), "message": html.escape(message)}
        return HTMLResponse(FORM.format(root=scope.get("root_path", ""), **told), 401)
    text = message or "send a key: Authorization: Bearer KEY"
    return shown(401, "no_key", text, headers={"WWW-Authenticate": "Bearer"})


def client(scope: Scope) -> str:
    return str((scope.get("client") or ("localhost",))[0])


def presented(headers: Headers, cookies: dict[str, str]) -> str:
    scheme, _, text = headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else cookies.get(COOKIE, "")


def foreign(scope: Scope, headers: Headers) -> Response | None:
    """Open on loopback means loopback: not a server bound elsewhere, not a web page whose name points here, and not
    whom a proxy brings, as far as it says so: one that says nothing looks like the machine's own user."""
    host = re.sub(r":\d*$", "", headers.get("host", ""))
    server = (scope.get("server") or ("localhost",))[0]
    proxied = next((name for name in FORWARDED if name in headers), None)
    if is_loopback(host) and is_loopback(server) and is_loopback(client(scope)) and not proxied:
        return None
    who = f"a request with {proxied}" if proxied else repr(host)
    return shown(
        403,
        "not_loopback",
        f"without keys only loopback is served, not {who}; add a key or set FOOTNOTE_OPEN",
    )


def too_many(wait: float) -> Response:
    seconds = str(int(wait) + 1)
    return shown(
        429,
        "too_many",
        f"too many requests; try again in {seconds} s",
        headers={"Retry-After": seconds},
    )


def hardened(send: Send, scope: Scope) -> Send:
    """`send` with the security headers set on the response's start."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in {name for name in headers if name.startswith("access-control-")}:
                del headers[
                    name
                ]  # Gradio lets every origin in; who may call is said outside the gate
            policy = (
                PAGE_POLICY
                if headers.get("content-type", "").startswith("text/html")
                else "default-src 'none'; "
            )
            headers.setdefault("content-security-policy", policy + "frame-ancestors 'none'")
            headers.setdefault("x-content-type-options", "nosniff")
            headers.setdefault("referrer-policy", "no-referrer")
            headers.setdefault("x-frame-options", "DENY")
            if scope["path"].startswith("/v1/"):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return marked
