"""Answers questions to the archive, without a model: who mentions something, when what happened,
who says what."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index.embedder import embed, embed_query
from index.index import Index
from index.mentions import Mention
from index.records import Article, Filters, Found, Passage, Sentence
from qa.archive.kinds import Asked, Kinds, topic
from qa.archive.limits import Limits, Names, dated, span_of
from qa.checking import injection
from qa.checking.dates import Resolved, dates, resolve
from qa.checking.sides import Sides
from qa.questions.phrases import core, phrases_of
from qa.reading.choose import stems
from qa.writing.summary import NEAR, central, told_of

EVENTS, EACH, TOLD = 12, 2, 4  # lines of a timeline, of each side compared, of one article told
LISTED = 50  # articles where nothing but their outlet, author, collection or day is asked for
ALIKE = 0.6  # of a sentence's words that an earlier one has: it tells the same
Cited = tuple[Article, Sentence]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the answer: what stands before it (a day, an outlet), its text, and the sentences
    that it rests on."""

    lead: str
    text: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lines of an answer, none when the archive has nothing; `probability` is that they tell of
    what is asked about; `as_of` is the day that relative dates count from."""

    lines: list[Line] = field(default_factory=list)
    probability: float = 1.0
    filters: Filters = Filters()
    as_of: str | None = None

    @property
    def found(self) -> list[Found]:
        """Every sentence cited, as a passage of its own."""
        places = dict.fromkeys(pair for line in self.lines for pair in line.cited)
        return [Found(_alone(article, one), article, 1.0, 1.0, 0.0) for article, one in places]


class Archive:
    """Over an index; safe to call from several threads."""

    def __init__(self, index: Index, sides: Sides) -> None:
        self._index, self._sides = index, sides
        self._kinds = Kinds(index.embedder)
        self._names = Names(index)

    def limits(self, question: str, given: Filters, *, alone: bool = False) -> Limits:
        """What limits the articles: what is `given`, `alone` or with the outlets, authors and
        collections that the question names."""
        limits = self._names.limits(question, given)
        return replace(limits, filters=given) if alone else limits

    def gather(
        self, question: str, limits: Limits, given: Filters, *, alone: bool = False
    ) -> Gathered | None:
        """None for an ordinary question; `limits` are those of the question for what is `given`."""
        request = self._kinds.asked(question)
        if request is None and limits.question != question:
            request = self._kinds.asked(limits.question)
        if request is None and (limits.outlets or limits.authors):
            request = self._kinds.told(limits.question)
        if request is None:
            return None
        newest = self._index.articles(limit=1, filters=given.bounds)
        as_of = newest[0].published if newest else None
        within = dated(limits, as_of, given, self._sides)
        if alone:
            within = replace(within, filters=given)
        limited = within.question != question
        about = topic(within.question) or ("" if limited else request.topic)
        if request.kind == "told":
            about = request.topic
        lines = self._lines(request, about, within)
        probability = self._told_of(request, about, within.filters) if lines else 0.0
        return Gathered(lines, probability, within.filters, as_of)

    def _told_of(self, request: Asked, about: str, filters: Filters) -> float:
        """Sure where the words themselves are counted, or are those of the two sides."""
        if request.kind in ("mentions", "compare") or not about:
            return 1.0
        if request.kind == "timeline":  # whose days are those of the events
            filters = replace(filters, published_after=None, published_before=None)
        return told_of(about, self._index.find(about, 2 * EVENTS, filters))

    def _lines(self, request: Asked, about: str, within: Limits) -> list[Line]:
        if request.kind == "mentions":
            return self._mentions(about, within.filters)
        if request.kind == "timeline":
            return self._timeline(about, within.filters)
        if request.kind == "compare":
            return self._compare(about, within)
        if request.kind == "article":
            return self._article(about, within.filters)
        chosen = central(self._index, about, within.filters, TOLD).chosen
        pairs = [(one.article, one.sentence) for one in chosen]
        return [
            Line(f"{article.published or ''}: ", one.text, ((article, one),))
            for article, one in pairs
        ]

    def _mentions(self, about: str, filters: Filters) -> list[Line]:
        """How many, with all of them cited, and a line for each."""
        found = self._index.mentions(about, filters) if about else self._all(filters)
        firsts = [(one.article, _citable(one)[0]) for one in found if _citable(one)]
        if not firsts:
            return []
        number = len(firsts) if about else self._index.count(filters)
        total = self._index.count(filters if about else filters.bounds)
        told = f" {'mentions' if number == 1 else 'mention'} {about}" if about else ""
        head = Line("", f"{number} of {total} articles{told}.", tuple(firsts))
        return [
            head,
            *(
                Line(f"{' '.join(article.title.split())}: ", one.text, ((article, one),))
                for article, one in firsts
            ),
        ]

    def _all(self, filters: Filters) -> list[Mention]:
        """The first LISTED articles with all their sentences."""
        articles = self._index.articles(limit=LISTED, filters=filters)
        return [Mention(one, tuple(self._index.sentences(one.id))) for one in articles]

    def _timeline(self, about: str, filters: Filters) -> list[Line]:
        """The dated sentences on the topic, by their day; the filters' days are those of the
        events."""
        anywhen = replace(filters, published_after=None, published_before=None)
        dated: list[tuple[str, Article, Sentence]] = []
        pairs = self._on(about, anywhen)
        times = resolve([(one.text, article.published) for article, one in pairs], self._sides)
        for (article, one), resolved in zip(pairs, times, strict=True):
            day = event_day(one.text, article.published, resolved)
            if day and (filters.published_after or day) <= day <= (filters.published_before or day):
                dated.append((day, article, one))
        dated.sort(key=lambda event: (event[0], event[1].published or "", event[2].start))
        kept = _distinct([(article, one) for _, article, one in dated])
        days = {(article.id, one.start): day for day, article, one in dated}
        return [
            Line(f"{days[article.id, one.start]}: ", one.text, ((article, one),))
            for article, one in kept[:EVENTS]
        ]

    def _on(self, about: str, filters: Filters) -> list[Cited]:
        """The sentences of passages near to the topic, and those that mention it."""
        near = [one for one in self._index.find(about, 2 * EVENTS, filters) if one.cosine >= NEAR]
        pairs = [(found.article, one) for found in near for one in found.passage.sentences]
        pairs += [
            (mention.article, one)
            for mention in self._index.mentions(about, filters)
            for one in mention.sentences
        ]
        seen: dict[tuple[str, int], Cited] = {}
        for article, one in pairs:
            if injection.citable(one, article):
                seen.setdefault((article.id, one.start), (article, one))
        return list(seen.values())

    def _compare(self, about: str, within: Limits) -> list[Line]:
        """The sentences nearest to the topic, by outlet or author where two are named, else by who
        is named first in the question."""
        lines: list[Line] = []
        sides = {name: replace(within.filters, sources=(name,)) for name in within.outlets}
        if len(sides) < 2:
            sides = {name: replace(within.filters, authors=(name,)) for name in within.authors}
        if len(sides) > 1:
            for name, filters in sides.items():
                chosen = central(self._index, about, filters, TOLD).chosen
                pairs = [(one.article, one.sentence) for one in chosen[:EACH]]
                lines += [Line(f"{name}: ", one.text, ((article, one),)) for article, one in pairs]
            return lines if len({line.lead for line in lines}) == len(sides) else []
        phrases = [core(one.text) for one in phrases_of(f"of {about}") if one.name]
        sides_named = list(dict.fromkeys(" and ".join(phrases).split(" and ")))[:2]
        for side in filter(None, sides_named):
            theirs = [
                (mention.article, one)
                for mention in self._index.mentions(side, within.filters)
                for one in _citable(mention)
            ]
            best = self._nearest(about, theirs, EACH)
            lines += [Line(f"{side}: ", one.text, ((article, one),)) for article, one in best]
        return lines if len({line.lead for line in lines}) == 2 else []

    def _article(self, about: str, filters: Filters) -> list[Line]:
        """The sentences nearest to the topic and to the whole of the one article about it, in its
        order."""
        words = stems(about)
        found = [
            one.article
            for one in self._index.find(about, TOLD, filters)
            if one.cosine >= NEAR or words <= stems(f"{one.article.title} {one.passage.text}")
        ]
        if not about:
            found = self._index.articles(limit=1, filters=filters)
        if not found:
            return []
        article = found[0]
        own = [one for one in self._index.sentences(article.id) if injection.citable(one, article)]
        best = self._nearest(f"{article.title}. {about}", [(article, one) for one in own], TOLD)
        ordered = sorted(best, key=lambda pair: pair[1].start)
        return [Line("", one.text, ((article, one),)) for _, one in ordered]

    def _nearest(self, text: str, pairs: Sequence[Cited], most: int) -> list[Cited]:
        if not pairs:
            return []
        vectors = embed(self._index.embedder, [one.text for _, one in pairs])
        likeness = vectors @ embed_query(self._index.embedder, text)
        return _distinct([pairs[n] for n in (-likeness).argsort(kind="stable")])[:most]


def event_day(sentence: str, published: str | None, resolved: Sequence[Resolved]) -> str | None:
    """The ISO day that a sentence with these times dates its event to: one day, not a month; None
    where it says none or two."""
    days = {one.first.isoformat() for one in resolved if one.first == one.last}
    for fact in dates(sentence, resolved):
        span = span_of(fact.value, published)
        if span and span[0] == span[1]:
            days.add(span[0].isoformat())
    return days.pop() if len(days) == 1 else None


def _citable(mention: Mention) -> list[Sentence]:
    return [one for one in mention.sentences if injection.citable(one, mention.article)]


def _distinct(pairs: Sequence[Cited]) -> list[Cited]:
    """Without those that tell what an earlier one told."""
    kept: list[Cited] = []
    told: list[set[str]] = []
    for article, one in pairs:
        words = stems(one.text)
        if all(len(words & other) < ALIKE * len(words | other) for other in told):
            kept.append((article, one))
            told.append(words)
    return kept


def _alone(article: Article, one: Sentence) -> Passage:
    return Passage(f"{article.id}#{one.start}", article.id, one.start, one.end, one.text, (one,))
