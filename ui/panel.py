"""The right side of the page: an answer's sources, what a search found, an article with its cited
sentence marked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from index.records import Article
from qa.records import Answer, Citation, Evidence
from qa.saved.question import NewSentence, SavedQuestion
from qa.writing.offered import Offer
from ui.html import (
    EMPTY,
    attribute,
    button,
    by_article,
    byline,
    data,
    foreign,
    html,
    joined,
    shorten,
    spot,
)
from ui.texts import ENGLISH, Texts

NO_TURN = -1  # of a conversation: what is shown belongs to none of its answers


@dataclass(frozen=True)
class Panel:
    """The panel's HTML, our own texts in one language."""

    say: Texts = ENGLISH

    def sources(self, record: Answer, turn: int) -> str:
        """The panel for one answer: its articles by name, and folded what else was looked at. The
        quotations stand in the answer and are not repeated."""
        body = html('<p class="fn-question">{}</p>', foreign(record.question))
        rows = [self._source(cited, turn) for cited in by_article(record.citations)]
        others = [e for e in record.evidence if not e.used and not e.sentence]
        if not rows:
            body += html("<h2>{}</h2>{}", self.say.looked_at, self._evidence(others, turn))
            return self._panel(body)
        body += html('<h2>{}</h2><ol class="fn-rows">{}</ol>', self.say.cited, joined(rows))
        if others:
            summary = self.say.not_cited.format(len(others))
            body += html(
                "<details><summary>{}</summary>{}</details>", summary, self._evidence(others, turn)
            )
        return self._panel(body)

    def _source(self, cited: Sequence[Citation], turn: int) -> Markup:
        """An article with the numbers of its sentences."""
        pattern = (
            '<li><button type="button" class="fn-row"{}><b>{}</b><span>{}'
            '<small class="fn-by">{}</small></span></button></li>'
        )
        place, title = spot(cited[0], turn), foreign(cited[0].title)
        numbers = " ".join(str(one.number) for one in cited)
        return html(pattern, place, numbers, title, byline(self.say, cited[0]))

    def _evidence(self, rows: Iterable[Evidence], turn: int) -> Markup:
        pattern = (
            '<section class="fn-card">{}<blockquote>{}</blockquote>'
            '<button type="button" class="fn-button"{}>{}</button></section>'
        )
        cards = []
        for seen in rows:
            text = foreign(shorten(seen.text))
            cards.append(html(pattern, self._title(seen), text, spot(seen, turn), self.say.read))
        return joined(cards)

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
            '<h3>{}</h3><p class="fn-by">{}</p>', foreign(record.title), byline(self.say, record)
        )

    def findings(self, cards: Sequence[Markup]) -> str:
        """The panel of a checked text, a card for each sentence."""
        return self._panel(html("<h2>{}</h2>{}", self.say.check_text, joined(cards)))

    def saved(self, rows: Sequence[tuple[SavedQuestion, int]]) -> str:
        """The panel of the saved questions, each with how much is new; a row opens it."""
        pattern = (
            '<li><button type="button" class="fn-row"{}><span>{}'
            '<small class="fn-by">{}</small></span></button></li>'
        )
        items = []
        for saved, new in rows:
            told = self.say.saved_new.format(new) if new else self.say.saved_nothing
            failures = filter(None, (saved.failure, saved.webhook_failure))
            place = data(do="look", saved=saved.id)
            state = " · ".join((told, *failures))
            items.append(html(pattern, place, foreign(saved.question), state))
        none = html('<p class="fn-help">{}</p>', self.say.saved_none)
        listed = html('<ol class="fn-rows">{}</ol>', joined(items)) if items else none
        return self._panel(html("<h2>{}</h2>{}", self.say.saved_head, listed))

    def models(self, in_use: str | None, found: Sequence[Offer]) -> str:
        """The panel of the models that can be chosen, and what writes now."""
        say = self.say
        told = say.writing.format(model=in_use) if in_use else say.quoting
        parts = [html('<h2>{}</h2><p class="fn-help">{}</p>', say.model_head, told)]
        pattern = (
            '<li><button type="button" class="fn-row"{}><span><bdi>{}</bdi>'
            '<small class="fn-by">{}</small></span></button></li>'
        )
        rows = [
            html(pattern, data(do="model", model=one.model), one.model, one.kind) for one in found
        ]
        if in_use:
            rows.append(html(pattern, data(do="model", model=""), say.model_none, ""))
        none = html('<p class="fn-help">{} <code>make model</code></p>', say.model_nowhere)
        parts.append(html('<ol class="fn-rows">{}</ol>', joined(rows)) if rows else none)
        return self._panel(joined(parts))

    def looked(self, saved: SavedQuestion, sentences: Sequence[NewSentence]) -> str:
        """The panel of what is new for one saved question, the newest first."""
        say = self.say
        told = say.saved_new.format(len(sentences)) if sentences else say.saved_nothing
        parts = [html("<h2>{}</h2>", foreign(saved.question))]
        parts.append(html('<p class="fn-help">{}</p>', told))
        for one in reversed(sentences):
            parts.append(self._card(one.citation))
        parts.append(button("saved", say.saved_back))
        remove = button("forget", say.remove_sure, saved=saved.id)
        pattern = '<details class="fn-remove"><summary>{}</summary>{}</details>'
        parts.append(html(pattern, say.saved_remove, remove))
        return self._panel(joined(parts))

    def _card(self, cited: Citation) -> Markup:
        """A sentence that belongs to no answer of this conversation."""
        pattern = (
            '<section class="fn-card">{}<blockquote>{}</blockquote>'
            '<button type="button" class="fn-button"{}>{}</button></section>'
        )
        place = spot(cited, NO_TURN)
        return html(pattern, self._title(cited), foreign(cited.text), place, self.say.read)

    def _panel(self, body: Markup, turn: int | None = None, head: Markup = EMPTY) -> str:
        """The way back, to an answer's sources with a turn, and what stays in sight above the
        body."""
        say = self.say
        ways = button("articles", say.all_articles)
        if turn not in (None, NO_TURN):
            ways = button("sources", say.back, turn=turn) + ways
        bar = html(
            '<header class="fn-bar"><div class="fn-ways">{}{}</div>{}</header>',
            ways,
            button("close", say.close),
            head,
        )
        pattern = '<section class="fn-panel" lang="{}" aria-label="{}">{}{}</section>'
        return str(html(pattern, say.language, say.sources, bar, body))

    def article(
        self, record: Article, spans: dict[str, tuple[int, int]], turn: int | None = None
    ) -> str:
        """The panel with the whole article, and with a turn the way back to its sources; `spans` as
        in `reading`."""
        remove = html(
            '<details class="fn-remove"><summary>{}</summary>{}</details>',
            self.say.remove,
            button("remove", self.say.remove_sure, article=record.id),
        )
        return self._panel(self._text(record, spans) + remove, turn, self._headline(record))

    def reading(self, record: Article, spans: dict[str, tuple[int, int]]) -> Markup:
        """The whole article; `spans` maps `mark` (the sentence, strong), `focus` (the same, where a
        page of its own begins to be read) and `near` (its neighbours, light) to offsets."""
        return self._headline(record) + self._text(record, spans)

    def _headline(self, record: Article) -> Markup:
        by = byline(self.say, record)
        if record.url and re.match(r"https?://", record.url, re.IGNORECASE):
            pattern = ' · <a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
            by += html(pattern, attribute(record.url), self.say.original)
        return html('<h2>{}</h2><p class="fn-by">{}</p>', foreign(record.title), by)

    def _text(self, record: Article, spans: dict[str, tuple[int, int]]) -> Markup:
        blocks = re.finditer(
            r"#{1,6} .*|\S(?:(?!\n[ \t]*\n)[\s\S])*", record.text
        )  # a heading is one line
        body = joined(
            _paragraph(record.text, block.start(), block.end(), spans) for block in blocks
        )
        return html('<article class="fn-reading">{}</article>', body)


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
