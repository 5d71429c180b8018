"""The log-in form, and the two routes of a person's session: log in and log out."""

import asyncio
import html
import re
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from qa.endpoint.keys import Keys
from qa.endpoint.problems import shown
from qa.endpoint.sessions import LASTS, Sessions

COOKIE = "footnote_session"
FORM_BYTES = 4_000
FORM_SECONDS = 20  # to send it: whoever holds a connection is known, but for here
FORM = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Footnote: log in</title>
<body style="font:1.1em sans-serif;max-width:24em;margin:15vh auto;padding:0 1em">
<h1>Footnote</h1><form method="post" action="{root}/login?next={next}"><p role="alert">{message}</p>
<label>Key
<input type="password" name="key" autocomplete="current-password" required autofocus></label>
<button>Log in</button></form>"""


def unknown(scope: Scope, place: str, message: str = "") -> Response:
    """401; a browser gets the log-in form as its body, which leads on to `place`, a path below the
    service's own."""
    if "text/html" in Headers(scope=scope).get("accept", ""):
        told = {"next": quote(place), "message": html.escape(message)}
        return HTMLResponse(FORM.format(root=scope.get("root_path", ""), **told), 401)
    text = message or "send a key: Authorization: Bearer KEY"
    return shown(401, "no_key", text, headers={"WWW-Authenticate": "Bearer"})


async def log_in(request: Request, keys: Keys, sessions: Sessions) -> Response:
    """303 with the cookie of a new session for a known key, 401 for any other; the cookie never
    holds the key."""
    try:
        async with asyncio.timeout(FORM_SECONDS):
            body = await _form(request)
    except TimeoutError:
        return shown(408, "too_slow", f"the form may take {FORM_SECONDS} s")
    if len(body) > FORM_BYTES:
        return shown(413, "too_large", f"the form may have {FORM_BYTES} bytes")
    form = parse_qs(body.decode("utf-8", "replace"))
    key = keys.match(form.get("key", [""])[0].strip())
    place = request.query_params.get("next", "/")
    if key is None:
        return unknown(request.scope, place, "That key is not known here.")
    token = await asyncio.to_thread(sessions.start, key)
    await _end(request, sessions)
    root = request.scope.get("root_path", "")
    seen_as = urlsplit(request.headers.get("origin", "")).scheme  # whatever a proxy says of it
    response = RedirectResponse(root + (place if _own(place) else "/"), 303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure="https" in (request.url.scheme, seen_as),
    )
    return response


async def _form(request: Request) -> bytes:
    """The body; of one that is too large the beginning, for nobody is known yet."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            break
    return body


async def log_out(request: Request, sessions: Sessions) -> Response:
    """303 to the form; the session has ended, whoever else may have its cookie."""
    await _end(request, sessions)
    response = RedirectResponse(request.scope.get("root_path", "") + "/", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


async def _end(request: Request, sessions: Sessions) -> None:
    if token := request.cookies.get(COOKIE):
        await asyncio.to_thread(sessions.end, token)


def _own(place: str) -> bool:
    """Whether a path stays on this host and does not lead to the form again."""
    leads_away = not re.fullmatch(r"/(?![/\\])[^\s\\]*", place)
    return not leads_away and place.partition("?")[0] not in ("/login", "/logout")
