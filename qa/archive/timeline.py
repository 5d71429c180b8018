"""When what happened: the dated sentences on a topic, by their day."""

from collections.abc import Sequence
from dataclasses import replace

from index.index import Index
from index.records import Article, Filters, Sentence
from qa.archive.limits import span_of
from qa.archive.lines import Cited, Line, distinct, line
from qa.checking import injection
from qa.checking.dates import Resolved, dates, resolve
from qa.checking.sides import Sides
from qa.writing.summary import NEAR

EVENTS = 12  # lines


def timeline(index: Index, about: str, filters: Filters, sides: Sides) -> list[Line]:
    """The dated sentences on the topic, by their day; the filters' days are those of the
    events."""
    anywhen = replace(filters, published_after=None, published_before=None)
    dated: list[tuple[str, Article, Sentence]] = []
    pairs = _on(index, about, anywhen)
    times = resolve([(one.text, article.published) for article, one in pairs], sides)
    for (article, one), resolved in zip(pairs, times, strict=True):
        day = event_day(one.text, article.published, resolved)
        if day and (filters.published_after or day) <= day <= (filters.published_before or day):
            dated.append((day, article, one))
    dated.sort(key=lambda event: (event[0], event[1].published or "", event[2].start))
    kept = distinct([(article, one) for _, article, one in dated])
    days = {(article.id, one.start): day for day, article, one in dated}
    return [line(f"{days[one[0].id, one[1].start]}: ", one) for one in kept[:EVENTS]]


def _on(index: Index, about: str, filters: Filters) -> list[Cited]:
    """The sentences of passages near to the topic, and those that mention it."""
    near = [one for one in index.find(about, 2 * EVENTS, filters) if one.cosine >= NEAR]
    pairs = [(found.article, one) for found in near for one in found.passage.sentences]
    pairs += [
        (mention.article, one)
        for mention in index.mentions(about, filters)
        for one in mention.sentences
    ]
    seen: dict[tuple[str, int], Cited] = {}
    for article, one in pairs:
        if injection.citable(one, article):
            seen.setdefault((article.id, one.start), (article, one))
    return list(seen.values())


def event_day(sentence: str, published: str | None, resolved: Sequence[Resolved]) -> str | None:
    """The ISO day that a sentence with these times dates its event to: one day, not a month; None
    where it says none or two."""
    days = {one.first.isoformat() for one in resolved if one.first == one.last}
    for fact in dates(sentence, resolved):
        span = span_of(fact.value, published)
        if span and span[0] == span[1]:
            days.add(span[0].isoformat())
    return days.pop() if len(days) == 1 else None
