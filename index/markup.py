"""Takes the one article out of an HTML page, with the words of every inline element."""

import logging
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from index.addresses import address
from index.html_blocks import mend
from index.html_dates import drop_updates, published
from index.tables import Fields

BRIEF = 60  # characters


def html(content: bytes) -> list[Fields]:
    """The one article of a page; raises ValueError with the reason when there is none."""
    from lxml.etree import LxmlError  # type: ignore[import-untyped]
    from trafilatura import bare_extraction

    # What is wrong is raised below, with the file's name.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        tree = _parsed(content)
        day = published(tree)
        mend(tree)
        page = bare_extraction(tree, with_metadata=True, include_comments=False, config=_config())
    except (LxmlError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"its HTML cannot be read: {error}; save it as text") from None
    if page is None or isinstance(page, dict) or not page.text:
        raise ValueError("no article text was found in its HTML; save the text itself")
    url = address(page.url)
    is_home = not urlsplit(url or "").path.strip("/")  # a home page names no article
    article = {
        "text": page.text.replace("\n", "\n\n"),
        "url": None if is_home else url,
        "title": page.title,
        "author": page.author and page.author.replace("; ", ", "),
        "published": day,
        "source": page.sitename,
    }
    return [article]


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

    # What takes the article out drops comments with the words behind them.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = document_fromstring(content, parser=parser)
    drop_updates(tree)
    return tree
