"""Takes the entries of RSS and Atom feeds as articles."""

import io
import re
from collections import Counter
from email.utils import parseaddr, parsedate_tz
from typing import Any

from index.addresses import address
from index.html_text import plain
from index.tables import Fields

ISO = re.compile(r"\d{4}-\d\d-\d\d(?=$|[T ])")  # 2019-03-04T08:00:00Z


def feed(content: bytes) -> list[Fields]:
    """One article for each entry; raises ValueError when there is none."""
    import feedparser  # type: ignore[import-untyped]

    parsed = feedparser.parse(io.BytesIO(content))
    if not parsed.entries:
        problem = parsed.get("bozo_exception", "")
        raise ValueError(f"no entries were found; is it a feed? {problem}".strip())
    source = plain(parsed.feed.get("title", ""))
    rows = [_entry(entry) | {"source": source} for entry in parsed.entries]
    links = Counter(row["url"] for row in rows)
    for number, (row, entry) in enumerate(zip(rows, parsed.entries, strict=True), 1):
        url = row["url"]
        if url and links[url] > 1:  # a live page's entries share its address
            own = entry.get("id")
            row["id"] = f"{url}#{number}" if own in (None, "", url) else own
    return rows


def _entry(entry: Any) -> Fields:
    title = plain(entry.get("title", ""))
    url = address(entry.get("link"))
    contents = [part.get("value") or "" for part in entry.get("content", [])]
    longest = max([*contents, entry.get("summary", "")], key=len)
    return {
        "text": plain(longest, url) or title,
        "title": title,
        "url": url,
        "author": _author(entry),
        "published": _published(entry),
    }


def _author(entry: Any) -> str | None:
    """All names of an Atom entry; that of `desk@paper.example (Jane Holm)`, as RSS wants an author
    to be written."""
    names = [author.get("name") for author in entry.get("authors", [])]
    if len(names) > 1 and all(names):
        return ", ".join(names)
    written: str | None = entry.get("author")
    if not written or "@" not in written:
        return written
    name, mailbox = parseaddr(written)
    return name or mailbox or written


def _published(entry: Any) -> str | None:
    """The day as it is written; in other forms, in the zone of Greenwich, that which the library
    reads."""
    written = _written_day(entry.get("published") or entry.get("updated") or "")
    if written is not None:
        return written
    return _iso(entry.get("published_parsed") or entry.get("updated_parsed"))


def _written_day(text: str) -> str | None:
    """The day of a feed's date in the zone that it is written in, as `2019-03-04`; None for other
    forms."""
    if day := ISO.match(text.strip()):
        return day[0]
    return _iso(parsedate_tz(text))


def _iso(parts: Any) -> str | None:
    """The ISO date of a year, a month, a day and what follows; None for None."""
    return f"{parts[0]:04}-{parts[1]:02}-{parts[2]:02}" if parts else None
