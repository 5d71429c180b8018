"""Refusals as HTML: that the articles do not answer, and the sentences that come nearest."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from index.terms import query
from qa.records import NEAREST, PERHAPS, Answer, Evidence
from ui.html import button, byline, data, foreign, html, joined, shorten, spot
from ui.texts import ENGLISH, Texts

SHOWN = 3  # sentences with a refusal
# The headings of refusals for which nothing was looked for, by their notes' codes.
NOT_LOOKED = {
    "language": "no_answer_language",
    "no_last_answer": "no_answer_alone",
    "told_already": "no_answer_more",
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Refusals:
    """Our own texts in one language."""

    say: Texts = ENGLISH

    def refusal(self, record: Answer, turn: int) -> Markup:
        """That the articles do not answer, what was looked for, and the sentences nearest to it."""
        say = self.say
        codes = {note.code for note in record.notes}
        if unlooked := next((text for code, text in NOT_LOOKED.items() if code in codes), None):
            return html('<p class="fn-verdict">{}</p>', getattr(say, unlooked))
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

    def _nearest(self, record: Answer, turn: int) -> Markup:
        """What nearly was an answer, then the nearest sentences, the words that they share with the
        question marked."""
        say = self.say
        wanted = frozenset(query(record.standalone_question))
        parts = []
        for seen in [one for one in record.evidence if one.why == PERHAPS]:
            row = self._near(seen, foreign(seen.text), turn, 0)
            parts.append(html('<p class="fn-help">{}</p>', say.perhaps))
            parts.append(html('<ul class="fn-nearest fn-perhaps">{}</ul>', row))
        rows: list[Markup] = []
        shared = False
        for seen in [one for one in record.evidence if one.why == NEAREST][:SHOWN]:
            marked = common_marked(shorten(seen.text), wanted)
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


def common_marked(text: str, wanted: frozenset[str]) -> Markup:
    """The text with the words that are among the wanted ones marked."""
    parts: list[object] = []
    position = 0
    for word in _WORD.finditer(text):
        if wanted.intersection(query(word[0])):
            parts += [text[position : word.start()], html("<i>{}</i>", word[0])]
            position = word.end()
    return joined([*parts, text[position:]])
