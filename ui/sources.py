"""The sources of an answer in one line: how many outlets, of which days, and who else has the same
sentence."""

from dataclasses import dataclass

from markupsafe import Markup

from qa.records import Answer, Citation
from ui.html import EMPTY, html
from ui.texts import ENGLISH, Texts


@dataclass(frozen=True)
class Sources:
    """Our own texts in one language."""

    say: Texts = ENGLISH

    def line(self, record: Answer) -> Markup:
        """Nothing for one article whose sentences stand nowhere else: its chip says it all."""
        cited = {one.article_id for one in record.citations}
        copies = copies_of(record)
        if len(cited) + len(copies) < 2:
            return EMPTY
        parts = []
        if outlets := {one.source for one in record.citations if one.source}:
            one = len(outlets) == 1
            parts.append(self.say.one_outlet if one else self.say.outlets.format(len(outlets)))
        parts.append(self._days(record.citations))
        if copies:
            one = len(copies) == 1
            parts.append(self.say.one_copy if one else self.say.copies.format(len(copies)))
        return html('<p class="fn-help fn-sources">{}</p>', " · ".join(filter(None, parts)))

    def _days(self, citations: tuple[Citation, ...]) -> str:
        """The first and the last day of the articles, or the only one."""
        days = sorted({one.published[:10] for one in citations if one.published})
        if not days:
            return ""
        first, last = self.say.date(days[0]), self.say.date(days[-1])
        return first if first == last else self.say.days.format(first, last)


def copies_of(record: Answer) -> set[str]:
    """The ids of the articles that were looked at, are not cited and hold a cited sentence word for
    word."""
    cited = {one.article_id for one in record.citations}
    sentences = {" ".join(one.text.split()) for one in record.citations}
    found = set()
    for seen in record.evidence:
        text = " ".join(seen.text.split())
        if seen.article_id not in cited and any(one in text for one in sentences):
            found.add(seen.article_id)
    return found
