"""The prompt that asks for an answer: numbered sentences that cannot leave the place they stand
in."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from llama_index.core.llms import ChatMessage

from prompts import load

LONGEST = 1200  # characters of one sentence in the prompt
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})  # control, format, private and half characters
_MARKER = re.compile(r"[\[【]\s*\d[\d\s,;&–-]*[\]】]")
_CONTROL = re.compile(r"\[\s*(/?[A-Z_]{2,})\s*\]")  # such as [INST], a control token of some models
_ANGLES = str.maketrans("<>【】", "‹›()")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A sentence as the model sees it; `note` follows it in brackets (`"Thursday" is
    2025-10-16`)."""

    number: int
    text: str
    title: str = ""
    source: str = ""
    published: str | None = None
    note: str = ""


def messages(question: str, sentences: Sequence[Numbered]) -> list[ChatMessage]:
    """The prompt: what articles and the question say stays between delimiters that they cannot
    write."""
    articles = [
        {
            "heading": heading,
            "sentences": [{"number": one.number, "text": _line(one)} for one in ones],
        }
        for heading, ones in groupby(sentences, _heading)
    ]
    prompt = load("answer", {"articles", "question"})
    return list(prompt.format_messages(articles=articles, question=plain(question)))


def plain(text: str) -> str:
    """The text as one line of the prompt: no tags, control tokens, markers or characters that
    nobody sees."""
    seen = "".join(
        " " if c.isspace() else c
        for c in text
        if c.isspace() or unicodedata.category(c) not in UNSEEN
    )
    seen = "".join(map(_folded, seen))
    text = _MARKER.sub(lambda found: f"({found[0][1:-1]})", seen)
    return " ".join(_CONTROL.sub(r"(\1)", text).translate(_ANGLES).split())[:LONGEST]


def _folded(char: str) -> str:
    """A full-width or other form of a mark as the mark itself, `＜` as `<`; `½` and `²` stay, for
    they are numbers."""
    plain_form = unicodedata.normalize("NFKC", char)
    is_mark = len(plain_form) == 1 and unicodedata.category(plain_form)[0] in "PS"
    return plain_form if is_mark or unicodedata.east_asian_width(char) == "F" else char


def _line(sentence: Numbered) -> str:
    return (
        f"{plain(sentence.text)} ({plain(sentence.note)})"
        if sentence.note
        else plain(sentence.text)
    )


def _heading(sentence: Numbered) -> str:
    origin = ", ".join(plain(part) for part in (sentence.source, sentence.published or "") if part)
    return f"Article: {plain(sentence.title) or 'untitled'}" + (f" ({origin})" if origin else "")
