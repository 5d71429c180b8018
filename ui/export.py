"""Answers as Markdown with footnotes, or as JSON, to take elsewhere."""

import json
import re
from collections.abc import Sequence

from qa.links import absolute
from qa.records import Answer, Citation
from ui.texts import ENGLISH, Texts


def _footnote(cited: Citation, say: Texts, base: str) -> str:
    origin = ", ".join(
        part
        for part in (
            cited.title,
            cited.source,
            say.date(cited.published),
            absolute(cited.link, base),
        )
        if part
    )
    return f"[^{cited.number}]: “{' '.join(cited.text.split())}” {origin}"


def markdown(record: Answer, say: Texts = ENGLISH, base: str = "") -> str:
    """The answer with its citations as Markdown footnotes, for pasting elsewhere; `base` is where the page is reached."""
    numbers = {str(cited.number) for cited in record.citations}

    def note(marker: re.Match[str]) -> str:
        quoted = any(
            claim.start <= marker.start() < claim.end for claim in record.claims
        )  # an article's own [3]
        return marker[0] if quoted or marker[1] not in numbers else f"[^{marker[1]}]"

    body = re.sub(r"\[(\d+)\]", note, record.answer)
    return "\n\n".join(
        part
        for part in (body, "\n".join(_footnote(c, say, base) for c in record.citations))
        if part
    )


def conversation(records: Sequence[Answer], say: Texts = ENGLISH, base: str = "") -> str:
    """A whole conversation as Markdown, the footnotes under each answer."""
    return (
        "\n\n---\n\n".join(
            f"## {' '.join(r.question.split())}\n\n{markdown(r, say, base)}" for r in records
        )
        + "\n"
    )


def as_json(records: Sequence[Answer]) -> str:
    """A conversation as the answer records are."""
    return json.dumps([record.to_dict() for record in records], ensure_ascii=False, indent=2)
