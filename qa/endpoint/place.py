"""Where the service stands: below which path a proxy brings it, and which paths are the same with a
slash at the end."""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")  # /tools/footnote
HEADER = "x-forwarded-prefix"


class Placed:
    """Middleware in front of all other: inside, `path` is without the prefix, `root_path` is the
    prefix.

    `root_path`, the setting, goes before what a proxy says; a prefix that is no plain path is not
    believed.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app, self.root_path = app, root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            root = self.root_path or prefix(Headers(scope=scope))
            scope = {**scope, "path": bare(scope["path"], root), "root_path": root}
        await self.app(scope, receive, send)


class Addressed:
    """Middleware behind the gate: the path is whole again and the host is the proxy's, so that the
    addresses made from a request are those that its sender can reach."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            host = first(Headers(scope=scope).get("x-forwarded-host", ""))
            kept = [pair for pair in scope["headers"] if pair[0] != b"x-forwarded-host"]
            if host:
                kept = [pair for pair in kept if pair[0] != b"host"]
                kept.append((b"host", host.encode("latin-1")))
            whole = {**scope, "path": scope["root_path"] + scope["path"], "headers": kept}
            await self.app(whole, receive, send)
            scope.update((name, whole[name]) for name in ("route",) if name in whole)  # for the log
        else:
            await self.app(scope, receive, send)


def prefix(headers: Headers) -> str:
    """The path that a proxy says it has taken off; empty when it says none."""
    told = first(headers.get(HEADER, "")).rstrip("/")
    return told if PREFIX.fullmatch(told) else ""


def first(value: str) -> str:
    """Of several proxies, what the outermost said."""
    return value.partition(",")[0].strip()


def bare(path: str, root: str) -> str:
    """The path below `root`, whether or not the proxy took that off, and without a slash at the end
    where none belongs."""
    if root and (path == root or path.startswith(f"{root}/")):
        path = path[len(root) :] or "/"
    article = path.startswith("/v1/articles/") and path != "/v1/articles/"  # its id may end so
    ours = path.startswith(("/v1/", "/mcp/", "/health/"))
    return path.rstrip("/") if ours and not article else path
