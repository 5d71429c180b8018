"""Takes all text of a piece of HTML, its blocks as paragraphs and its tables row by row."""

import re
from typing import Any

from index.html_elements import BLOCKS, count_linked_words, count_words, layout
from index.html_inline import UNSTORABLE, write_out

END_TAG = re.compile(r"</[a-z][a-z0-9]*>")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


def page_text(page: str) -> str:
    """Every word of an HTML page's body; raises ValueError when there is none."""
    from lxml.etree import LxmlError  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    try:
        parser = HTMLParser(encoding="utf-8")
        tree = document_fromstring(page.encode(errors="replace"), parser=parser)
    except (LxmlError, ValueError):
        raise ValueError("has no text on its page; save the text itself") from None
    body = tree.find("body")
    return flat(tree if body is None else body)


def plain(markup: str, link: str | None = None) -> str:
    """The text of a piece of HTML, its blocks as paragraphs, without a last one that only leads to
    `link`."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    text = _fragment_text(markup, link)
    if END_TAG.search(text):  # it was escaped twice
        text = _fragment_text(text, link)
    return text


def flat(tree: Any) -> str:
    """The text of a tree, its blocks as paragraphs."""
    for element in list(tree.iter("script", "style", "template")):
        element.drop_tree()
    write_out(tree)
    placed = set(layout(tree))
    for row in list(tree.iter("tr")):
        if row not in placed:
            _write_row(row)
    for element in tree.iter(*BLOCKS):
        element.text = f"\n\n{element.text or ''}"
        element.tail = f"\n\n{element.tail or ''}"
    paragraphs = [part.strip() for part in BLANK_LINE.split(str(tree.text_content()))]
    return "\n\n".join(filter(None, paragraphs))


def _fragment_text(markup: str, link: str | None) -> str:
    from lxml.html import fragment_fromstring

    tree = fragment_fromstring(UNSTORABLE.sub(" ", markup), create_parent=True)
    last = next(tree.iterchildren("p", reversed=True), None)
    if last is not None and last.getprevious() is not None and _leads_to(last, link):
        last.drop_tree()  # "The post Fountain off appeared first on Town Talk."
    return flat(tree)


def _leads_to(paragraph: Any, link: str | None) -> bool:
    """Whether a paragraph has a link there, and links are a third of its words at least."""
    if all(anchor.get("href") != link for anchor in paragraph.iter("a")):
        return False
    return 3 * count_linked_words(paragraph) >= count_words(paragraph)


def _write_row(row: Any) -> None:
    """Makes a row of several cells one line, as it is in HTML and PDF: `| Orren | 14 million |`."""
    cells = list(row.iterchildren("td", "th"))
    texts = [" ".join(cell.text_content().split()) for cell in cells]
    if len(cells) > 1:
        for cell in cells:
            row.remove(cell)
        row.text = f"| {' | '.join(texts)} |"
