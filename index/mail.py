"""Reads e-mails and mailboxes: the text of each message with its subject, sender and day."""

import email
import io
import re
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_tz
from typing import cast

from index.encoding import decode
from index.html_text import page_text
from index.tables import LIMIT, Fields

ODD = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    IndexError,
    RecursionError,
)  # the parser's
MOST_NAMED = 20  # files left out
LONGEST_NAME = 100  # characters
ESCAPED = re.compile(
    rb"^>(>*From )", re.MULTILINE
)  # `>From ` stands for a line that begins `From `


def mail(content: bytes) -> list[Fields]:
    """The one message of a file."""
    try:
        message = email.message_from_bytes(content, policy=policy.default)
        if not message.keys():
            raise ValueError("has no header; is it an e-mail?")
        text = _body(message)
        files = _files(message)
    except ValueError:
        raise
    except ODD as error:
        raise ValueError(f"its message cannot be read ({error}); save it as text") from None
    if not text.strip():
        raise ValueError("has no text of its own; save what it brings as files")
    name, address = parseaddr(_header(message, "from") or "")
    listed = (_header(message, "list-id") or "").partition("<")[0].strip(' "')
    day = parsedate_tz(_header(message, "date") or "")
    published = f"{day[0]:04}-{day[1]:02}-{day[2]:02}" if day else _header(message, "date")
    fields = {"title": _header(message, "subject"), "author": name or address or None}
    fields |= {"source": _header(message, "organization") or listed or None}
    if files:
        named = ", ".join(files[:MOST_NAMED])
        more = f" and {len(files) - MOST_NAMED:,} more" if len(files) > MOST_NAMED else ""
        fields["doubt"] = f"left out: {named}{more}; what an e-mail brings as files is not read"
    return [{"text": text, **fields, "published": published}]


def messages(
    file: io.BufferedReader, read: Callable[[bytes], list[Fields]]
) -> Iterator[tuple[int, Fields | ValueError]]:
    """Those of a mailbox of any length, by their numbers, each made by `read`; each has its
    Message-ID as its id."""
    number = 0
    for content in _split(file):
        number += 1
        try:
            if len(content) > LIMIT:
                raise ValueError(f"the message is larger than {LIMIT // 1_000_000} MB; leave it")
            [row] = read(ESCAPED.sub(rb"\1", content))
            found = re.search(rb"(?im)^message-id:\s*<([^<>\s]+)>", content[:100_000])
            named = {"id": found[1].decode("ascii", "replace")} if found else {}
            yield number, row | named
        except ValueError as error:
            yield number, error
    if not number:
        raise ValueError("has no messages; is it a mailbox?")


def _split(file: io.BufferedReader) -> Iterator[bytes]:
    """The bytes of each message; of one that is too large only so many that this shows."""
    held: list[bytes] | None = None
    size, blank = 0, True
    while line := file.readline(LIMIT):
        if blank and line.startswith(b"From "):
            if held is not None:
                yield b"".join(held)
            held, size = [], 0
        elif held is not None and size <= LIMIT:
            held.append(line)
            size += len(line)
        blank = not line.strip()
    if held is not None:
        yield b"".join(held)


def _files(message: EmailMessage) -> list[str]:
    """The names, or kinds, of what a message brings as files; pictures that its own page shows are
    none."""
    names = []
    page = message.get_body(("html",))
    shown = _decoded(page) if page else ""
    read = (message, page, message.get_body(("plain",)))
    for part in message.walk():
        kind, name = part.get_content_type(), part.get_filename()
        picture = str(part["content-id"] or "").strip("<> ")
        if any(part is one for one in read) or (picture and f"cid:{picture}" in shown):
            continue
        if part.is_attachment() or name is not None or kind == "message/rfc822":
            names.append(" ".join((name or kind).split())[:LONGEST_NAME])
    return names


def _header(message: EmailMessage, name: str) -> str | None:
    """A header's text, its encoded words decoded; None for one that is not there or cannot be
    read."""
    try:
        value = message[name]
        return " ".join(str(value).split()) or None if value is not None else None
    except ODD:
        return None


def _body(message: EmailMessage) -> str:
    """The plain text, or that of the HTML where there is no other."""
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    text = _decoded(plain) if plain else ""
    if text.strip() or page is None:
        return _unfolded(text) if plain and _is_flowed(plain) else text.strip()
    return page_text(_decoded(page))


def _decoded(part: MIMEPart) -> str:
    """In the encoding it names, else in the one it seems to have."""
    content = cast(bytes, part.get_payload(decode=True) or b"")
    try:
        text = content.decode(part.get_content_charset() or "?")
    except (LookupError, UnicodeError):
        return decode(content)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_flowed(part: MIMEPart) -> bool:
    return str(part.get_param("format", "")).lower() == "flowed"


def _unfolded(text: str) -> str:
    """Paragraphs of a text whose lines go on in the next where they end in a blank (RFC 3676)."""
    lines = [line.removeprefix(" ") for line in text.split("\n")]
    joined = ""
    for line in lines:
        goes_on = line.endswith(" ") and line != "-- "
        joined += line if goes_on else line + "\n"
    return joined.strip()
