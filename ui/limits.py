"""The limits of an answer as HTML: which articles it was looked for in, when not in all."""

from dataclasses import dataclass

from markupsafe import Markup

from qa.records import Answer
from ui.html import EMPTY, attribute, data, html, joined
from ui.texts import ENGLISH, Texts


@dataclass(frozen=True)
class Limits:
    """Our own texts in one language."""

    say: Texts = ENGLISH

    def line(self, record: Answer, turn: int) -> Markup:
        """Which articles the answer was looked for in, when not in all: each limit a button that
        asks again without it."""
        say, chosen = self.say, record.filters
        chips = [self._limit(turn, "sources", name, name) for name in chosen.sources]
        chips += [self._limit(turn, "collections", name, name) for name in chosen.collections]
        for name in chosen.authors:
            chips.append(self._limit(turn, "authors", name, say.only_by.format(name)))
        counted = say.counted.format(say.date(record.as_of)) if record.as_of else ""
        edges = {"published_after": say.only_after, "published_before": say.only_before}
        for name, pattern in edges.items():
            if edge := getattr(chosen, name):
                words = pattern.format(say.date(edge))
                chips.append(self._limit(turn, name, edge, words, tip=counted))
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
