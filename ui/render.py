"""Records to HTML; what comes from an article, a name or a question is escaped here and only here."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from index.records import Article
from qa.records import Answer, Citation, Claim, Evidence
from ui import texts
from ui.dates import day
from ui.export import markdown

_MARKER = re.compile(r" ?\[\d+\]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_DISAGREE = ("conflict", "disagree")


def attribute(value: object) -> str:
    """An attribute's value or a spoken name: direction controls out, they would turn the words after them around."""
    return escape(_BIDI.sub("", str(value)), quote=True)


def byline(source: str, published: str | None) -> str:
    return " · ".join(f"<bdi>{escape(part)}</bdi>" for part in (source, day(published)) if part)


def _button(kind: str, label: str, /, **data: object) -> str:
    attributes = "".join(f' data-{name}="{attribute(value)}"' for name, value in data.items())
    return f'<button type="button" class="fn-button fn-{kind}" data-do="{kind}"{attributes}>{escape(label)}</button>'


def citation(cited: Citation, turn: int) -> str:
    """The number as a button: it says its source aloud, and carries where to open the article."""
    label = texts.SOURCE_LABEL.format(number=cited.number, title=cited.title, date=day(cited.published))
    return (
        f'<button type="button" class="fn-cite" data-do="read" data-turn="{turn}" data-number="{cited.number}" '
        f'data-article="{attribute(cited.article_id)}" data-start="{cited.start}" data-end="{cited.end}" '
        f'data-tip="{attribute(cited.text)}" aria-label="{attribute(label)}">{cited.number}</button>'
    )


def _claim(claim: Claim, answer: Answer, turn: int) -> str:
    cited = [c for c in answer.citations if c.number in claim.citations]
    body, short = escape(claim.text), answer.short_answer
    source = next((c for c in cited if short and c.number == short.citation and c.text == claim.text), None)
    if short and source:
        start, end = short.start - source.start, short.end - source.start
        body = f"{escape(claim.text[:start])}<b>{escape(claim.text[start:end])}</b>{escape(claim.text[end:])}"
    mark, spoken = texts.SUPPORT[claim.support]
    support = f'<span class="fn-support fn-{claim.support}" title="{attribute(claim.reason or spoken)}">{mark}</span>'
    support += f'<span class="fn-sr"> {spoken}{": " + escape(claim.reason) if claim.reason else ""}</span>'
    numbers = "".join(citation(c, turn) for c in cited)
    return f'<span class="fn-claim"><bdi>{body}</bdi>{numbers}{support if cited else ""}</span>'


def _body(answer: Answer, turn: int) -> str:
    """The answer's own text with its claims in place: a paragraph for each claim when quoted or on its own line."""
    parts, position = [""], 0
    disagree = any(word in note.code for note in answer.notes for word in _DISAGREE)
    for claim in sorted(answer.claims, key=lambda c: c.start):
        gap = _MARKER.sub("", answer.answer[position : claim.start])
        if parts[-1] and (answer.writer == "quote" or "\n" in gap):
            parts.append("")
        parts[-1] += f"{escape(gap.strip())} {_claim(claim, answer, turn)}"
        if disagree and (first := next((c for c in answer.citations if c.number in claim.citations), None)):
            parts[-1] += f'<small class="fn-by">{byline(first.source, first.published)}</small>'
        position = claim.end
    parts += _MARKER.sub("", answer.answer[position:]).split("\n")
    return (
        f'<div class="{"fn-disagree" if disagree else "fn-text"}">'
        + "".join(f"<p>{p}</p>" for p in parts if p.strip())
        + "</div>"
    )


def _nearest(evidence: Sequence[Evidence], turn: int) -> str:
    rows = "".join(
        f'<li><button type="button" class="fn-near-button" data-do="read" data-turn="{turn}" data-number="{n}" '
        f'data-article="{attribute(e.article_id)}" data-start="{e.start}" data-end="{e.end}"><bdi>{escape(shorten(e.text))}</bdi>'
        f'<small class="fn-by"><bdi>{escape(e.title)}</bdi> · {byline(e.source, e.published)}</small></button></li>'
        for n, e in enumerate(evidence, 1)
    )
    return f'<ul class="fn-nearest">{rows}</ul>'


def shorten(text: str, limit: int = 220) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def answer(record: Answer, turn: int, *, done: bool = True) -> str:
    """One answer as a message: its claims, what is missing, notes, and what can be done with it."""
    if not done and not record.claims:
        return f'<div class="fn-answer fn-wait">{texts.WORKING}<span aria-hidden="true">…</span></div>'
    refused = record.status == "no_answer"
    parts = [f'<p class="fn-verdict">{texts.NO_ANSWER}</p>'] if refused else []
    if record.status == "partial" and record.missing:
        parts.append(f'<p class="fn-verdict">{texts.PARTIAL}</p>')
    if record.answer.strip() and not (refused and not record.claims and record.evidence):
        parts.append(_body(record, turn))
    if refused:
        help_text = texts.NO_ANSWER_HELP if record.evidence else texts.NO_ANSWER_EMPTY
        parts.append(f'<p class="fn-help">{help_text}</p>' + _nearest(record.evidence[:3], turn))
        parts.append(_button("search", texts.SEARCH_THEM, turn=turn))
    if record.missing:
        parts.append(f'<p class="fn-note">{escape(texts.MISSING.format("; ".join(record.missing)))}</p>')
    notes = (n for n in record.notes if n.message != record.answer)
    parts += [f'<p class="fn-note" data-code="{attribute(n.code)}">{escape(n.message)}</p>' for n in notes]
    if done:
        parts.append(_footer(record, turn))
    return f'<div class="fn-answer" data-turn="{turn}" data-status="{record.status}">{"".join(parts)}</div>'


def _footer(record: Answer, turn: int) -> str:
    kinds = "".join(_button("report", label, turn=turn, kind=kind) for kind, label in texts.FEEDBACK_KINDS.items())
    took = record.timings_ms.get("total") or sum(record.timings_ms.values())
    writer = texts.WRITTEN.format(model=record.model) if record.writer == "llm" else texts.QUOTED
    timing = texts.TIMING.format(writer=writer, ms=round(took)) if took else ""
    return (
        f'<div class="fn-foot">{_button("copy", texts.COPY, text=markdown(record), said=texts.COPIED)}'
        f"{_button('share', texts.SHARE, question=record.question, said=texts.LINKED)}"
        f"{_button('sources', texts.SOURCES_OF, turn=turn)}"
        f'<details class="fn-feedback"><summary>{texts.FEEDBACK}</summary><div><label>{texts.FEEDBACK_NOTE}'
        f'<input class="fn-note-input" maxlength="1000" placeholder="{texts.FEEDBACK_NOTE_HINT}"></label>{kinds}</div></details>'
        f'<small class="fn-took">{escape(timing)}</small></div>'
    )


def sources(record: Answer, turn: int) -> str:
    """The panel for one answer: cited articles open, the rest of the evidence folded with its score and why."""
    by_article: dict[str, list[Citation]] = {}
    for cited in record.citations:
        by_article.setdefault(cited.article_id, []).append(cited)
    cards = "".join(
        f'<section class="fn-card">{_title(group[0].title, byline(group[0].source, group[0].published))}'
        + "".join(f"<blockquote><bdi>{escape(c.text)}</bdi> {citation(c, turn)}</blockquote>" for c in group)
        + "</section>"
        for group in by_article.values()
    )
    others = [e for e in record.evidence if not e.used]
    body = f'<p class="fn-question"><bdi>{escape(record.question)}</bdi></p>'
    body += f"<h2>{texts.CITED}</h2>{cards}" if cards else ""
    if others:
        body += f"<details><summary>{texts.NOT_CITED.format(len(others))}</summary>{evidence(others, turn)}</details>"
    return _panel(body)


def evidence(rows: Iterable[Evidence], turn: int) -> str:
    return "".join(
        f'<section class="fn-card">{_title(e.title, byline(e.source, e.published))}<blockquote><bdi>{escape(shorten(e.text))}</bdi>'
        f'</blockquote><p class="fn-by">{texts.SCORE.format(e.score)} · {escape(e.why)}</p>'
        f"{_button('read', texts.READ_AT, turn=turn, article=e.article_id, start=e.start, end=e.end)}</section>"
        for e in rows
    )


def found(question: str, rows: Sequence[Evidence], turn: int) -> str:
    title = f"<h2><bdi>{escape(texts.SEARCH_FOUND.format(question))}</bdi></h2>"
    return _panel(title + (evidence(rows, turn) or f"<p>{texts.SEARCH_NONE}</p>"))


def message(text: str) -> str:
    return _panel(f'<p class="fn-help">{escape(text)}</p>')


def _title(title: str, by: str) -> str:
    return f'<h3><bdi>{escape(title)}</bdi></h3><p class="fn-by">{by}</p>'


def _panel(body: str, turn: int | None = None) -> str:
    """The panel's own buttons above; with a turn there is a way back to its sources."""
    back = _button("sources", texts.BACK, turn=turn) if turn is not None else ""
    bar = f'<div class="fn-bar">{back}{_button("close", texts.CLOSE)}</div>'
    return f'<section class="fn-panel" aria-label="{texts.PANEL_LABEL}">{bar}{body}</section>'


def article(record: Article, spans: dict[str, tuple[int, int]], turn: int | None = None) -> str:
    """The whole article; `spans` maps `mark` (the sentence, strong) and `near` (its passage, light) to article offsets."""
    by = byline(record.source, record.published)
    if record.url and re.match(r"https?://", record.url, re.IGNORECASE):
        by += f' · <a href="{attribute(record.url)}" target="_blank" rel="noopener noreferrer nofollow">{texts.OPEN_ORIGINAL}</a>'
    blocks = re.finditer(r"\S(?:(?!\n[ \t]*\n)[\s\S])*", record.text)
    body = "".join(_paragraph(record.text, block.start(), block.end(), spans) for block in blocks)
    title = f'<h2><bdi>{escape(record.title)}</bdi></h2><p class="fn-by">{by}</p>'
    return _panel(f'<article class="fn-reading">{title}{body}</article>', turn)


def _paragraph(text: str, start: int, end: int, spans: dict[str, tuple[int, int]]) -> str:
    heading = re.match(r"#{1,6} ", text[start:end])
    start, tag = (start + heading.end(), "h3") if heading else (start, "p")
    cuts = sorted({start, end, *(edge for span in spans.values() for edge in span if start < edge < end)})
    body = ""
    for low, high in pairwise(cuts):
        name = next((n for n in ("mark", "near") if n in spans and spans[n][0] <= low < spans[n][1]), None)
        piece = escape(text[low:high])
        body += {"mark": f'<mark tabindex="-1">{piece}</mark>', "near": f'<span class="fn-near">{piece}</span>'}.get(
            name or "", piece
        )
    return f"<{tag}>{body}</{tag}>"
