"""Pieces of HTML. Every one is MarkupSafe's Markup, so whatever comes from elsewhere is escaped as
it is put in."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from index.records import Article
from qa.records import Citation, Evidence
from ui.texts import Texts

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
EMPTY = Markup()


def html(pattern: str, *values: object, **named: object) -> Markup:
    """The pattern, which is ours, with the values in its braces, which are escaped unless they are
    Markup."""
    return Markup(pattern).format(*values, **named)


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """The parts one after the other, escaped unless they are Markup."""
    return Markup(between).join(parts)  # type: ignore[arg-type]  # it escapes what is no string too


def attribute(value: object) -> Markup:
    """An attribute's value or a spoken name: direction controls out, they would turn the words
    after them around."""
    return escape(_BIDI.sub("", str(value)))


def foreign(text: object) -> Markup:
    """Text that is not ours, kept apart: its direction stays inside, and it is read aloud as the
    articles' language."""
    return html('<bdi lang="en">{}</bdi>', text)


def shorten(text: str, limit: int = 220) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def data(**values: object) -> Markup:
    pairs = ((name, attribute(value)) for name, value in values.items())
    return joined(html(' data-{}="{}"', name, value) for name, value in pairs)


def button(kind: str, text: str, /, **values: object) -> Markup:
    pattern = (
        '<button type="button" class="fn-button fn-{kind}" data-do="{kind}"{data}>{text}</button>'
    )
    return html(pattern, kind=kind, data=data(**values), text=text)


def spot(where: Citation | Evidence, turn: int) -> Markup:
    """What a button carries to open an article at a place."""
    return data(do="read", turn=turn, article=where.article_id, start=where.start, end=where.end)


def byline(say: Texts, record: Article | Citation | Evidence) -> Markup:
    """Outlet and date."""
    parts = (record.source, say.date(record.published))
    return joined((html("<bdi>{}</bdi>", part) for part in parts if part), " · ")


def by_article(citations: Iterable[Citation]) -> list[list[Citation]]:
    """The citations of each article together, the article that is cited first at the front."""
    groups: dict[str, list[Citation]] = {}
    for cited in citations:
        groups.setdefault(cited.article_id, []).append(cited)
    return list(groups.values())
