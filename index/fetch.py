"""Fetches one page or feed, or sends to one address: every hop checked, connected to the very
address that was checked,
bounded in size and time."""

import asyncio
import ipaddress
import re
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import httpx

from index.addresses import ADDRESS
from index.tables import LIMIT

SECONDS = 30.0  # for all hops together
SENDING = 10.0  # seconds in which a receiver must have taken what is sent
HOPS = 5
AGENT = "footnote (news reader)"
KINDS = {  # suffixes of files with the same content, by the types that servers give
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/feed+json": ".json",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
}
UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that is given out
WRAPPED = ipaddress.ip_network("2002::/16")  # in it, for IPv4 addresses by 6to4


class FetchError(ValueError):
    """What was asked for cannot be fetched; the message says why and what to do, without the
    address."""


@dataclass(frozen=True)
class Page:
    """What was fetched: `url` is where it was in the end, `suffix` that of a file of its kind (''
    when not told)."""

    url: str
    content: bytes
    suffix: str
    headers: dict[str, str] = field(default_factory=dict)  # to ask again only for what is new


def is_address(text: str) -> bool:
    return ADDRESS.fullmatch(text) is not None


def fetch(
    url: str, *, allow_private: bool = False, known: dict[str, str] | None = None
) -> Page | None:
    """The page; None when it is still the one whose `headers` are `known`. Raises FetchError."""
    with _explained(SECONDS):
        return asyncio.run(_fetched(url, allow_private, known or {}))


def send(url: str, body: bytes, headers: dict[str, str], *, allow_private: bool = False) -> None:
    """POSTs the body. Raises FetchError for anything but a 2xx; it is led nowhere else, and reads
    nothing of the reply."""
    with _explained(SENDING):
        asyncio.run(_sent(url, body, headers, allow_private))


def check_address(url: str, *, allow_private: bool = False) -> None:
    """Raises FetchError for an address that `fetch` and `send` would not go to."""
    with _explained(SENDING):
        asyncio.run(_addresses(httpx.URL(url), allow_private))


@contextmanager
def _explained(seconds: float) -> Iterator[None]:
    """What goes wrong inside, as FetchError."""
    try:
        yield
    except TimeoutError:
        reason = f"does not answer within {seconds:g} s; try again later"
        raise FetchError(reason) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, zlib.error) as error:
        reason = f"cannot be reached: {str(error) or type(error).__name__}"
        raise FetchError(f"{reason}; look at the address") from None


async def _sent(url: str, body: bytes, headers: dict[str, str], allow_private: bool) -> None:
    async with (
        asyncio.timeout(SENDING),
        httpx.AsyncClient(trust_env=False, timeout=SENDING, follow_redirects=False) as client,
    ):
        reply = await _asked(client, httpx.URL(url), allow_private, headers, body)
        await reply.aclose()
    if reply.has_redirect_location:
        raise FetchError("leads on to another address; name that one")
    if not reply.is_success:
        raise FetchError(f"answers {reply.status_code} {reply.reason_phrase}; look at the receiver")


async def _fetched(url: str, allow_private: bool, known: dict[str, str]) -> Page | None:
    async with (
        asyncio.timeout(SECONDS),
        httpx.AsyncClient(trust_env=False, timeout=SECONDS, follow_redirects=False) as client,
    ):
        place = httpx.URL(url)
        for _ in range(HOPS + 1):
            reply = await _asked(client, place, allow_private, known)
            try:
                if reply.has_redirect_location:
                    place = place.join(reply.headers["location"])
                    continue
                return await _read(place, reply)
            finally:
                await reply.aclose()
    raise FetchError(f"leads on more than {HOPS} times; name the last address")


async def _asked(
    client: httpx.AsyncClient,
    place: httpx.URL,
    allow_private: bool,
    known: dict[str, str],
    body: bytes | None = None,
) -> httpx.Response:
    """The reply of the first of the host's addresses that can be reached; the name is not looked up
    again. A `body` is POSTed, `known` are headers."""
    headers = {"Host": place.netloc.decode("ascii"), "User-Agent": AGENT, "Accept-Encoding": "gzip"}
    failed: httpx.ConnectError | None = None
    for address in await _addresses(place, allow_private):
        request = client.build_request(
            "GET" if body is None else "POST",
            place.copy_with(host=address, fragment=None),
            headers=headers | known,
            content=body,
            extensions={"sni_hostname": place.raw_host.decode("ascii")},
        )
        try:
            return await client.send(request, stream=True)
        except httpx.ConnectError as error:
            failed = error
    raise failed or FetchError("has no address; look at its spelling")


async def _addresses(place: httpx.URL, allow_private: bool) -> list[str]:
    """Those of the host of an address that may be gone to."""
    if place.scheme not in ("http", "https") or not place.host:
        raise FetchError(f"leads to {str(place)[:200]}; only http and https are fetched")
    port = place.port or (443 if place.scheme == "https" else 80)
    return await _checked(place.host, port, allow_private)


async def _checked(host: str, port: int, allow_private: bool) -> list[str]:
    """The addresses of a host; raises FetchError when one of them is not of the public net and that
    is not allowed."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"its host {host[:100]!r} is not found ({error})") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not allow_private and not is_public(address):
            reason = f"leads to {address}, which is not of the public net"
            raise FetchError(
                f"{reason}; allow that with --allow-private, or FOOTNOTE_ALLOW_PRIVATE"
            )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public net, and no wrapping of another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip not in UNICAST or ip in WRAPPED:
            return False
    return ip.is_global and not ip.is_multicast


async def _read(place: httpx.URL, reply: httpx.Response) -> Page | None:
    if reply.status_code == 304:
        return None
    if reply.status_code != 200:
        raise FetchError(f"answers {reply.status_code} {reply.reason_phrase}; look at the address")
    content, unpacked = bytearray(), _unpacking(reply)
    async for part in reply.aiter_raw():
        content += unpacked.decompress(part, LIMIT + 1) if unpacked else part
        if len(content) > LIMIT:
            raise FetchError(f"is larger than {LIMIT // 1_000_000} MB; save what you need of it")
    kind, _, rest = reply.headers.get("content-type", "").partition(";")
    suffix = KINDS.get(kind.strip().lower(), PurePosixPath(place.path).suffix.lower())
    named = re.search(r"charset=\"?([\w-]+)", rest)
    text = bytes(content)
    if named and suffix in (".html", ".txt", ".md", ".csv"):
        text = _recoded(text, named[1])
    headers = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    again = {ask: reply.headers[tag] for ask, tag in headers.items() if tag in reply.headers}
    return Page(str(place.copy_with(fragment=None, userinfo=b"")), text, suffix, again)


def _unpacking(reply: httpx.Response) -> Any:
    """What unpacks the reply's parts, of which httpx would make any size at once; None for one that
    is not packed."""
    form = reply.headers.get("content-encoding", "identity").strip().lower()
    if form == "gzip":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    if form != "identity":
        raise FetchError(f"comes packed as {form[:40]!r}, unasked for; save what you need of it")
    return None


def _recoded(content: bytes, encoding: str) -> bytes:
    """As UTF-8, as far as it is what its server says it is."""
    try:
        return content.decode(encoding).encode()
    except (LookupError, UnicodeError):
        return content
