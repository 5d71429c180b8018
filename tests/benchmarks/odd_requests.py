"""Requests that no browser and no honest program sends, byte by byte, and whether a server withstands each."""

import socket
from collections.abc import Iterator
from urllib.parse import quote

import httpx

Tried = Iterator[tuple[str, bool]]  # what was sent, and whether it came to nothing
SECONDS = 60  # for one reply
SCRIPT = "<script>alert(1)</script>"
HOSTS = (
    *("evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "evil.example:80", ""),
    *(
        "127.0.0.1, evil.example",
        "127.0.0.1\r\nHost: evil.example",
        "[::ffff:192.0.2.1]",
        "0.0.0.0",
    ),
    *("evil.example#127.0.0.1", "localhost.evil.example", "127.0.0.1/evil", "127.0.0.1\tevil"),
)
FORWARDED = ("Host: evil.example", "Prefix: /gradio_api", "For: 127.0.0.1", "Proto: https")
CLOSED = (  # places of Gradio's that are closed, in other ways to write them
    *("/gradio_api/run/add", "/gradio_api/RUN/add", "/GRADIO_API/run/add", "/gradio_api//run/add"),
    *("//gradio_api/run/add", "/gradio_api/./run/add", "/x/../gradio_api/run/add", "/run/add"),
    *("/gradio_api/..;/run/add", "/gradio_api;x/run/add", "/gradio_api/%72un/add", "/call/add"),
    *("/gradio_api/run%2fadd", "/gradio_api%2frun%2fadd", "/gradio_api/run/add/", "/api/add"),
    *("/gradio_api/run/add%00", "/gradio_api/run%5cadd", "/gradio_api/run/add%2f..%2fadd"),
    *("/gradio_api/api/add", "/gradio_api/call/add", "/gradio_api/call/v2/add", "/api/predict"),
    *("http://127.0.0.1/gradio_api/run/add", "http://evil.example//gradio_api/run/add"),
    *("/gradio_api/component_server", "/gradio_api/reset/../run/add", "/x/gradio_api/run/add"),
)
FILES = (
    *("/gradio_api/file=/etc/passwd", "/gradio_api/file=%2fetc%2fpasswd", "/file=/etc/passwd"),
    *("/gradio_api/file=../../../../../etc/passwd", "/gradio_api/file=/proc/self/environ"),
    *("/gradio_api/file=/etc/passwd%00.txt", "/gradio_api/file=%00", "/%2e%2e/%2e%2e/etc/passwd"),
    *("/static/../../../../etc/passwd", "/static/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"),
    *("/assets/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "/svelte/..%2f..%2f..%2fetc/passwd"),
    *("/static//etc/passwd", "/static/%2fetc/passwd", "/a/..%2f..%2f..%2fetc%2fpasswd", "/a/%00"),
    *("/gradio_api/custom_component/a/client/component/..%2f..%2f..%2fetc%2fpasswd",),
    *("/v1/articles/" + "..%2f" * 30 + "etc/passwd", "/v1/articles/%00", "/" + "a" * 60_000),
    *(
        "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/file=\\\\evil.example\\a",
        "/a/" + "%ff" * 99,
    ),
)
ELSEWHERE = (
    *(
        "//evil.example",
        "https://evil.example",
        "https:evil.example",
        "/\\evil.example",
        "\\\\evil",
    ),
    *(
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "///evil.example",
        ".evil",
    ),
    *(
        "@evil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/.//evil.example",
        "%2f%2fevil.example",
        " //evil",
    ),
)
PRIVATE = (
    *("127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f.1", "0177.0.0.1", "localhost"),
    *("localhost.", "LOCALHOST", "user:word@127.0.0.1", "evil@localhost", "169.254.169.254"),
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[fe80::1]"),
    *(
        "[fec0::1]",
        "[fc00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:1::1]",
        "[ff02::1]",
    ),
)
SMUGGLED = (
    *("Content-Length: 3\r\nTransfer-Encoding: chunked", "Content-Length: 3\r\nContent-Length: 4"),
    *(
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 3, 4",
        "Content-Length: -1",
    ),
    *("Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Content-Length : 3"),
    *("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Content-Length: +3"),
    *("Transfer-Encoding\x0b: chunked", "X: y\nContent-Length: 3\r\nContent-Length: 30"),
)
METHODS = ("TRACE", "CONNECT", "PROPFIND", "HEAD", "OPTIONS", "get", "PATCH")


def sent(url: httpx.URL, request: bytes) -> bytes:
    """The whole reply, or what came of it before the connection was cut."""
    told = b""
    with socket.create_connection((url.host, url.port or 80), timeout=SECONDS) as one:
        try:
            one.sendall(request)
            while part := one.recv(65_536):
                told += part
        except ConnectionError:
            pass
    return told


def raw(method: str, place: str, *headers: str, body: str = "", host: str = "127.0.0.1") -> bytes:
    """A request whose connection ends with it."""
    lines = [f"{method} {place} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("utf-8")


def status(reply: bytes) -> int:
    """0 for no reply."""
    return int(reply[9:12]) if reply[:5] == b"HTTP/" else 0


def hosts(url: httpx.URL) -> Tried:
    """Names that are not this machine's, of a server without keys."""
    for host in HOSTS:
        reply = sent(url, raw("GET", "/v1/articles", host=host))
        yield f"Host: {host}", status(reply) in (0, 400, 403)
    for header in FORWARDED:
        reply = sent(url, raw("GET", "/v1/articles", f"X-Forwarded-{header}"))
        yield f"X-Forwarded-{header}", status(reply) == 403


def places(url: httpx.URL, *headers: str) -> Tried:
    """Ways around the closed routes, and to files; `headers` are those of a key, where there is one."""
    body = '{"fn_index": 0, "data": []}'
    for place in CLOSED:
        for more in ((), ("X-Forwarded-Prefix: /x",), ("X-Forwarded-Prefix: /gradio_api",)):
            asked = raw("POST", place, *headers, *more, "Content-Type: application/json", body=body)
            got = status(sent(url, asked))
            yield f"POST {place} {more}: {got}", got in (0, 400, 403, 404, 405)
    for place in FILES:
        reply = sent(url, raw("GET", place, *headers))
        held = b"root:" not in reply and b"PATH=" not in reply
        yield (
            f"GET {place[:100]}: {status(reply)}",
            held and status(reply) in (0, 400, 403, 404, 414),
        )


def methods(url: httpx.URL, routes: list[str], *headers: str) -> Tried:
    """Methods that no route has, on every route: no reply but its absence, and nothing in it."""
    for route in routes:
        place = quote(route.replace("{", "").replace("}", ""))
        for method in METHODS:
            reply = sent(url, raw(method, place, *headers))
            got = status(reply)
            echoed = method == "TRACE" and b"Connection: close" in reply
            yield f"{method} {route}: {got}", got < 500 and got not in (201, 204) and not echoed


def neighbours(url: httpx.URL) -> Tried:
    """A question in the ways that a page of another site can send one."""
    body = '{"question": "Who?"}'
    own = f"http://127.0.0.1:{url.port}"
    foreign = ("null", "https://evil.example", f"{own}.evil.example", f"{own}@evil.example")
    foreign += (
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "http://localhost.evil.example",
        "file://",
    )
    told = [f"Origin: {origin}" for origin in foreign]
    told += [f"Sec-Fetch-Site: {site}" for site in ("same-site", "cross-site", "SAME-ORIGIN", "x")]
    for header in told:
        for kind in ("text/plain", "application/json", "application/x-www-form-urlencoded"):
            for place in ("/v1/answer", "/mcp", "/gradio_api/queue/join", "/login"):
                more = (header, f"Content-Type: {kind}")
                asked = raw("POST", place, *more, body=body, host=f"127.0.0.1:{url.port}")
                yield f"POST {place} {more}", status(sent(url, asked)) == 403


def smuggled(url: httpx.URL) -> Tried:
    """Requests whose length is told in two ways, with another one behind, and heads without end."""
    second = raw("GET", "/health/live")
    for lines in SMUGGLED:
        head = f"POST /v1/answer HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n\r\n0\r\n\r\n"
        reply = sent(url, head.encode("latin-1") + second)
        yield f"{lines!r}: {reply[:40]!r}", status(reply) == 400 and b'"run"' not in reply
    for begun in ("GET /", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
        yield f"{begun!r} and 30 MB", cut_off(url, begun.encode() + b"a" * 30_000_000)


def cut_off(url: httpx.URL, request: bytes) -> bool:
    """Whether the connection ends before all of the request is taken."""
    with socket.create_connection((url.host, url.port or 80), timeout=SECONDS) as one:
        try:
            one.sendall(request)
        except ConnectionError:
            return True
    return False


def scripts(client: httpx.Client) -> Tried:
    """Markup in what the page is asked for."""
    told = quote(SCRIPT, safe="")
    for place in (
        f"/?q={told}",
        f"/a/{told}",
        f"/a/a?s={told}",
        f"/v1/articles?source={told}",
        f"/{told}",
    ):
        reply = client.get(place, headers={"accept": "text/html"})
        page = reply.headers.get("content-type", "").startswith("text/html")
        yield f"GET {place}: {reply.status_code}", not (page and SCRIPT in reply.text)


def webhooks(client: httpx.Client) -> Tried:
    """Addresses of the own net in all their spellings."""
    for host in PRIVATE:
        body = {"question": "Who won in Oslo?", "webhook": f"http://{host}/"}
        reply = client.post("/v1/saved", json=body)
        yield f"webhook {host}: {reply.text}", reply.status_code == 422


def log_ins(client: httpx.Client, key: str) -> Tried:
    """Places to lead on to after logging in, a session that was chosen before, the cookie's flags."""
    for place in ELSEWHERE:
        reply = client.post("/login", params={"next": place}, data={"key": key})
        led = httpx.URL(client.base_url).join(reply.headers.get("location", "//nowhere"))
        there = led.host == client.base_url.host and led.scheme == "http"
        lines = reply.headers.get_list("set-cookie")
        yield f"next={place!r}: {reply.headers}", there and len(lines) == 1
        client.cookies.clear()
    client.cookies.set("footnote_session", "chosen")
    reply = client.post("/login", data={"key": key}, headers={"X-Forwarded-Proto": "https"})
    told = reply.headers.get("set-cookie", "")
    flags = all(flag in told for flag in ("HttpOnly", "SameSite=lax", "Secure"))
    yield f"session: {told}", flags and "chosen" not in told
    client.cookies.clear()
