"""Fetching: what is taken over HTTP, from where it may come, and how much of it."""

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from index import fetch as fetching
from index.articles import ArticleError
from index.fetch import FetchError, Page, fetch, is_public
from index.loading import from_page

FEED = (
    b'<rss version="2.0"><channel><title>The Gazette</title><item><title>A</title><link>https://g.example/a</link>'
    b"<description>The harbour opens.</description><pubDate>Mon, 04 Mar 2019 22:30:00 -0800</pubDate></item>"
    b"<item><title>B</title><description>The harbour closes.</description></item></channel></rss>"
)
PAGE = (
    "<html><head><title>Café</title>{}</head><body><article><h1>Café</h1><p>The café by the harbour opens on "
    "<time>9 September</time>, its owner said on Monday morning.</p><p>It had been closed for a year.</p>"
    "</article></body></html>"
)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts a server that replies as it is told, by path, and gives its address; `asked` holds the requests' headers."""
    servers: list[ThreadingHTTPServer] = []

    def start(replies: dict[str, Any], asked: list[Any] | None = None) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if asked is not None:
                    asked.append(self.headers)
                reply = replies[self.path]
                status, headers, body = reply(self.headers) if callable(reply) else reply
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def got(url: str, **options: Any) -> Page:
    page = fetch(url, allow_private=True, **options)
    assert page is not None
    return page


def test_a_feed_and_what_is_new_in_it(serve: Callable[..., str]) -> None:
    def feed(headers: Any) -> tuple[int, dict[str, str], bytes]:
        if headers.get("if-none-match") == '"1"':
            return 304, {}, b""
        return 200, {"Content-Type": "application/rss+xml", "ETag": '"1"'}, FEED

    url = serve({"/feed": feed}) + "/feed"
    page = got(url)
    articles = list(from_page(page, collections=["news"]))
    assert [one.id for one in articles] == ["https://g.example/a", f"{url}#2"]
    assert articles[0].published == "2019-03-04"
    assert {one.collections for one in articles} == {("news",)}
    assert fetch(url, allow_private=True, known=page.headers) is None


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16"])
def test_a_page_is_known_by_where_it_was_found(serve: Callable[..., str], encoding: str) -> None:
    own = '<link rel="canonical" href="https://other.example/stolen"/>'
    headers = {"Content-Type": f"text/html; charset={encoding}"}
    base = serve({"/a": (200, headers, PAGE.format(own).encode(encoding))})
    [article] = from_page(got(f"{base}/a#top"))
    assert article.id == article.url == f"{base}/a"
    assert "The café by the harbour opens on 9 September, its" in article.text


def test_redirects_are_followed_so_far(serve: Callable[..., str]) -> None:
    replies: dict[str, Any] = {f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(9)}
    replies["/5"] = (200, {"Content-Type": "text/plain"}, b"The harbour opens.")
    base = serve(replies)
    assert got(f"{base}/0").url == f"{base}/5"
    replies["/5"] = (301, {"Location": "/6"}, b"")
    with pytest.raises(FetchError, match="leads on more than 5 times"):
        got(f"{base}/0")


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://x.example/", "gopher://127.0.0.1/", "javascript://x"]
)
def test_only_http_is_fetched(serve: Callable[..., str], place: str) -> None:
    base = serve({"/": (302, {"Location": place}, b"")})
    with pytest.raises(FetchError, match="only http and https"):
        got(base + "/")


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 240.0.0.1"
    " 255.255.255.255 ::1 :: fe80::1%eth0 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1"
    " ::7f00:1 ::ffff:0:7f00:1 64:ff9b:1::7f00:1 fec0::1 5f00::1 2002:7f00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2".split(),
)
def test_what_is_not_of_the_public_net(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1", "::ffff:8.8.8.8"])
def test_what_is_of_the_public_net(address: str) -> None:
    assert is_public(address)


def named(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Every name stands for these addresses; the names that were looked up."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if not isinstance(host, str) or host.replace(".", "").isdigit() or ":" in host:
            return real(host, port, *rest, **more)
        asked.append(host)
        address = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return asked


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_no_private_address_is_asked(serve: Callable[..., str], name: str) -> None:
    asked: list[Any] = []
    port = serve({"/": (200, {}, b"secret")}, asked).rpartition(":")[2]
    with pytest.raises(FetchError, match=r"not of the public net|not found"):
        fetch(f"http://{name}:{port}/")
    assert asked == []


def test_every_hop_is_checked(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    inner = serve({"/": (200, {}, b"secret")}, asked)
    outer = serve(
        {"/": (302, {"Location": inner.replace("127.0.0.1", "inner.example") + "/"}, b"")}
    )
    named(monkeypatch, "127.0.0.1", "10.0.0.7")
    public = iter([True, False])
    monkeypatch.setattr(fetching, "is_public", lambda _: next(public))
    with pytest.raises(FetchError, match=r"leads to 10\.0\.0\.7"):
        fetch(outer.replace("127.0.0.1", "outer.example"))
    assert asked == []


def test_a_name_is_looked_up_once(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    base = serve({"/": (200, {"Content-Type": "text/plain"}, b"The harbour opens.")}, asked)
    looked = named(monkeypatch, "127.0.0.1", "10.0.0.7")
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")
    page = fetch(base.replace("127.0.0.1", "rebind.example") + "/")
    assert page is not None
    assert looked == ["rebind.example"]
    assert asked[0]["host"].startswith("rebind.example:")


@pytest.mark.parametrize("packed", [False, True])
def test_size_is_bounded(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(fetching, "LIMIT", 100_000)
    body = b"x" * 200_000
    headers = {"Content-Encoding": "gzip"} if packed else {}
    base = serve({"/": (200, headers, gzip.compress(body) if packed else body)})
    with pytest.raises(FetchError, match="is larger than"):
        got(base + "/")


def test_what_unpacks_to_much_fills_no_memory(serve: Callable[..., str]) -> None:
    bomb = gzip.compress(bytes(400_000_000), 1)
    base = serve({"/": (200, {"Content-Encoding": "gzip"}, bomb)})
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="is larger than"):
            got(base + "/")
        assert tracemalloc.get_traced_memory()[1] < 4 * fetching.LIMIT  # of 20 times as much
    finally:
        tracemalloc.stop()


def test_a_page_may_come_packed_as_it_was_asked_for(serve: Callable[..., str]) -> None:
    asked: list[Any] = []
    packed = (200, {"Content-Encoding": "GZip"}, gzip.compress(b"The harbour opens."))
    replies = {"/": packed, "/br": (200, {"Content-Encoding": "br"}, b"\x0b\x02\x80x\x03")}
    replies["/cut"] = (200, {"Content-Encoding": "gzip"}, b"no gzip")
    base = serve(replies, asked)
    assert got(base + "/").content == b"The harbour opens."
    assert asked[0]["accept-encoding"] == "gzip"
    with pytest.raises(FetchError, match="comes packed as 'br'"):
        got(base + "/br")
    with pytest.raises(FetchError, match=r"cannot be reached: .*look at the address"):
        got(base + "/cut")


def test_time_is_bounded(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def slow(_: Any) -> tuple[int, dict[str, str], bytes]:
        done.wait(60)
        return 200, {}, b""

    base = serve({"/": slow})
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    try:
        with pytest.raises(FetchError, match=r"does not answer within 0\.5 s"):
            got(base + "/")
    finally:
        done.set()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/", "cannot be reached"),
        ("http://no-such-host.invalid/", "is not found"),
        ("https://127.0.0.1:{port}/", "cannot be reached"),
        ("http://127.0.0.1:{port}/none", "answers 404"),
    ],
)
def test_what_cannot_be_fetched_is_one_line(serve: Callable[..., str], url: str, said: str) -> None:
    port = serve({"/none": (404, {}, b"")}).rpartition(":")[2]
    with pytest.raises(FetchError, match=said):
        got(url.format(port=port))


def test_what_is_no_article_is_said() -> None:
    wrong: list[ArticleError] = []
    page = Page("https://g.example/", b"\x00\x01\x02", "", {})
    assert list(from_page(page, report=wrong.append)) == []
    assert str(wrong[0]).startswith("https://g.example/: is binary")
