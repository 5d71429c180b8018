"""Who can reach the service: the address it is bound to, and where a request comes from."""

import ipaddress
import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from qa.endpoint.keys import Keys
from qa.endpoint.problems import shown
from qa.settings import Settings, SettingsError

PROXY = "x-forwarded"  # how most of what a proxy says about its client begins
FORWARDED = (  # and the rest of it
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "true-client-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "fastly-client-ip",
)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_exposure(settings: Settings, keys: Keys) -> None:
    """Raise SettingsError for an address others can reach, unless keys exist or the owner says
    open; and for both."""
    if keys.all() and settings.open:
        raise SettingsError(
            f"FOOTNOTE_OPEN: it is set and {keys.path} holds keys; unset it, or remove the keys"
        )
    if not keys.all() and not settings.open and not is_loopback(settings.host):
        raise SettingsError(
            f"FOOTNOTE_HOST: {settings.host!r} can be reached by others and there are no keys; "
            "add one (footnote keys add NAME), or set FOOTNOTE_OPEN=true"
        )


def client(scope: Scope) -> str:
    return str((scope.get("client") or ("localhost",))[0])


def address(scope: Scope) -> str:
    """The name under which a client's address is counted: of IPv6 the network, for one subscriber
    has all of it."""
    host = client(scope)
    try:
        parsed = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return f"from {host}"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return f"from {ipaddress.ip_network((parsed, 64), strict=False)}"
    return f"from {parsed}"


def foreign(scope: Scope, headers: Headers) -> Response | None:
    """Open on loopback means loopback: not a server bound elsewhere, not a web page whose name
    points here, and not whom a proxy brings, as far as it says so: one that says nothing looks like
    the machine's own user."""
    host = re.sub(r":\d*$", "", ", ".join(headers.getlist("host")))  # of two, neither is believed
    server = (scope.get("server") or ("localhost",))[0]
    proxied = next((name for name in headers if name.startswith(PROXY) or name in FORWARDED), None)
    if is_loopback(host) and is_loopback(server) and is_loopback(client(scope)) and not proxied:
        return None
    who = f"a request with {proxied}" if proxied else repr(host)
    return shown(
        403,
        "not_loopback",
        f"without keys only loopback is served, not {who}; add a key or set FOOTNOTE_OPEN",
    )
