"""Addresses that lead to one sentence: in its article where that was published, and on Footnote's
own pages."""

from urllib.parse import quote, urldefrag

from index.records import Article, Sentence

WHOLE = 200  # characters up to which a sentence stands in the address as a whole
EDGE = 5  # words at each end that stand for a longer one
BEFORE = 3  # words that tell a repeated sentence from its twin before it


def page_of(article_id: str, start: int, end: int) -> str:
    """The path of Footnote's page for an article, with the characters `start` to `end` marked."""
    return f"/a/{quote(article_id, safe='')}?s={start}-{end}"


def link_to(article: Article, sentence: Sentence) -> str:
    """The article's own address with a text fragment; the page's path when it has no address."""
    if not article.url:
        return page_of(article.id, sentence.start, sentence.end)
    address, fragment = urldefrag(article.url)
    anchor = fragment.partition(":~:")[0]
    return f"{address}#{anchor}:~:{text_directive(article.text, sentence)}"


def text_directive(text: str, sentence: Sentence) -> str:
    """`text=[prefix-,]start[,end]`, as the WICG's specification of URL fragment text directives has
    it.

    A browser marks the first place that fits, so a sentence that stood before is told apart by the
    words in front of it.
    """
    told = text[sentence.start : sentence.end].split()
    whole = len(" ".join(told)) <= WHOLE or len(told) <= 2 * EDGE
    edges = [told] if whole else [told[:EDGE], told[-EDGE:]]
    terms = [_encoded(edge) for edge in edges]
    earlier = text[: sentence.start]
    if sentence.text in earlier and (front := earlier.split()[-BEFORE:]):
        terms.insert(0, _encoded(front) + "-")
    return f"text={','.join(terms)}"


def absolute(link: str, base: str) -> str:
    """A link for use elsewhere: a path of ours below `base`, which is where the service is
    reached."""
    return base.rstrip("/") + link if link.startswith("/") else link


def _encoded(words: list[str]) -> str:
    """Percent-encoded; a hyphen, an ampersand or a comma would be read as part of the directive."""
    return quote(" ".join(words), safe="").replace("-", "%2D")
