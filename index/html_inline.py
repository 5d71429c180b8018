"""Writes inline elements out as characters: quotation marks, fields, raised and lowered figures,
notes.

Their tags alone would be lost with the markup, and with them the mark, the value or the exponent.
"""

import re
import unicodedata
from typing import Any

FRACTIONS = {
    unicodedata.normalize("NFKC", char).replace("⁄", "/"): char
    for char in map(chr, [*range(0xBC, 0xBF), *range(0x2150, 0x215F)])
}
RAISED_FROM = "0123456789+-\N{MINUS SIGN}=()n"
RAISED = str.maketrans(RAISED_FROM, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# lxml takes none of these.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_out(tree: Any) -> None:
    """Makes characters of all of them, and blanks of what cannot be stored."""
    for element in tree.iter():
        _blank_unstorable(element)
    for element in list(tree.iter("q")):
        element.text = f"“{element.text or ''}"
        _append(element, "”")
        element.drop_tag()
    for element in list(tree.iter("input")):
        if element.get("type", "text") in ("text", "number"):
            element.tail = (element.get("value") or "") + (element.tail or "")
    for element in list(tree.iter("sup", "sub")):
        if element.getparent() is not None:  # else it stood in one that has been written out
            _write_figure(element)


def _blank_unstorable(element: Any) -> None:
    for name in ("text", "tail"):
        text = getattr(element, name)
        if text and UNSTORABLE.search(text):
            setattr(element, name, UNSTORABLE.sub(" ", text))


def _write_figure(element: Any) -> None:
    words = " ".join((element.text_content() or "").split())
    links = [link.get("href") or "" for link in element.iter("a")]
    is_note = any(link.startswith("#") for link in links)
    for child in list(element):
        element.remove(child)
    element.text = f"[{words}]" if is_note and words.isdigit() else _figure(element, words)
    element.drop_tag()


def _figure(element: Any, words: str) -> str:
    """The characters for a raised or lowered piece of text."""
    before = _before(element)[-1:]
    if element.tag == "sub":
        return words.translate(LOWERED)
    if _is_over(element):
        return _fraction(element, words, before)
    unit = before.islower() and words in "23"  # km², m³
    if words.isdigit() and not before.isdigit() and not unit:
        return f"[{words}]"  # a note
    if all(char in RAISED_FROM for char in words):
        return words.translate(RAISED)
    return words


def _is_over(element: Any) -> bool:
    """Whether it is the upper part of a fraction."""
    after = (element.tail or "").strip()
    lower = element.getnext()
    return after in ("/", "⁄") and lower is not None and lower.tag == "sub"


def _fraction(element: Any, words: str, before: str) -> str:
    """The whole fraction, whose lower part is taken away."""
    lower = element.getnext()
    written = f"{words}/{(lower.text_content() or '').strip()}"
    element.tail = ""
    for child in list(lower):
        lower.remove(child)
    lower.text = ""
    apart = f" {written}" if before.isdigit() else written
    return FRACTIONS.get(written, apart)


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
