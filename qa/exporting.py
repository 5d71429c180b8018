"""Answers to take elsewhere, in the formats of writers, reference managers and programs."""

import io
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Literal

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from qa import references
from qa.links import absolute
from qa.records import Answer, Citation

Format = Literal["markdown", "docx", "json", "ris", "csl", "bibtex"]
TYPES: dict[Format, tuple[str, str]] = {  # of the body, and the ending of its file
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "json": ("application/json", "json"),
    "ris": ("application/x-research-info-systems", "ris"),
    "csl": ("application/vnd.citationstyles.csl+json", "json"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
}
MARKER = re.compile(r"\[(\d{1,9})\]")  # [1]
MARKUP = re.compile(r"[\\<\[\]]")  # begins a tag, a link, a picture or a footnote in Markdown
MOST = 5_000  # claims, citations and markers of all answers of one file
LONGEST = 500_000  # characters of their words, without the passages looked at
UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")  # what XML cannot hold
Dated = Callable[[str | None], str]


def undated(published: str | None) -> str:
    """A date as the records have it."""
    return published or ""


def fits(answers: Sequence[Answer]) -> bool:
    """Whether a file is made of these answers, which come from elsewhere, in some seconds."""
    cited = [one for answer in answers for one in answer.citations]
    parts = len(cited) + sum(len(one.claims) + one.answer.count("[") for one in answers)
    told = sum(len(one.question) + len(one.answer) for one in answers)
    told += sum(len(one.text) + len(one.title) + len(one.source) + len(one.link) for one in cited)
    return parts <= MOST and told <= LONGEST


def exported(answers: Sequence[Answer], format_: Format, base: str = "") -> bytes:
    """The file; `base` is where the service is reached, for the links to its own pages."""
    if format_ == "docx":
        return document(answers, base)
    text = {
        "markdown": lambda: conversation(answers, base=base),
        "json": lambda: as_json(answers),
        "ris": lambda: references.ris(answers, base),
        "csl": lambda: references.csl(answers, base),
        "bibtex": lambda: references.bibtex(answers, base),
    }[format_]()
    return text.encode()


def as_json(answers: Sequence[Answer]) -> str:
    """The records as they are."""
    return json.dumps([answer.to_dict() for answer in answers], ensure_ascii=False, indent=2)


def conversation(answers: Sequence[Answer], dated: Dated = undated, base: str = "") -> str:
    """Each question as a heading, its answer in Markdown, the footnotes under it."""
    parts = [f"## {_line(one.question)}\n\n{markdown(one, dated, base)}" for one in answers]
    return "\n\n---\n\n".join(parts) + "\n"


def markdown(answer: Answer, dated: Dated = undated, base: str = "") -> str:
    """The answer with its citations as Markdown footnotes, for pasting elsewhere."""
    body = "".join(
        _plain(text) if number is None else f"[^{number}]" for text, number in pieces(answer)
    )
    notes = [f"[^{one.number}]: {origin(one, dated, base)}" for one in answer.citations]
    return "\n\n".join(part for part in (body, "\n".join(notes)) if part)


def origin(cited: Citation, dated: Dated, base: str) -> str:
    """The sentence and where it stands, on one line."""
    link = absolute(cited.link, base)
    parts = (cited.title, cited.source, dated(cited.published), link)
    told = ", ".join(part for part in parts if part)
    return _line(f"“{cited.text}” {told}")


def pieces(answer: Answer) -> list[tuple[str, int | None]]:
    """The answer's text in pieces, with the number for those that are a citation's marker; an
    article's own [3] is text."""
    numbers = {cited.number for cited in answer.citations}
    claims = sorted(answer.claims, key=lambda one: one.start)
    starts = [one.start for one in claims]
    ends = list(accumulate((one.end for one in claims), max))  # of a claim and those before it
    found: list[tuple[str, int | None]] = []
    end = 0
    for marker in MARKER.finditer(answer.answer):
        last = bisect_right(starts, marker.start()) - 1
        quoted = last >= 0 and marker.start() < ends[last]
        if not quoted and int(marker[1]) in numbers:
            found += [(answer.answer[end : marker.start()], None), (marker[0], int(marker[1]))]
            end = marker.end()
    return [*found, (answer.answer[end:], None)]


def document(answers: Sequence[Answer], base: str = "") -> bytes:
    """A DOCX file: each question as a heading, its answer, and a numbered list of its sources with
    links."""
    made = docx.Document()
    links = 0
    for answer in answers:
        made.add_heading(_clean(answer.question), level=2)
        paragraph = made.add_paragraph()
        for text, number in pieces(answer):
            run = paragraph.add_run(_clean(text))
            run.font.superscript = number is not None
        for cited in answer.citations:
            line = made.add_paragraph(f"[{cited.number}] “{_clean(cited.text)}” ")
            links += 1
            _add_link(line, _clean(cited.title), absolute(cited.link, base), links)
            rest = ", ".join(part for part in (cited.source, cited.published or "") if part)
            line.add_run(_clean(f", {rest}") if rest else "")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _add_link(paragraph: Paragraph, text: str, address: str, number: int) -> None:
    """A link in the way of Word; python-docx reads such links and writes none. Its `number` among
    the links names it: to find a free name would take the longer the more there are."""
    relation = f"link{number}"
    relations = paragraph.part.rels
    kind = RELATIONSHIP_TYPE.HYPERLINK
    relations.add_relationship(kind, _clean(address), relation, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(text)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _plain(text: str) -> str:
    """As Markdown that shows this text, whatever Markdown or HTML it holds."""
    return MARKUP.sub(r"\\\g<0>", text)


def _line(text: str) -> str:
    """The same on one line."""
    return _plain(" ".join(text.split()))


def _clean(text: str) -> str:
    return UNPRINTED.sub("", text)
