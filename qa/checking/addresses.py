"""Finds what a reader could follow or a program could run in a text: links, addresses and markup,
by their exact syntax."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Sequence

_TAG = re.compile(r"<[/!?]?[A-Za-z-][^<>]{0,200}")  # <b>, </p>, <!--, one that does not end
_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z\d]{1,30};)", re.IGNORECASE
)  # &lt; &#60
_LINK = re.compile(r"!?\[[^\[\]]{0,200}\] ?[(\[:]")  # [text](place), [text][name], [name]: place
_SCHEME = re.compile(r"[a-z][a-z\d+.-]{1,30}:(?=//|[^\s/\d])", re.IGNORECASE)  # http://, mailto:a
_APART = re.compile(r"[^\w.@:/+%-]+")  # between what could be addresses
_ENDS = ".:/-+%"  # at the end of one they are the sentence's
_DOTS = str.maketrans("。｡．", "...")  # a domain's dots, as browsers read them


def followed(text: str) -> set[str]:
    """The links, addresses of mail, domains and IP addresses, and pieces of markup of a text,
    folded for comparison."""
    plain = unicodedata.normalize("NFKC", text.translate(_DOTS)).casefold()
    found = {match[0] for form in (_TAG, _ENTITY, _LINK) for match in form.finditer(plain)}
    return found | set(_addresses(plain))


def foreign(claim: str, sources: Sequence[str]) -> str | None:
    """The first of a claim's links, addresses and markup, in the order of the alphabet, that none
    of its sources has."""
    known = {one for source in sources for one in followed(source)}
    return min(followed(claim) - known, default=None)


def _addresses(text: str) -> Iterator[str]:
    for token in _APART.split(text):
        address = token.lstrip(".-+%").rstrip(_ENDS)
        if _SCHEME.match(address) or 0 < address.find("@") < len(address) - 1:
            yield address
        for part in re.split(r"[@/]|:(?=\d+$)", address):
            if _is_host(part):
                yield part
        if _is_ip(address):
            yield address


def _is_host(part: str) -> bool:
    """Whether it is written like a domain, `evil.com`: labels and at the end two letters or more,
    or such a name in Punycode, `xn--p1ai`; `p.m` and `3.5bn` are not."""
    labels = part.split(".")
    last = labels[-1]
    ends = (len(last) > 1 and last.isalpha()) or last.startswith("xn--")
    return len(labels) > 1 and all(labels) and ends


def _is_ip(part: str) -> bool:
    try:
        ipaddress.ip_address(part)
    except ValueError:
        return False
    return "." in part or ":" in part  # a bare number is none
