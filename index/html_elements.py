"""HTML's elements by what they hold: words in a line, text, blocks."""

from typing import Any

# HTML's phrasing elements that hold words; links and emphasis are left to the library.
INLINE = tuple(
    "abbr acronym bdi bdo big button cite code data dfn font ins kbd label"
    " mark meter nobr output ruby rb samp small span time tt u var".split()
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TEXT = ("p", "li", "dd", "dt", "td", "th", "blockquote", "figcaption", *HEADINGS)
BLOCKS = (
    *"address article aside blockquote br caption center dd details div dl dt".split(),
    *"fieldset figcaption figure footer form header hr li".split(),
    *"main nav ol p pre section summary table td th tr ul".split(),
    *HEADINGS,
)
HOLDERS = ("body", "main", "article", "section", "div")


def is_block(element: Any) -> bool:
    """Whether it is a block that holds something: a line break holds nothing."""
    return element.tag in BLOCKS and element.tag != "br"


def has_blocks(element: Any) -> bool:
    return any(is_block(child) for child in element)


def count_words(element: Any) -> int:
    """How many words its whole content has."""
    return len(element.text_content().split())


def count_linked_words(element: Any) -> int:
    """How many of its words stand in links."""
    return sum(count_words(link) for link in element.iter("a"))


def layout(tree: Any) -> list[Any]:
    """The tables that only place a page's parts, with their rows and cells: they say so, or hold
    headings, tables or several paragraphs in a cell."""
    elements: list[Any] = []
    for table in tree.iter("table"):
        inside = list(table.iter("thead", "tbody", "tfoot", "tr", "td", "th"))
        own = [part for part in inside if next(part.iterancestors("table")) is table]
        if _only_places(table, own):
            elements += [table, *own]
    return elements


def _only_places(table: Any, own: list[Any]) -> bool:
    if table.get("role") in ("presentation", "none"):
        return True
    if any(inner is not table for inner in table.iter("table", *HEADINGS)):
        return True
    return any(len(list(cell.iterchildren("p"))) > 1 for cell in own)
