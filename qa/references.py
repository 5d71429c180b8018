"""The cited articles as bibliographies: RIS, CSL-JSON and BibTeX."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import rispy  # type: ignore[import-untyped]
from pybtex.database import BibliographyData, Entry  # type: ignore[import-untyped]

from qa.links import absolute
from qa.records import Answer, Citation

# What pybtex leaves as it is: commands of LaTeX, and braces, of which none may be without its twin.
COMMANDS = {"\\": r"\textbackslash{}", "$": r"\$", "^": r"\textasciicircum{}"}
LATEX = str.maketrans({"{": "(", "}": ")"} | COMMANDS)


def cited(answers: Iterable[Answer]) -> list[list[Citation]]:
    """The citations by article, each article once, in the order in which they are cited first."""
    by_article: dict[str, list[Citation]] = {}
    for answer in answers:
        for one in answer.citations:
            by_article.setdefault(one.article_id, []).append(one)
    return list(by_article.values())


def ris(answers: Sequence[Answer], base: str = "") -> str:
    """One `NEWS` record an article; the cited sentences are its notes."""
    return str(rispy.dumps([_ris(group, base) for group in cited(answers)]))


def _ris(group: Sequence[Citation], base: str) -> dict[str, Any]:
    first = group[0]
    entry: dict[str, Any] = {"type_of_reference": "NEWS", "id": _line(first.article_id)}
    entry["title"] = _line(first.title)
    if first.source:
        entry["secondary_title"] = _line(first.source)
    if day := _day(first):
        entry |= {"year": str(day.year), "date": f"{day:%Y/%m/%d}/"}
    entry["urls"] = [first.url or absolute(first.page, base)]
    entry["notes"] = [_line(one.text) for one in group]
    return entry


def csl(answers: Sequence[Answer], base: str = "") -> str:
    """A list of `article-newspaper` items; the cited sentences are their notes."""
    items = [_csl(group, base) for group in cited(answers)]
    return json.dumps(items, ensure_ascii=False, indent=2)


def _csl(group: Sequence[Citation], base: str) -> dict[str, Any]:
    first = group[0]
    item: dict[str, Any] = {
        "id": first.article_id,
        "type": "article-newspaper",
        "title": first.title,
    }
    if first.source:
        item["container-title"] = first.source
    if day := _day(first):
        item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
    item["URL"] = first.url or absolute(first.page, base)
    item["note"] = "\n".join(one.text for one in group)
    return item


def bibtex(answers: Sequence[Answer], base: str = "") -> str:
    """One `@article` an article, named `footnote1` and so on; LaTeX's own characters are
    escaped."""
    groups = cited(answers)
    entries = {f"footnote{n}": _bibtex(group, base) for n, group in enumerate(groups, 1)}
    return str(BibliographyData(entries).to_string("bibtex"))


def _bibtex(group: Sequence[Citation], base: str) -> Entry:
    first = group[0]
    fields = [("title", first.title), ("journal", first.source)]
    if day := _day(first):
        fields += [("year", str(day.year)), ("date", day.isoformat())]
    fields += [("url", first.url or absolute(first.page, base))]
    fields += [("note", " / ".join(one.text for one in group))]
    written = [(name, _line(value).translate(LATEX)) for name, value in fields if value]
    return Entry("article", written)


def _day(one: Citation) -> date | None:
    try:
        return date.fromisoformat((one.published or "")[:10])
    except ValueError:
        return None


def _line(text: str) -> str:
    """On one line: a new one would begin another field."""
    return " ".join(text.split())
