"""Reads Word documents and EPUB books: their text in reading order, and the fields that they have
of their own."""

import io
import posixpath
import re
import zipfile
from typing import Any
from urllib.parse import unquote

from index.encoding import decode
from index.html_text import page_text
from index.tables import Fields
from index.zips import member, opened

CORE = "docProps/core.xml"
CONTAINER = "META-INF/container.xml"
RETURN = re.compile(r'<a href="#[^"]*">↑</a>')  # from a note back to its place
LARGEST = 20_000_000  # characters of text


def docx(content: bytes) -> list[Fields]:
    """Its date stays unknown: when a document was made does not say when it was published."""
    import mammoth  # type: ignore[import-untyped]

    archive = opened(content)
    member(archive, "word/document.xml")
    no_pictures = mammoth.images.img_element(lambda _: {"src": ""})
    try:
        page = mammoth.convert_to_html(io.BytesIO(content), convert_image=no_pictures).value
    except (LookupError, ValueError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise ValueError(f"its text cannot be read ({error}); save it again") from None
    text = page_text(RETURN.sub("", page)) if page else ""
    if not text:
        raise ValueError("has no text; if its pages are pictures, recognise their text first")
    about = _xml(archive, CORE) if CORE in archive.namelist() else None
    return [{"text": text, "title": _field(about, "title"), "author": _field(about, "creator")}]


def epub(content: bytes) -> list[Fields]:
    """One article of all that the spine names, in its order, without what is only a way round the
    book."""
    archive = opened(content)
    roots = _xml(archive, CONTAINER).iter("{*}rootfile")
    place = next((root.get("full-path") for root in roots), None)
    if not place:
        raise ValueError("names no content; is it complete?")
    package = _xml(archive, place)
    text = "\n\n".join(filter(None, _chapters(archive, package, posixpath.dirname(place))))
    if not text:
        raise ValueError("has no text; if its pages are pictures, recognise their text first")
    if len(text) > LARGEST:
        raise ValueError(f"has more than {LARGEST:,} characters; split it")
    fields = {"title": "title", "author": "creator", "source": "publisher", "published": "date"}
    return [{"text": text} | {name: _field(package, tag) for name, tag in fields.items()}]


def _chapters(archive: zipfile.ZipFile, package: Any, folder: str) -> list[str]:
    manifest = {item.get("id"): item for item in package.iter("{*}item")}
    chapters = []
    for reference in package.iter("{*}itemref"):
        item = manifest.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        if "nav" in (item.get("properties") or "").split():
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        page = decode(member(archive, name))
        chapters.append(page_text(page) if page.strip() else "")
    return chapters


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(member(archive, name), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"its {name[:100]} is broken ({error}); is it complete?") from None


def _field(about: Any, tag: str) -> str | None:
    """What a Dublin Core field says, several joined by commas."""
    if about is None:
        return None
    elements = about.iter(f"{{http://purl.org/dc/elements/1.1/}}{tag}")
    values = [" ".join("".join(one.itertext()).split()) for one in elements]
    if tag in ("title", "date"):
        values = values[:1]
    return ", ".join(dict.fromkeys(filter(None, values))) or None
