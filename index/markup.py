"""Takes the text and fields of articles out of HTML pages and feeds, with the words of every inline element."""

import io
import json
import logging
import re
import unicodedata
from collections import Counter
from copy import deepcopy
from email.utils import parseaddr, parsedate_tz
from typing import Any
from urllib.parse import urlsplit

from index.addresses import address

INLINE = (  # HTML's phrasing elements that hold words; links and emphasis are left to the library
    *(
        "abbr",
        "acronym",
        "bdi",
        "bdo",
        "big",
        "button",
        "cite",
        "code",
        "data",
        "dfn",
        "font",
        "ins",
        "kbd",
        "label",
    ),
    *(
        "mark",
        "meter",
        "nobr",
        "output",
        "ruby",
        "rb",
        "samp",
        "small",
        "span",
        "time",
        "tt",
        "u",
        "var",
    ),
)
TEXT = (
    "p",
    "li",
    "dd",
    "dt",
    "td",
    "th",
    "blockquote",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
)
BLOCKS = (
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
    ),
    *(
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
    ),
    *("main", "nav", "ol", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul"),
)
HOLDERS = ("body", "main", "article", "section", "div")
BRIEF = 60  # characters
BARE = 5  # words of bare text that are more than a label
BESIDE_DATE = 3  # words of a line that else holds only the date of publication: "Last updated on"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UPDATES = "liveBlogUpdate"  # of schema.org
PUBLISHED = frozenset(
    "article:published_time og:article:published_time og:published_time datepublished date pubdate publishdate publish-date"
    " publish_date publication_date date.issued dc.date dc.date.issued dcterms.date dcterms.issued dcterms.created"
    " parsely-pub-date sailthru.date article.published cxenseparse:recs:publishtime citation_publication_date".split()
)  # names under which pages write when they were published
ENDED = re.compile(r"[.!?:…][\"'”’)\]]*$")
FRACTIONS = {
    unicodedata.normalize("NFKC", char).replace("⁄", "/"): char
    for char in map(chr, [*range(0xBC, 0xBF), *range(0x2150, 0x215F)])
}
RAISED_FROM = "0123456789+-\N{MINUS SIGN}=()n"
RAISED = str.maketrans(RAISED_FROM, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

UNSTORABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # lxml takes none of these

Fields = dict[str, Any]


def html(content: bytes) -> list[Fields]:
    from lxml.etree import LxmlError  # type: ignore[import-untyped]
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(
        logging.CRITICAL
    )  # what is wrong is raised below, with the file's name
    try:
        tree = _parsed(content)
        published = _published(tree)
        _keep(tree)
        page = bare_extraction(tree, with_metadata=True, include_comments=False, config=_config())
    except (LxmlError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"its HTML cannot be read: {error}; save it as text") from None
    if page is None or isinstance(page, dict) or not page.text:
        raise ValueError("no article text was found in its HTML; save the text itself")
    fields = {
        "title": page.title,
        "author": page.author and page.author.replace("; ", ", "),
        "published": published,
        "source": page.sitename,
    }
    url = address(page.url)
    named = url if url and urlsplit(url).path.strip("/") else None  # a home page names no article
    return [{"text": page.text.replace("\n", "\n\n"), "url": named, **fields}]


def _config() -> Any:
    """The library's settings, but for the length up to which it takes an article for none and all
    text of the page, its paragraphs run together, instead: news in brief is shorter than its 250
    characters."""
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(BRIEF)
    return config


def _parsed(content: bytes) -> Any:
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    # what takes the article out drops comments with the words behind them
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = document_fromstring(content, parser=parser)
    for script in tree.iter("script"):
        if script.get("type") == "application/ld+json" and UPDATES in (script.text or ""):
            script.text = _without_updates(script.text)
    return tree


def _keep(tree: Any) -> None:
    """Makes the words of every inline element, and of every block that the library does not know,
    text of a block that it knows: it drops the others with their words."""
    _drop_unseen(tree)
    _mend_blocks(tree)
    _written_out(tree)
    _enclose(tree)
    with_paragraphs = {element.getparent() for element in tree.iter("p")}
    for element in list(tree.iter(*HOLDERS)):
        if _has_blocks(element):
            _wrap_bare_text(element)
        elif element.tag == "div" and _is_text(element):
            enclosed = any(True for _ in element.iterancestors("article", "main"))
            if enclosed or element.getparent() in with_paragraphs:
                element.tag = "p"
    odd = [one for one in tree.iter() if _is_odd(one)]
    for element in [*tree.iter(*INLINE), *odd]:
        if any(True for _ in element.iterancestors(*TEXT)):
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


def _mend_blocks(tree: Any) -> None:
    """Gives blocks that the library drops the names of those that it knows, and opens inline
    elements around blocks."""
    for element in _layout(tree):
        element.tag = "div"
    for element in [*tree.iter("center", "address", "figcaption")]:
        element.tag = "div" if _has_blocks(element) else "p"
    for element in [*tree.iter("figure")]:
        element.tag = "div"
    for element in list(tree.iter("b", "em", "font", "i", "span", "strong")):
        if any(one.tag != "br" for one in element.iterdescendants(*BLOCKS)):
            element.drop_tag()  # an end tag stands too late
    for element in tree.iter("p"):
        if _has_blocks(element):
            element.tag = "div"
            _wrap_bare_text(element, every=True)


def _is_odd(element: Any) -> bool:
    """Whether it is an element of a site's own, which HTML names with a hyphen, or one that never
    was a standard."""
    from lxml.html.defs import nonstandard_tags  # type: ignore[import-untyped]

    tag = element.tag
    return isinstance(tag, str) and ("-" in tag or tag in nonstandard_tags)


def _enclose(tree: Any) -> None:
    """Makes an article of what follows a heading that stands in the body itself: of a page that
    encloses nothing the library takes the paragraphs alone."""
    from lxml.html import Element

    heading = next(tree.iter(*HEADINGS), None)
    if heading is not None and heading.getparent().tag == "body":
        article = Element("article")
        heading.addprevious(article)
        for element in [heading, *article.itersiblings()]:
            if element.tag not in ("footer", "aside", "nav"):
                article.append(element)


def _is_teaser(element: Any) -> bool:
    """Whether a paragraph mostly is a link and no sentence: `Read more: Otters return`. A byline
    may be one too."""
    from index.byline import byline

    text = " ".join(element.text_content().split())
    linked = sum(len(link.text_content().split()) for link in element.iter("a"))
    return 2 * linked > len(text.split()) and not ENDED.search(text) and not byline(text)


def _has_blocks(element: Any) -> bool:
    return any(child.tag in BLOCKS and child.tag != "br" for child in element)


def _wrap_bare_text(element: Any, every: bool = False) -> None:
    """Makes a paragraph of every run of bare text that stands beside blocks; without `every` not of
    labels and rows of links."""
    from lxml.html import Element

    runs = [Element("p")]
    runs[0].text, element.text = element.text, None
    parts = [runs[0]]  # the element's new content: runs and blocks in turn
    for child in list(element):
        if child.tag in BLOCKS and child.tag != "br":
            run = Element("p")
            run.text, child.tail = child.tail, None
            runs.append(run)
            parts += [child, run]
        else:
            runs[-1].append(child)
    empty = {run for run in runs if len(run) == 0 and not (run.text or "").strip()}
    for part in parts:
        if part not in empty:
            element.append(part)
    for run in runs:
        if run in empty:
            continue
        if not (every and run.text_content().strip()) and not _is_text(run):
            run.drop_tag()


def _is_text(element: Any) -> bool:
    """Whether it has words of its own, more than a label and than its links have."""
    linked = sum(len(link.text_content().split()) for link in element.iter("a"))
    return len(element.text_content().split()) - linked >= max(BARE, linked)


def _layout(tree: Any) -> list[Any]:
    """The tables that only place a page's parts, with their rows and cells: they say so, or hold headings, tables or
    several paragraphs in a cell."""
    found: list[Any] = []
    for table in tree.iter("table"):
        inside = list(table.iter("thead", "tbody", "tfoot", "tr", "td", "th"))
        own = [one for one in inside if next(one.iterancestors("table")) is table]
        headed = any(True for one in table.iter("table", *HEADINGS) if one is not table)
        told = any(len(list(cell.iterchildren("p"))) > 1 for cell in own)
        if headed or told or table.get("role") in ("presentation", "none"):
            found += [table, *own]
    return found


def _without_updates(text: str) -> str:
    """A page's JSON-LD without the entries of a live page, whose titles, authors and dates are not the page's."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return text
    left = [whole]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            one.pop(UPDATES, None)
            left += one.values()
        elif isinstance(one, list):
            left += one
    return json.dumps(whole)


def _written_out(tree: Any) -> None:
    """Quotation marks, raised and lowered figures and notes as characters, which tags alone would lose; what cannot be
    stored, as blanks."""
    for element in tree.iter():
        for name in ("text", "tail"):
            text = getattr(element, name)
            if text and UNSTORABLE.search(text):
                setattr(element, name, UNSTORABLE.sub(" ", text))
    for element in list(tree.iter("q")):
        element.text = f"“{element.text or ''}"
        _append(element, "”")
        element.drop_tag()
    for element in list(tree.iter("input")):
        if element.get("type", "text") in ("text", "number"):
            element.tail = (element.get("value") or "") + (element.tail or "")
    for element in list(tree.iter("sup", "sub")):
        if element.getparent() is None:  # it stood in one that has been written out
            continue
        words = " ".join((element.text_content() or "").split())
        is_note = any((link.get("href") or "").startswith("#") for link in element.iter("a"))
        for child in list(element):
            element.remove(child)
        element.text = f"[{words}]" if is_note and words.isdigit() else _figure(element, words)
        element.drop_tag()


def _figure(element: Any, words: str) -> str:
    """The characters for a raised or lowered piece of text."""
    before, after = _before(element)[-1:], (element.tail or "").strip()
    lower = element.getnext()
    if element.tag == "sup" and after in ("/", "⁄") and lower is not None and lower.tag == "sub":
        whole = f"{words}/{(lower.text_content() or '').strip()}"
        element.tail = ""
        _emptied(lower)
        return FRACTIONS.get(whole, f" {whole}" if before.isdigit() else whole)
    if element.tag == "sub":
        return words.translate(LOWERED)
    if words.isdigit() and not before.isdigit() and not (before.islower() and words in "23"):
        return f"[{words}]"  # a note
    return words.translate(RAISED) if all(c in RAISED_FROM for c in words) else words


def _emptied(element: Any) -> None:
    """Takes an element's content away and leaves what stands behind it."""
    for child in list(element):
        element.remove(child)
    element.text = ""


def _published(tree: Any) -> str | None:
    """What a page says of its own publication, as written there; nothing is guessed from other dates on it."""
    for script in tree.iter("script"):
        if script.get("type") == "application/ld+json" and (
            found := _linked_date(script.text or "")
        ):
            return found
    for element in tree.iter("meta", "time", "span", "abbr"):
        names = {
            (element.get(name) or "").lower()
            for name in ("property", "name", "itemprop", "http-equiv")
        }
        of_html4 = element.tag == "time" and element.get("pubdate") is not None
        if of_html4 or names & PUBLISHED:
            written = element.get("content") or element.get("datetime") or element.text_content()
            _drop_line(element)
            return str(written)
    return None


def _drop_line(element: Any) -> None:
    """Takes out the line that holds only this date: it is no sentence."""
    line = next(element.iterancestors(*TEXT), None)
    if line is None or line.tag in HEADINGS:
        return
    beside = len(line.text_content().split()) - len(element.text_content().split())
    if beside <= BESIDE_DATE:
        line.drop_tree()


def _linked_date(text: str) -> str | None:
    """`datePublished` of the first thing in a page's JSON-LD that has one."""
    try:
        left = [json.loads(text)]
    except (ValueError, RecursionError):
        return None
    while left:
        one = left.pop(0)
        if isinstance(one, dict):
            if isinstance(one.get("datePublished"), str):
                return str(one["datePublished"])
            left += list(one.values())
        elif isinstance(one, list):
            left += one
    return None


def _before(element: Any) -> str:
    """The text that stands before an element in its parent."""
    previous = element.getprevious()
    if previous is not None:
        return previous.tail or previous.text_content() or ""
    parent = element.getparent()
    return (parent.text or "") if parent is not None else ""


def _append(element: Any, text: str) -> None:
    """Adds text at the end of an element's content."""
    children = list(element)
    if children:
        children[-1].tail = (children[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def feed(content: bytes) -> list[Fields]:
    import feedparser  # type: ignore[import-untyped]

    parsed = feedparser.parse(io.BytesIO(content))
    if not parsed.entries:
        raise ValueError(
            f"no entries were found; is it a feed? {parsed.get('bozo_exception', '')}".strip()
        )
    source = _plain(parsed.feed.get("title", ""))
    rows = [_entry(entry) | {"source": source} for entry in parsed.entries]
    links = Counter(row["url"] for row in rows)
    for number, (row, entry) in enumerate(zip(rows, parsed.entries, strict=True), 1):
        if row["url"] and links[row["url"]] > 1:  # a live page's entries share its address
            row["id"] = (
                entry.get("id")
                if entry.get("id") not in (None, "", row["url"])
                else f"{row['url']}#{number}"
            )
    return rows


def _entry(entry: Any) -> Fields:
    longest = max(
        [part.get("value") or "" for part in entry.get("content", [])] + [entry.get("summary", "")],
        key=len,
    )
    day = entry.get("published_parsed") or entry.get("updated_parsed")
    published = _written_day(entry.get("published") or entry.get("updated") or "")
    if published is None and day:
        published = f"{day[0]:04}-{day[1]:02}-{day[2]:02}"
    title, url = _plain(entry.get("title", "")), address(entry.get("link"))
    text = _plain(longest, url) or title
    return {
        "text": text,
        "title": title,
        "url": url,
        "author": _author(entry),
        "published": published,
    }


def _author(entry: Any) -> str | None:
    """All names of an Atom entry; that of `desk@paper.example (Jane Holm)`, as RSS wants an author
    to be written."""
    names = [one.get("name") for one in entry.get("authors", [])]
    if len(names) > 1 and all(names):
        return ", ".join(names)
    written: str | None = entry.get("author")
    if not written or "@" not in written:
        return written
    name, address = parseaddr(written)
    return name or address or written


def _written_day(text: str) -> str | None:
    """The day of a feed's date in the zone that it is written in, as `2019-03-04`; None for other forms."""
    if found := re.match(r"\d{4}-\d\d-\d\d(?=$|[T ])", text.strip()):
        return found[0]
    parts = parsedate_tz(text)
    return f"{parts[0]:04}-{parts[1]:02}-{parts[2]:02}" if parts else None


def _plain(markup: str, link: str | None = None) -> str:
    """The text of a piece of HTML, its blocks as paragraphs, without a last one that only leads
    to `link`."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    text = _blocks(markup, link)
    if re.search(r"</[a-z][a-z0-9]*>", text):  # it was escaped twice
        text = _blocks(text, link)
    return text


def _blocks(markup: str, link: str | None) -> str:
    from lxml.html import fragment_fromstring

    tree = fragment_fromstring(UNSTORABLE.sub(" ", markup), create_parent=True)
    last = next(tree.iterchildren("p", reversed=True), None)
    if last is not None and last.getprevious() is not None:
        links = list(last.iter("a"))
        linked = sum(len(one.text_content().split()) for one in links)
        own = any(one.get("href") == link for one in links)
        if own and 3 * linked >= len(last.text_content().split()):
            last.drop_tree()  # "The post Fountain off appeared first on Town Talk."
    return flat(tree)


def page_text(page: str) -> str:
    """Every word of an HTML page's body; raises ValueError when there is none."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    try:
        parser = HTMLParser(encoding="utf-8")
        tree = document_fromstring(page.encode(errors="replace"), parser=parser)
    except (LxmlError, ValueError):
        raise ValueError("has no text on its page; save the text itself") from None
    body = tree.find("body")
    return flat(tree if body is None else body)


def flat(tree: Any) -> str:
    """The text of a tree, its blocks as paragraphs."""
    for element in list(tree.iter("script", "style", "template")):
        element.drop_tree()
    _written_out(tree)
    placed = {id(element) for element in _layout(tree)}
    for row in list(tree.iter("tr")):
        if id(row) not in placed:
            _write_row(row)
    for element in tree.iter(*BLOCKS):
        element.text = f"\n\n{element.text or ''}"
        element.tail = f"\n\n{element.tail or ''}"
    text = str(tree.text_content())
    return "\n\n".join(filter(None, map(str.strip, re.split(r"\n[^\S\n]*\n", text))))


def _write_row(row: Any) -> None:
    """Makes a row of several cells one line, as it is in HTML and PDF: `| Orren | 14 million |`."""
    cells = list(row.iterchildren("td", "th"))
    texts = [" ".join(cell.text_content().split()) for cell in cells]
    if len(cells) > 1:
        for cell in cells:
            row.remove(cell)
        row.text = f"| {' | '.join(texts)} |"
