"""Answers as Markdown with footnotes, or as JSON, to take elsewhere."""

import json
import re
from collections.abc import Sequence

from qa.records import Answer, Citation
from ui.dates import day


def _footnote(cited: Citation) -> str:
    origin = ", ".join(part for part in (cited.title, cited.source, day(cited.published), cited.url or "") if part)
    return f"[^{cited.number}]: “{' '.join(cited.text.split())}” {origin}"


def markdown(record: Answer) -> str:
    """The answer with its citations as Markdown footnotes, for pasting elsewhere."""
    body = re.sub(r"\[(\d+)\]", r"[^\1]", record.answer)
    return "\n\n".join(part for part in (body, "\n".join(map(_footnote, record.citations))) if part)


def conversation(records: Sequence[Answer], *, as_json: bool = False) -> str:
    """A whole conversation: Markdown with the footnotes under each answer, or the answer records as they are."""
    if as_json:
        return json.dumps([record.to_dict() for record in records], ensure_ascii=False, indent=2)
    return "\n\n---\n\n".join(f"## {' '.join(r.question.split())}\n\n{markdown(r)}" for r in records) + "\n"
