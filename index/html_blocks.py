"""Mends a page's blocks before its article is taken out.

What takes the article out (trafilatura) drops elements that it does not know, with their words:
here every word comes to stand in a block that it knows, and what a reader is not shown goes.
"""

import re
from typing import Any

from index.html_elements import (
    BLOCKS,
    HEADINGS,
    HOLDERS,
    INLINE,
    TEXT,
    count_linked_words,
    count_words,
    has_blocks,
    is_block,
    layout,
)
from index.html_inline import write_out

BARE = 5  # words of bare text that are more than a label
ENDED = re.compile(r"[.!?:…][\"'”’)\]]*$")  # The bridge is "safe."


def mend(tree: Any) -> None:
    """Makes the words of every inline element, and of every block that the library does not know,
    text of a block that it knows."""
    _drop_unseen(tree)
    _mend_blocks(tree)
    write_out(tree)
    _enclose(tree)
    _wrap_holders(tree)
    unknown = [element for element in tree.iter() if _is_unknown(element)]
    for element in [*tree.iter(*INLINE), *unknown]:
        if _is_within(element, TEXT):
            element.drop_tag()


def _drop_unseen(tree: Any) -> None:
    """Takes out what a reader is not shown, and paragraphs that only lead elsewhere."""
    for element in list(tree.iter()):
        hidden = isinstance(element.tag, str) and element.get("hidden") is not None
        if hidden and element.tag not in ("html", "body"):
            element.drop_tree()
    for element in list(tree.iter("p")):
        if _is_teaser(element):
            element.drop_tree()


def _is_teaser(element: Any) -> bool:
    """Whether a paragraph mostly is a link and no sentence: `Read more: Otters return`. A byline
    may be one too."""
    from index.byline import byline

    text = " ".join(element.text_content().split())
    linked = 2 * count_linked_words(element) > len(text.split())
    return linked and not ENDED.search(text) and not byline(text)


def _mend_blocks(tree: Any) -> None:
    """Gives blocks that the library drops the names of those that it knows, and opens inline
    elements around blocks."""
    for element in layout(tree):
        element.tag = "div"
    for element in list(tree.iter("center", "address", "figcaption")):
        element.tag = "div" if has_blocks(element) else "p"
    for element in list(tree.iter("figure")):
        element.tag = "div"
    for element in list(tree.iter("b", "em", "font", "i", "span", "strong")):
        if any(inner.tag != "br" for inner in element.iterdescendants(*BLOCKS)):
            element.drop_tag()  # an end tag stands too late
    for element in tree.iter("p"):
        if has_blocks(element):
            element.tag = "div"
            _wrap_bare_text(element, every=True)


def _enclose(tree: Any) -> None:
    """Makes an article of what follows a heading that stands in the body itself: of a page that
    encloses nothing the library takes the paragraphs alone."""
    from lxml.html import Element  # type: ignore[import-untyped]

    heading = next(tree.iter(*HEADINGS), None)
    if heading is None or heading.getparent().tag != "body":
        return
    article = Element("article")
    heading.addprevious(article)
    for element in [heading, *article.itersiblings()]:
        if element.tag not in ("footer", "aside", "nav"):
            article.append(element)


def _wrap_holders(tree: Any) -> None:
    """Makes paragraphs of bare text: beside blocks, and alone where paragraphs stand around it."""
    with_paragraphs = {element.getparent() for element in tree.iter("p")}
    for element in list(tree.iter(*HOLDERS)):
        if has_blocks(element):
            _wrap_bare_text(element)
        elif element.tag == "div" and _is_text(element):
            enclosed = _is_within(element, ("article", "main"))
            if enclosed or element.getparent() in with_paragraphs:
                element.tag = "p"


def _wrap_bare_text(element: Any, every: bool = False) -> None:
    """Makes a paragraph of every run of bare text that stands beside blocks; without `every` not of
    labels and rows of links."""
    runs, parts = _runs(element)
    filled = [run for run in runs if len(run) or (run.text or "").strip()]
    empty = set(runs).difference(filled)
    for part in parts:
        if part not in empty:
            element.append(part)
    for run in filled:
        worded = every and run.text_content().strip()
        if not worded and not _is_text(run):
            run.drop_tag()


def _runs(element: Any) -> tuple[list[Any], list[Any]]:
    """The runs of bare text around an element's blocks as paragraphs, and the element's new
    content: these and the blocks in turn."""
    from lxml.html import Element

    runs = [Element("p")]
    runs[0].text, element.text = element.text, None
    parts = [runs[0]]
    for child in list(element):
        if is_block(child):
            run = Element("p")
            run.text, child.tail = child.tail, None
            runs.append(run)
            parts += [child, run]
        else:
            runs[-1].append(child)
    return runs, parts


def _is_text(element: Any) -> bool:
    """Whether it has words of its own, more than a label and than its links have."""
    linked = count_linked_words(element)
    return count_words(element) - linked >= max(BARE, linked)


def _is_unknown(element: Any) -> bool:
    """Whether it is an element of a site's own, which HTML names with a hyphen, or one that never
    was a standard."""
    from lxml.html.defs import nonstandard_tags  # type: ignore[import-untyped]

    tag = element.tag
    return isinstance(tag, str) and ("-" in tag or tag in nonstandard_tags)


def _is_within(element: Any, tags: tuple[str, ...]) -> bool:
    return next(element.iterancestors(*tags), None) is not None
