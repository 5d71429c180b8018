"""Records to HTML. Every piece is MarkupSafe's Markup, so whatever comes from elsewhere is escaped as it is put in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from index.records import Article
from index.sentences import split
from index.terms import query
from qa.records import PERHAPS, Answer, Citation, Claim, Evidence
from ui.export import markdown
from ui.feedback import KINDS
from ui.texts import ENGLISH, Texts

_MARKER = re.compile(r" ?\[\d+\]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_DISAGREE = ("conflict", "disagree")
_WORD = re.compile(r"\w+")
_SHORT_SHARE = 0.7  # of its sentence: a longer short answer says nothing that the sentence does not
EMPTY = Markup()
NEAREST = 3  # sentences shown with a refusal


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


def nearest_sentence(text: str, wanted: frozenset[str]) -> str:
    """The sentence of a passage that has most of the wanted words; the first one of several."""
    sentences = [one.text for one in split(text)] or [text]
    return max(sentences, key=lambda sentence: len(wanted & set(query(sentence))))


def common_marked(text: str, wanted: frozenset[str]) -> Markup:
    """The text with the words that are among the wanted ones marked."""
    parts: list[object] = []
    position = 0
    for word in _WORD.finditer(text):
        if wanted.intersection(query(word[0])):
            parts += [text[position : word.start()], html("<i>{}</i>", word[0])]
            position = word.end()
    return joined([*parts, text[position:]])


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


@dataclass(frozen=True)
class Render:
    """Answers as HTML, our own texts in one language."""

    say: Texts = ENGLISH

    def answer(self, record: Answer, turn: int, *, done: bool = True) -> str:
        """One answer as a message: its claims, what is missing, notes, and what can be done with it."""
        say, refused = self.say, record.status == "no_answer"
        if not done and not record.claims:
            return str(html('<div class="fn-answer fn-wait">{}</div>', self._working(record)))
        parts = []
        if limited := self.limits(record, turn):
            parts.append(limited)
        if refused:
            parts.append(self._refusal(record, turn))
        if record.status == "partial" and record.missing:
            parts.append(html('<p class="fn-verdict">{}</p>', say.partial))
        parts.append(self._short(record))
        if record.answer.strip() and not (refused and not record.claims and record.evidence):
            parts.append(self._body(record, turn))
        if record.citations:
            parts.append(self._chips(record.citations, turn))
        if record.missing:
            missing = say.missing.format("; ".join(record.missing))
            parts.append(html('<p class="fn-note">{}</p>', missing))
        for note in record.notes:
            if note.message != record.answer:
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

    def _refusal(self, record: Answer, turn: int) -> Markup:
        """That the articles do not answer, what was looked for, and the sentences nearest to it."""
        say = self.say
        if any(note.code == "language" for note in record.notes):
            return html('<p class="fn-verdict">{}</p>', say.no_answer_language)
        wanted = html("<bdi>{}</bdi>", record.standalone_question)
        nearly = record.evidence and record.evidence[0].why == PERHAPS
        parts = [
            html('<p class="fn-verdict">{}</p>', say.not_sure if nearly else say.no_answer),
            html('<p class="fn-help">{}</p>', html(say.looked_for, wanted)),
        ]
        if record.evidence:
            parts.append(self._nearest(record, turn))
            parts.append(button("search", say.search, turn=turn))
        else:
            parts.append(html('<p class="fn-help">{}</p>', say.no_answer_empty))
        return joined(parts)

    def _short(self, record: Answer) -> Markup:
        """The words that answer, before the sentence they stand in; none where they are most of it."""
        short = record.short_answer
        cited = [c for c in record.citations if short and c.number == short.citation]
        if short is None or not cited or len(short.text) > _SHORT_SHARE * len(cited[0].text):
            return EMPTY
        return html('<p class="fn-short">{}</p>', foreign(short.text))

    def _chips(self, citations: Sequence[Citation], turn: int) -> Markup:
        """The sources by name, outlet and date, each with the numbers of its sentences; it opens at the first."""
        pattern = '<li><button type="button" class="fn-chip"{}><b>{}</b> {}</button></li>'
        rows = []
        for cited in by_article(citations):
            numbers = " ".join(str(one.number) for one in cited)
            place = spot(cited[0], turn)
            rows.append(html(pattern, place, numbers, byline(self.say, cited[0])))
        return html('<ul class="fn-chips">{}</ul>', joined(rows))

    def limits(self, record: Answer, turn: int) -> Markup:
        """Which articles the answer was looked for in, when not in all: each limit a button that asks again without it."""
        say, chosen = self.say, record.filters
        chips = [self._limit(turn, "sources", name, name) for name in chosen.sources]
        chips += [self._limit(turn, "collections", name, name) for name in chosen.collections]
        counted = say.counted.format(say.date(record.as_of)) if record.as_of else ""
        for name, pattern in (
            ("published_after", say.only_after),
            ("published_before", say.only_before),
        ):
            if edge := getattr(chosen, name):
                told = pattern.format(say.date(edge))
                chips.append(self._limit(turn, name, edge, told, tip=counted))
        if not chips:
            return EMPTY
        return html('<p class="fn-limits">{} {}</p>', say.only, joined(chips, " "))

    def _limit(self, turn: int, limit: str, value: str, told: str, *, tip: str = "") -> Markup:
        """`told` is the limit in words, `tip` what else there is to know of it."""
        pattern = (
            '<button type="button" class="fn-chip"{} aria-label="{}">'
            '<bdi>{}</bdi> <span aria-hidden="true">×</span></button>'
        )
        place = data(do="unlimit", turn=turn, limit=limit, value=value)
        if tip:
            place += data(tip=tip)
        return html(pattern, place, attribute(self.say.unlimited.format(told)), told)

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
                parts[-1] += html('<small class="fn-by">{}</small>', byline(self.say, first))
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
        told = answer.writer == "llm" or claim.support != "supported"  # a quotation is its source
        support = self._support(claim) if told else EMPTY
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
        """The number as a button: it says its source aloud, and carries where to open the article."""
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

    def _nearest(self, record: Answer, turn: int) -> Markup:
        """What nearly was an answer, then the nearest sentences, the words that they share with the question marked."""
        say, evidence = self.say, record.evidence
        wanted = frozenset(query(record.standalone_question))
        parts = []
        if evidence[0].why == PERHAPS:
            row = self._near(evidence[0], foreign(evidence[0].text), turn, 0)
            parts.append(html('<p class="fn-help">{}</p>', say.perhaps))
            parts.append(html('<ul class="fn-nearest fn-perhaps">{}</ul>', row))
        told = {seen.text for seen in evidence if seen.why == PERHAPS}
        rows: list[Markup] = []
        shared = False
        for seen in [one for one in evidence if one.why != PERHAPS][:NEAREST]:
            sentence = nearest_sentence(seen.text, wanted)
            if sentence in told:
                continue
            marked = common_marked(shorten(sentence), wanted)
            shared |= "<i>" in marked
            rows.append(self._near(seen, foreign(marked), turn, len(rows) + 1))
        if rows:
            heading = say.no_answer_shared if shared else say.no_answer_help
            parts.append(html('<p class="fn-help">{}</p>', heading))
            parts.append(html('<ul class="fn-nearest">{}</ul>', joined(rows)))
        return joined(parts)

    def _near(self, seen: Evidence, sentence: Markup, turn: int, number: int) -> Markup:
        """A row that opens the article there."""
        pattern = (
            '<li><button type="button" class="fn-near-button"{}{}>{}'
            '<small class="fn-by">{} · {}</small></button></li>'
        )
        place, title = spot(seen, turn), foreign(seen.title)
        return html(pattern, place, data(number=number), sentence, title, byline(self.say, seen))

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
            save=button("save", say.save_question, turn=turn),
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
            '<input class="fn-note-input" maxlength="1000" placeholder="{}"></label>{}</div></details>',
            say.feedback,
            say.feedback_note,
            say.feedback_hint,
            joined(button("report", getattr(say, kind), turn=turn, kind=kind) for kind in KINDS),
        )
