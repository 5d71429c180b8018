"""Finds what an HTML page says of its own publication; nothing is guessed from other dates on
it."""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from index.html_elements import HEADINGS, TEXT, count_words

LINKED = "application/ld+json"
UPDATES = "liveBlogUpdate"  # of schema.org
BESIDE = 3  # words of a line that else holds only the date of publication: "Last updated on"
PUBLISHED = frozenset(  # names under which pages write when they were published
    "article:published_time og:article:published_time og:published_time datepublished date pubdate"
    " publishdate publish-date publish_date publication_date date.issued dc.date dc.date.issued"
    " dcterms.date dcterms.issued dcterms.created parsely-pub-date sailthru.date article.published"
    " cxenseparse:recs:publishtime citation_publication_date".split()
)


def published(tree: Any) -> str | None:
    """The date as written there, None without one; a line that holds only this is taken out, for it
    is no sentence."""
    for script in tree.iter("script"):
        if script.get("type") == LINKED and (day := _linked_date(script.text or "")):
            return day
    for element in tree.iter("meta", "time", "span", "abbr"):
        if _says_published(element):
            written = element.get("content") or element.get("datetime") or element.text_content()
            _drop_line(element)
            return str(written)
    return None


def drop_updates(tree: Any) -> None:
    """Takes the entries of a live page, whose titles, authors and dates are not the page's, out of
    its JSON-LD."""
    for script in tree.iter("script"):
        if script.get("type") == LINKED and UPDATES in (script.text or ""):
            script.text = _without_updates(script.text)


def _says_published(element: Any) -> bool:
    attributes = ("property", "name", "itemprop", "http-equiv")
    names = {(element.get(name) or "").lower() for name in attributes}
    of_html4 = element.tag == "time" and element.get("pubdate") is not None
    return of_html4 or not names.isdisjoint(PUBLISHED)


def _drop_line(element: Any) -> None:
    """Takes out the line that holds only this date."""
    line = next(element.iterancestors(*TEXT), None)
    if line is None or line.tag in HEADINGS:
        return
    if count_words(line) - count_words(element) <= BESIDE:
        line.drop_tree()


def _linked_date(text: str) -> str | None:
    """`datePublished` of the first thing in a page's JSON-LD that has one."""
    for thing in _things(_parsed(text)):
        if isinstance(thing.get("datePublished"), str):
            return str(thing["datePublished"])
    return None


def _without_updates(text: str) -> str:
    whole = _parsed(text)
    if whole is None:
        return text
    for thing in _things(whole):
        thing.pop(UPDATES, None)
    return json.dumps(whole)


def _parsed(text: str) -> Any:
    """The JSON; None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _things(whole: Any) -> Iterator[dict[str, Any]]:
    """The objects of some JSON, the outer ones first; what is taken out of one is not walked."""
    left = deque([whole])
    while left:
        value = left.popleft()
        if isinstance(value, dict):
            yield value
            left += value.values()
        elif isinstance(value, list):
            left += value
