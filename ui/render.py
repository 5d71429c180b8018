"""Records to HTML; what comes from an article, a name or a question is escaped here and only here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from index.records import Article
from qa.records import Answer, Citation, Claim, Evidence
from ui.export import markdown
from ui.feedback import KINDS
from ui.texts import ENGLISH, Texts, label

_MARKER = re.compile(r" ?\[\d+\]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_DISAGREE = ("conflict", "disagree")


def attribute(value: object) -> str:
    """An attribute's value or a spoken name: direction controls out, they would turn the words after them around."""
    return escape(_BIDI.sub("", str(value)), quote=True)


def foreign(text: str) -> str:
    """Text that is not ours, kept apart: its direction stays inside, and it is read aloud as the articles' language."""
    return f'<bdi lang="en">{escape(text)}</bdi>'


def shorten(text: str, limit: int = 220) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def hint(name: str) -> str:
    """A panel that only says this text of ours; Gradio translates it in the browser."""
    return f'<section class="fn-panel"><p class="fn-help">{label(name)}</p></section>'


def _data(**data: object) -> str:
    return "".join(f' data-{name}="{attribute(value)}"' for name, value in data.items())


def _button(kind: str, label: str, /, **data: object) -> str:
    return f'<button type="button" class="fn-button fn-{kind}" data-do="{kind}"{_data(**data)}>{escape(label)}</button>'


def _spot(where: Citation | Evidence, turn: int) -> str:
    """What a button carries to open an article at a place."""
    return _data(do="read", turn=turn, article=where.article_id, start=where.start, end=where.end)


@dataclass(frozen=True)
class Render:
    """The page's HTML with its own texts in one language."""

    say: Texts = ENGLISH

    def answer(self, record: Answer, turn: int, *, done: bool = True) -> str:
        """One answer as a message: its claims, what is missing, notes, and what can be done with it."""
        say, refused = self.say, record.status == "no_answer"
        if not done and not record.claims:
            return f'<div class="fn-answer fn-wait">{say.working}<span aria-hidden="true">…</span></div>'
        parts = [f'<p class="fn-verdict">{say.no_answer}</p>'] if refused else []
        if record.status == "partial" and record.missing:
            parts.append(f'<p class="fn-verdict">{say.partial}</p>')
        if record.answer.strip() and not (refused and not record.claims and record.evidence):
            parts.append(self._body(record, turn))
        if refused:
            help_text = say.no_answer_help if record.evidence else say.no_answer_empty
            parts.append(f'<p class="fn-help">{help_text}</p>' + self._nearest(record.evidence[:3], turn))
            parts.append(_button("search", say.search, turn=turn))
        if record.missing:
            parts.append(f'<p class="fn-note">{escape(say.missing.format("; ".join(record.missing)))}</p>')
        for note in record.notes:
            if note.message != record.answer:
                parts.append(f'<p class="fn-note" data-code="{attribute(note.code)}">{escape(note.message)}</p>')
        if done:
            parts.append(self._footer(record, turn))
        return f'<div class="fn-answer" data-turn="{turn}" data-status="{record.status}">{"".join(parts)}</div>'

    def _body(self, answer: Answer, turn: int) -> str:
        """The answer's own text with its claims in place: a paragraph for each claim when quoted or on its own line."""
        parts, position = [""], 0
        disagree = any(word in note.code for note in answer.notes for word in _DISAGREE)
        for claim in sorted(answer.claims, key=lambda c: c.start):
            gap = _MARKER.sub("", answer.answer[position : claim.start])
            if parts[-1] and (answer.writer == "quote" or "\n" in gap):
                parts.append("")
            parts[-1] += f"{escape(gap.strip())} {self._claim(claim, answer, turn)}"
            if disagree and (first := next((c for c in answer.citations if c.number in claim.citations), None)):
                parts[-1] += f'<small class="fn-by">{self._byline(first)}</small>'
            position = claim.end
        parts += _MARKER.sub("", answer.answer[position:]).split("\n")
        body = "".join(f"<p>{p}</p>" for p in parts if p.strip())
        return f'<div class="{"fn-disagree" if disagree else "fn-text"}">{body}</div>'

    def _claim(self, claim: Claim, answer: Answer, turn: int) -> str:
        cited = [c for c in answer.citations if c.number in claim.citations]
        body, short = foreign(claim.text), answer.short_answer
        source = next((c for c in cited if short and c.number == short.citation and c.text == claim.text), None)
        if short and source:
            start, end = short.start - source.start, short.end - source.start
            before, words, after = claim.text[:start], claim.text[start:end], claim.text[end:]
            body = f'<bdi lang="en">{escape(before)}<b>{escape(words)}</b>{escape(after)}</bdi>'
        if not cited:
            return f'<span class="fn-claim">{body}</span>'
        mark, spoken = getattr(self.say, f"{claim.support}_mark"), getattr(self.say, claim.support)
        support = (
            f'<span class="fn-support fn-{claim.support}" title="{attribute(claim.reason or spoken)}">{mark}</span>'
        )
        support += f'<span class="fn-sr"> {spoken}{": " + escape(claim.reason) if claim.reason else ""}</span>'
        return f'<span class="fn-claim">{body}{"".join(self.citation(c, turn) for c in cited)}{support}</span>'

    def citation(self, cited: Citation, turn: int) -> str:
        """The number as a button: it says its source aloud, and carries where to open the article."""
        spoken = self.say.source.format(number=cited.number, title=cited.title, date=self.say.date(cited.published))
        return (
            f'<button type="button" class="fn-cite"{_spot(cited, turn)}{_data(number=cited.number, tip=cited.text)} '
            f'aria-label="{attribute(spoken)}">{cited.number}</button>'
        )

    def _byline(self, record: Article | Citation | Evidence) -> str:
        return " · ".join(
            f"<bdi>{escape(part)}</bdi>" for part in (record.source, self.say.date(record.published)) if part
        )

    def _nearest(self, evidence: Sequence[Evidence], turn: int) -> str:
        rows = "".join(
            f'<li><button type="button" class="fn-near-button"{_spot(e, turn)}{_data(number=number)}>'
            f'{foreign(shorten(e.text))}<small class="fn-by">{foreign(e.title)} · {self._byline(e)}</small></button></li>'
            for number, e in enumerate(evidence, 1)
        )
        return f'<ul class="fn-nearest">{rows}</ul>'

    def _footer(self, record: Answer, turn: int) -> str:
        say = self.say
        kinds = "".join(_button("report", getattr(say, kind), turn=turn, kind=kind) for kind in KINDS)
        took = record.timings_ms.get("total") or sum(record.timings_ms.values())
        writer = say.written.format(model=record.model) if record.writer == "llm" else say.quoted
        timing = say.timing.format(writer=writer, ms=round(took)) if took else ""
        return (
            f'<div class="fn-foot">{_button("copy", say.copy, text=markdown(record, say), said=say.copied)}'
            f"{_button('share', say.share, question=record.question, said=say.shared)}"
            f"{_button('sources', say.sources, turn=turn)}"
            f'<details class="fn-feedback"><summary>{say.feedback}</summary><div><label>{say.feedback_note}'
            f'<input class="fn-note-input" maxlength="1000" placeholder="{say.feedback_hint}"></label>{kinds}</div></details>'
            f'<small class="fn-took">{escape(timing)}</small></div>'
        )

    def sources(self, record: Answer, turn: int) -> str:
        """The panel for one answer: cited articles open, the rest of the evidence folded with its score and why."""
        by_article: dict[str, list[Citation]] = {}
        for cited in record.citations:
            by_article.setdefault(cited.article_id, []).append(cited)
        cards = "".join(
            f'<section class="fn-card">{self._title(group[0])}'
            + "".join(f"<blockquote>{foreign(c.text)} {self.citation(c, turn)}</blockquote>" for c in group)
            + "</section>"
            for group in by_article.values()
        )
        others = [e for e in record.evidence if not e.used]
        body = f'<p class="fn-question">{foreign(record.question)}</p>'
        body += f"<h2>{self.say.cited}</h2>{cards}" if cards else ""
        if others:
            summary = self.say.not_cited.format(len(others))
            body += f"<details><summary>{summary}</summary>{self._evidence(others, turn)}</details>"
        return self._panel(body)

    def _evidence(self, rows: Iterable[Evidence], turn: int) -> str:
        return "".join(
            f'<section class="fn-card">{self._title(e)}<blockquote>{foreign(shorten(e.text))}</blockquote>'
            f'<p class="fn-by">{self.say.score.format(e.score)} · {escape(e.why)}</p>'
            f'<button type="button" class="fn-button"{_spot(e, turn)}>{self.say.read}</button></section>'
            for e in rows
        )

    def found(self, question: str, rows: Sequence[Evidence], turn: int) -> str:
        title = f"<h2><bdi>{escape(self.say.found.format(question))}</bdi></h2>"
        return self._panel(title + (self._evidence(rows, turn) or f"<p>{self.say.found_none}</p>"), turn)

    def message(self, text: str) -> str:
        return self._panel(f'<p class="fn-help">{escape(text)}</p>')

    def _title(self, record: Citation | Evidence) -> str:
        return f'<h3>{foreign(record.title)}</h3><p class="fn-by">{self._byline(record)}</p>'

    def _panel(self, body: str, turn: int | None = None) -> str:
        """The panel's own buttons above; with a turn there is a way back to its sources."""
        back = _button("sources", self.say.back, turn=turn) if turn is not None else ""
        bar = f'<div class="fn-bar">{back}{_button("close", self.say.close)}</div>'
        language = self.say.language
        return f'<section class="fn-panel" lang="{language}" aria-label="{self.say.sources}">{bar}{body}</section>'

    def article(self, record: Article, spans: dict[str, tuple[int, int]], turn: int | None = None) -> str:
        """The whole article; `spans` maps `mark` (the sentence, strong) and `near` (its passage, light) to its offsets."""
        by = self._byline(record)
        if record.url and re.match(r"https?://", record.url, re.IGNORECASE):
            link = f'href="{attribute(record.url)}" target="_blank" rel="noopener noreferrer nofollow"'
            by += f" · <a {link}>{self.say.original}</a>"
        blocks = re.finditer(r"#{1,6} .*|\S(?:(?!\n[ \t]*\n)[\s\S])*", record.text)  # a heading is one line
        body = "".join(_paragraph(record.text, block.start(), block.end(), spans) for block in blocks)
        title = f'<h2>{foreign(record.title)}</h2><p class="fn-by">{by}</p>'
        return self._panel(f'<article class="fn-reading">{title}{body}</article>', turn)


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
    return f'<{tag} lang="en">{body}</{tag}>'
