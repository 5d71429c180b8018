"""Answers to HTML: claims with the numbers of their sources, notes, limits, and what can be
done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from qa.questions.spelling import as_typed
from qa.records import Answer, Citation, Claim
from ui.export import markdown
from ui.feedback import KINDS
from ui.html import EMPTY, attribute, button, by_article, byline, data, foreign, html, joined, spot
from ui.limits import Limits
from ui.refusals import Refusals
from ui.sources import Sources
from ui.texts import ENGLISH, Texts

_MARKER = re.compile(r" ?\[\d+\]")
_DISAGREE = ("conflict", "disagree")
_SHORT_SHARE = 0.7  # of its sentence: a longer short answer says nothing that the sentence does not


@dataclass(frozen=True)
class Render:
    """Answers as HTML, our own texts in one language."""

    say: Texts = ENGLISH

    def answer(self, record: Answer, turn: int, *, done: bool = True) -> str:
        """One answer as a message: its claims, what is missing, notes, and what can be done with
        it."""
        say, refused = self.say, record.status == "no_answer"
        if not done and not record.claims:
            return str(html('<div class="fn-answer fn-wait">{}</div>', self._working(record)))
        parts = []
        if limited := Limits(say).line(record, turn):
            parts.append(limited)
        if any(note.code == "spelling" for note in record.notes):
            parts.append(self._spelling(record))
        if refused:
            parts.append(Refusals(say).refusal(record, turn))
        if record.status == "partial" and record.missing:
            parts.append(html('<p class="fn-verdict">{}</p>', say.partial))
        parts.append(self._short(record))
        if record.answer.strip() and not (refused and not record.claims and record.evidence):
            parts.append(self._body(record, turn))
        if record.citations:
            parts.append(self._chips(record.citations, turn))
            parts.append(Sources(say).line(record))
        if record.missing:
            missing = say.missing.format("; ".join(record.missing))
            parts.append(html('<p class="fn-note">{}</p>', missing))
        for note in record.notes:
            if note.message != record.answer and note.code != "spelling":
                pattern = '<p class="fn-note" data-code="{}">{}</p>'
                parts.append(html(pattern, note.code, note.message))
        if done:
            parts.append(self._footer(record, turn))
        pattern = '<div class="fn-answer" data-turn="{}" data-status="{}">{}</div>'
        return str(html(pattern, turn, record.status, joined(parts)))

    def _working(self, record: Answer) -> str:
        """What is being done for a question that has no words of an answer yet."""
        if not record.evidence:
            return self.say.working
        return self.say.reading.format(len(record.evidence))

    def _short(self, record: Answer) -> Markup:
        """The words that answer, before the sentence they stand in; none where they are most of
        it."""
        short = record.short_answer
        cited = [c for c in record.citations if short and c.number == short.citation]
        if short is None or not cited or len(short.text) > _SHORT_SHARE * len(cited[0].text):
            return EMPTY
        return html('<p class="fn-short">{}</p>', foreign(short.text))

    def _spelling(self, record: Answer) -> Markup:
        """What was asked in the place of what was typed, which a refusal says by itself, and a way
        to ask as typed; none where the slip stands in an earlier question."""
        asked = html(self.say.spelling, html("<em>{}</em>", foreign(record.standalone_question)))
        typed = as_typed(record.question, record.standalone_question)
        parts = [EMPTY if record.status == "no_answer" else asked]
        if typed != record.question:
            parts.append(button("ask", self.say.as_typed, question=typed))
        return html('<p class="fn-help" data-code="spelling">{}</p>', joined(parts, " "))

    def _chips(self, citations: Sequence[Citation], turn: int) -> Markup:
        """The sources by name, outlet and date, each with the numbers of its sentences; it opens at
        the first."""
        pattern = '<li><button type="button" class="fn-chip"{}><b>{}</b> {}</button></li>'
        rows = []
        for cited in by_article(citations):
            numbers = " ".join(str(one.number) for one in cited)
            place = spot(cited[0], turn)
            rows.append(html(pattern, place, numbers, byline(self.say, cited[0])))
        return html('<ul class="fn-chips">{}</ul>', joined(rows))

    def _body(self, answer: Answer, turn: int) -> Markup:
        """The answer's own text with its claims in place: a paragraph for each claim when quoted or
        on its own line."""
        disagree = any(word in note.code for note in answer.notes for word in _DISAGREE)
        paragraphs = [EMPTY]
        position = 0
        for claim in sorted(answer.claims, key=lambda claim: claim.start):
            gap = _MARKER.sub("", answer.answer[position : claim.start])
            if paragraphs[-1] and (answer.writer == "quote" or "\n" in gap):
                paragraphs.append(EMPTY)
            cited = _cited(claim, answer)
            paragraphs[-1] += html("{} {}", gap.strip(), self._claim(claim, cited, answer, turn))
            if disagree and cited:
                outlet = byline(self.say, cited[0])
                paragraphs[-1] += html('<small class="fn-by">{}</small>', outlet)
            position = claim.end
        rest = _MARKER.sub("", answer.answer[position:])
        paragraphs += [escape(line) for line in rest.split("\n")]
        body = joined(html("<p>{}</p>", line) for line in paragraphs if line.strip())
        kind = "fn-disagree" if disagree else "fn-text"
        return html('<div class="{}">{}</div>', kind, body)

    def _claim(self, claim: Claim, cited: Sequence[Citation], answer: Answer, turn: int) -> Markup:
        body = _with_short_answer(claim, cited, answer)
        if not cited:
            return html('<span class="fn-claim">{}</span>', body)
        numbers = joined(self.citation(one, turn) for one in cited)
        is_own_source = answer.writer != "llm" and claim.support == "supported"  # a quotation
        support = EMPTY if is_own_source else self._support(claim)
        return html('<span class="fn-claim">{}{}{}</span>', body, numbers, support)

    def _support(self, claim: Claim) -> Markup:
        mark, spoken = getattr(self.say, f"{claim.support}_mark"), getattr(self.say, claim.support)
        title = attribute(claim.reason or spoken)
        seen = html(
            '<span class="fn-support fn-{}" title="{}">{}</span>', claim.support, title, mark
        )
        reason = f": {claim.reason}" if claim.reason else ""
        return seen + html('<span class="fn-sr"> {}{}</span>', spoken, reason)

    def citation(self, cited: Citation, turn: int) -> Markup:
        """The number as a button: it says its source aloud, and carries where to open the
        article."""
        spoken = self.say.source.format(
            number=cited.number, title=cited.title, date=self.say.date(cited.published)
        )
        return html(
            '<button type="button" class="fn-cite"{}{} aria-label="{}">{}</button>',
            spot(cited, turn),
            data(number=cited.number, tip=cited.text),
            attribute(spoken),
            cited.number,
        )

    def _footer(self, record: Answer, turn: int) -> Markup:
        say = self.say
        took = record.timings_ms.get("total") or sum(record.timings_ms.values())
        writer = say.written.format(model=record.model) if record.writer == "llm" else say.quoted
        tip = say.took.format(took / 1000) if took else ""
        by = html('<small class="fn-took"{}>{}</small>', data(tip=tip), writer)
        return html(
            '<div class="fn-foot">{copy}{share}{sources}{again}{save}{feedback}{by}</div>',
            copy=button("copy", say.copy, text=markdown(record, say), said=say.copied),
            share=button("share", say.share, question=record.question, said=say.shared),
            sources=button("sources", say.sources, turn=turn),
            again=button("again", say.again, turn=turn),
            save=button("save", say.save_question, turn=turn) if record.evidence else EMPTY,
            feedback=self._feedback(turn),
            by=by if record.claims else EMPTY,  # a refusal and small talk quote nothing
        )

    def follow_ups(self, questions: Sequence[str], heading: str | None = None) -> str:
        """Questions to ask next, under the last answer."""
        rows = [
            html("<li>{}</li>", button("ask", question, question=question))
            for question in questions
        ]
        pattern = '<div class="fn-next"><p class="fn-help">{}</p><ul>{}</ul></div>'
        return str(html(pattern, heading or self.say.next, joined(rows))) if rows else ""

    def _feedback(self, turn: int) -> Markup:
        say = self.say
        return html(
            '<details class="fn-feedback"><summary>{}</summary><div><label>{}'
            '<input class="fn-note-input" maxlength="1000" placeholder="{}"></label>{}'
            "</div></details>",
            say.feedback,
            say.feedback_note,
            say.feedback_hint,
            joined(button("report", getattr(say, kind), turn=turn, kind=kind) for kind in KINDS),
        )


def _cited(claim: Claim, answer: Answer) -> list[Citation]:
    """The citations of a claim, in the answer's order."""
    return [one for one in answer.citations if one.number in claim.citations]


def _with_short_answer(claim: Claim, cited: Sequence[Citation], answer: Answer) -> Markup:
    """The claim's text; where it is the very sentence that holds the short answer, with that in
    bold."""
    short = answer.short_answer
    for source in cited:
        if short and source.number == short.citation and source.text == claim.text:
            start, end = short.start - source.start, short.end - source.start
            before, words, after = claim.text[:start], claim.text[start:end], claim.text[end:]
            return html('<bdi lang="en">{}<b>{}</b>{}</bdi>', before, words, after)
    return foreign(claim.text)
