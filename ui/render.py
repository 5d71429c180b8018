"""Records to HTML. Every piece is MarkupSafe's Markup, so whatever comes from elsewhere is escaped as it is put in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from index.records import Article
from qa.records import Answer, Citation, Claim, Evidence
from ui.export import markdown
from ui.feedback import KINDS
from ui.texts import ENGLISH, Texts, label

_MARKER = re.compile(r" ?\[\d+\]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_DISAGREE = ("conflict", "disagree")
EMPTY = Markup()


def html(pattern: str, *values: object, **named: object) -> Markup:
    """The pattern, which is ours, with the values in its braces, which are escaped unless they are Markup."""
    return Markup(pattern).format(*values, **named)


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """The parts one after the other, escaped unless they are Markup."""
    return Markup(between).join(parts)  # type: ignore[arg-type]  # it escapes what is no string too


def attribute(value: object) -> Markup:
    """An attribute's value or a spoken name: direction controls out, they would turn the words after them around."""
    return escape(_BIDI.sub("", str(value)))


def foreign(text: object) -> Markup:
    """Text that is not ours, kept apart: its direction stays inside, and it is read aloud as the articles' language."""
    return html('<bdi lang="en">{}</bdi>', text)


def shorten(text: str, limit: int = 220) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def hint(name: str) -> str:
    """A panel that only says this text of ours; Gradio translates it in the browser."""
    return f'<section class="fn-panel"><p class="fn-help">{label(name)}</p></section>'


def _data(**data: object) -> Markup:
    return joined(html(' data-{}="{}"', name, attribute(value)) for name, value in data.items())


def _button(kind: str, text: str, /, **data: object) -> Markup:
    pattern = (
        '<button type="button" class="fn-button fn-{kind}" data-do="{kind}"{data}>{text}</button>'
    )
    return html(pattern, kind=kind, data=_data(**data), text=text)


def _spot(where: Citation | Evidence, turn: int) -> Markup:
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
            pattern = '<div class="fn-answer fn-wait">{}<span aria-hidden="true">…</span></div>'
            return str(html(pattern, say.working))
        parts = []
        if refused:
            parts.append(html('<p class="fn-verdict">{}</p>', say.no_answer))
        if record.status == "partial" and record.missing:
            parts.append(html('<p class="fn-verdict">{}</p>', say.partial))
        if record.answer.strip() and not (refused and not record.claims and record.evidence):
            parts.append(self._body(record, turn))
        if refused:
            help_text = say.no_answer_help if record.evidence else say.no_answer_empty
            parts.append(html('<p class="fn-help">{}</p>', help_text))
            parts.append(self._nearest(record.evidence[:3], turn))
            parts.append(_button("search", say.search, turn=turn))
        if limited := self.limits(record):
            parts.append(limited)
        if record.missing:
            parts.append(
                html('<p class="fn-note">{}</p>', say.missing.format("; ".join(record.missing)))
            )
        for note in record.notes:
            if note.message != record.answer:
                parts.append(
                    html('<p class="fn-note" data-code="{}">{}</p>', note.code, note.message)
                )
        if done:
            parts.append(self._footer(record, turn))
        pattern = '<div class="fn-answer" data-turn="{}" data-status="{}">{}</div>'
        return str(html(pattern, turn, record.status, joined(parts)))

    def limits(self, record: Answer) -> Markup:
        """Which articles the answer was looked for in, when not in all."""
        chosen = record.filters
        after, before = (
            pattern.format(self.say.date(edge)) if edge else ""
            for pattern, edge in (
                (self.say.only_after, chosen.published_after),
                (self.say.only_before, chosen.published_before),
            )
        )
        told = [part for part in (*chosen.sources, after, before) if part]
        chips = joined(html('<span class="fn-by">{}</span>', part) for part in told)
        return html('<p class="fn-limits">{} {}</p>', self.say.only, chips) if told else EMPTY

    def _body(self, answer: Answer, turn: int) -> Markup:
        """The answer's own text with its claims in place: a paragraph for each claim when quoted or on its own line."""
        parts, position = [EMPTY], 0
        disagree = any(word in note.code for note in answer.notes for word in _DISAGREE)
        for claim in sorted(answer.claims, key=lambda c: c.start):
            gap = _MARKER.sub("", answer.answer[position : claim.start])
            if parts[-1] and (answer.writer == "quote" or "\n" in gap):
                parts.append(EMPTY)
            parts[-1] += html("{} {}", gap.strip(), self._claim(claim, answer, turn))
            first = next((c for c in answer.citations if c.number in claim.citations), None)
            if disagree and first:
                parts[-1] += html('<small class="fn-by">{}</small>', self._byline(first))
            position = claim.end
        rest = _MARKER.sub("", answer.answer[position:]).split("\n")
        lines = [*parts, *(escape(line) for line in rest)]
        body = joined(html("<p>{}</p>", line) for line in lines if line.strip())
        return html('<div class="{}">{}</div>', "fn-disagree" if disagree else "fn-text", body)

    def _claim(self, claim: Claim, answer: Answer, turn: int) -> Markup:
        cited = [c for c in answer.citations if c.number in claim.citations]
        body, short = foreign(claim.text), answer.short_answer
        source = next(
            (c for c in cited if short and c.number == short.citation and c.text == claim.text),
            None,
        )
        if short and source:
            start, end = short.start - source.start, short.end - source.start
            before, words, after = claim.text[:start], claim.text[start:end], claim.text[end:]
            body = html('<bdi lang="en">{}<b>{}</b>{}</bdi>', before, words, after)
        if not cited:
            return html('<span class="fn-claim">{}</span>', body)
        numbers = joined(self.citation(c, turn) for c in cited)
        return html('<span class="fn-claim">{}{}{}</span>', body, numbers, self._support(claim))

    def _support(self, claim: Claim) -> Markup:
        mark, spoken = getattr(self.say, f"{claim.support}_mark"), getattr(self.say, claim.support)
        title = attribute(claim.reason or spoken)
        seen = html(
            '<span class="fn-support fn-{}" title="{}">{}</span>', claim.support, title, mark
        )
        reason = f": {claim.reason}" if claim.reason else ""
        return seen + html('<span class="fn-sr"> {}{}</span>', spoken, reason)

    def citation(self, cited: Citation, turn: int) -> Markup:
        """The number as a button: it says its source aloud, and carries where to open the article."""
        spoken = self.say.source.format(
            number=cited.number, title=cited.title, date=self.say.date(cited.published)
        )
        return html(
            '<button type="button" class="fn-cite"{}{} aria-label="{}">{}</button>',
            _spot(cited, turn),
            _data(number=cited.number, tip=cited.text),
            attribute(spoken),
            cited.number,
        )

    def _byline(self, record: Article | Citation | Evidence) -> Markup:
        parts = (record.source, self.say.date(record.published))
        return joined((html("<bdi>{}</bdi>", part) for part in parts if part), " · ")

    def _nearest(self, evidence: Sequence[Evidence], turn: int) -> Markup:
        pattern = '<li><button type="button" class="fn-near-button"{}{}>{}<small class="fn-by">{} · {}</small></button></li>'
        rows = [
            html(
                pattern,
                _spot(e, turn),
                _data(number=n),
                foreign(shorten(e.text)),
                foreign(e.title),
                self._byline(e),
            )
            for n, e in enumerate(evidence, 1)
        ]
        return html('<ul class="fn-nearest">{}</ul>', joined(rows))

    def _footer(self, record: Answer, turn: int) -> Markup:
        say = self.say
        took = record.timings_ms.get("total") or sum(record.timings_ms.values())
        writer = say.written.format(model=record.model) if record.writer == "llm" else say.quoted
        return html(
            '<div class="fn-foot">{copy}{share}{sources}{feedback}<small class="fn-took">{timing}</small></div>',
            copy=_button("copy", say.copy, text=markdown(record, say), said=say.copied),
            share=_button("share", say.share, question=record.question, said=say.shared),
            sources=_button("sources", say.sources, turn=turn),
            feedback=self._feedback(turn),
            timing=say.timing.format(writer=writer, ms=round(took)) if took else "",
        )

    def _feedback(self, turn: int) -> Markup:
        say = self.say
        return html(
            '<details class="fn-feedback"><summary>{}</summary><div><label>{}'
            '<input class="fn-note-input" maxlength="1000" placeholder="{}"></label>{}</div></details>',
            say.feedback,
            say.feedback_note,
            say.feedback_hint,
            joined(_button("report", getattr(say, kind), turn=turn, kind=kind) for kind in KINDS),
        )

    def sources(self, record: Answer, turn: int) -> str:
        """The panel for one answer: cited articles open, the rest of the evidence folded with its score and why."""
        by_article: dict[str, list[Citation]] = {}
        for cited in record.citations:
            by_article.setdefault(cited.article_id, []).append(cited)
        cards = joined(self._card(group, turn) for group in by_article.values())
        body = html('<p class="fn-question">{}</p>', foreign(record.question))
        if cards:
            body += html("<h2>{}</h2>{}", self.say.cited, cards)
        others = [e for e in record.evidence if not e.used]
        if others:
            summary = self.say.not_cited.format(len(others))
            body += html(
                "<details><summary>{}</summary>{}</details>", summary, self._evidence(others, turn)
            )
        return self._panel(body)

    def _card(self, cited: Sequence[Citation], turn: int) -> Markup:
        """One article's cited sentences."""
        quotes = [
            html("<blockquote>{} {}</blockquote>", foreign(c.text), self.citation(c, turn))
            for c in cited
        ]
        return html(
            '<section class="fn-card">{}{}</section>', self._title(cited[0]), joined(quotes)
        )

    def _evidence(self, rows: Iterable[Evidence], turn: int) -> Markup:
        pattern = (
            '<section class="fn-card">{}<blockquote>{}</blockquote><p class="fn-by">{} · {}</p>'
            '<button type="button" class="fn-button"{}>{}</button></section>'
        )
        return joined(
            html(
                pattern,
                self._title(e),
                foreign(shorten(e.text)),
                self.say.score.format(e.score),
                e.why,
                _spot(e, turn),
                self.say.read,
            )
            for e in rows
        )

    def found(self, question: str, rows: Sequence[Evidence], turn: int) -> str:
        """The panel of a search's passages."""
        title = html("<h2><bdi>{}</bdi></h2>", self.say.found.format(question))
        none = html("<p>{}</p>", self.say.found_none)
        return self._panel(title + (self._evidence(rows, turn) or none), turn)

    def message(self, text: str) -> str:
        """A panel that only says this."""
        return self._panel(html('<p class="fn-help">{}</p>', text))

    def _title(self, record: Citation | Evidence) -> Markup:
        return html(
            '<h3>{}</h3><p class="fn-by">{}</p>', foreign(record.title), self._byline(record)
        )

    def _panel(self, body: Markup, turn: int | None = None) -> str:
        """The panel's own buttons above; with a turn there is a way back to its sources."""
        back = _button("sources", self.say.back, turn=turn) if turn is not None else EMPTY
        bar = html('<div class="fn-bar">{}{}</div>', back, _button("close", self.say.close))
        pattern = '<section class="fn-panel" lang="{}" aria-label="{}">{}{}</section>'
        return str(html(pattern, self.say.language, self.say.sources, bar, body))

    def article(
        self, record: Article, spans: dict[str, tuple[int, int]], turn: int | None = None
    ) -> str:
        """The panel with the whole article, and with a turn the way back to its sources."""
        return self._panel(self.reading(record, spans), turn)

    def reading(self, record: Article, spans: dict[str, tuple[int, int]]) -> Markup:
        """The whole article; `spans` maps `mark` (the sentence, strong), `focus` (the same, where a page of its own begins to
        be read) and `near` (its passage, light) to its offsets."""
        by = self._byline(record)
        if record.url and re.match(r"https?://", record.url, re.IGNORECASE):
            pattern = ' · <a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
            by += html(pattern, attribute(record.url), self.say.original)
        blocks = re.finditer(
            r"#{1,6} .*|\S(?:(?!\n[ \t]*\n)[\s\S])*", record.text
        )  # a heading is one line
        body = joined(
            _paragraph(record.text, block.start(), block.end(), spans) for block in blocks
        )
        title = html('<h2>{}</h2><p class="fn-by">{}</p>', foreign(record.title), by)
        return html('<article class="fn-reading">{}{}</article>', title, body)


def _paragraph(text: str, start: int, end: int, spans: dict[str, tuple[int, int]]) -> Markup:
    heading = re.match(r"#{1,6} ", text[start:end])
    start, tag = (start + heading.end(), "h3") if heading else (start, "p")
    cuts = sorted(
        {start, end, *(edge for span in spans.values() for edge in span if start < edge < end)}
    )
    patterns = {
        "focus": '<mark tabindex="-1" autofocus>{}</mark>',
        "mark": '<mark tabindex="-1">{}</mark>',
        "near": '<span class="fn-near">{}</span>',
    }
    body = EMPTY
    for low, high in pairwise(cuts):
        name = next((n for n in patterns if n in spans and spans[n][0] <= low < spans[n][1]), "")
        body += html(patterns.get(name, "{}"), text[low:high])
    return html('<{tag} lang="en">{body}</{tag}>', tag=tag, body=body)
