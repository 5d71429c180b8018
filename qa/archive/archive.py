"""Answers questions to the archive, without a model: who mentions something, when what happened,
who says what."""

from dataclasses import replace

from index.index import Index
from index.mentions import Mention
from index.records import Filters
from qa.archive.compare import compare, subject
from qa.archive.kinds import Asked, Kinds, topic
from qa.archive.limits import Limits, Names, dated
from qa.archive.lines import Gathered, Line, citable, line, nearest
from qa.archive.timeline import timeline
from qa.checking import injection
from qa.checking.sides import Sides
from qa.reading.choose import stems
from qa.writing.summary import NEAR, central, told_of

TOLD = 4  # sentences of one article, articles of the latest
LISTED = 50  # articles where nothing but their outlet, author, collection or day is asked for
PASSAGES = 24  # looked at for whether they tell of what is asked


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
        probability = self._told_of(request, about, within) if lines else 0.0
        return Gathered(lines, probability, within.filters, as_of)

    def _told_of(self, request: Asked, about: str, within: Limits) -> float:
        """Sure where the words themselves are counted; of two who are compared it is asked what
        both are to tell of."""
        filters = within.filters
        if request.kind == "timeline":  # whose days are those of the events
            filters = replace(filters, published_after=None, published_before=None)
        asked = subject(about, within) if request.kind == "compare" else about
        if request.kind == "mentions" or not asked:
            return 1.0
        return told_of(asked, self._index.find(about, PASSAGES, filters))

    def _lines(self, request: Asked, about: str, within: Limits) -> list[Line]:
        if request.kind == "mentions":
            return self._mentions(about, within.filters)
        if request.kind == "timeline":
            return timeline(self._index, about, within.filters, self._sides)
        if request.kind == "compare":
            return compare(self._index, about, within)
        if request.kind == "article":
            return self._article(about, within.filters)
        chosen = central(self._index, about, within.filters, TOLD).chosen
        return [
            line(f"{one.article.published or ''}: ", (one.article, one.sentence)) for one in chosen
        ]

    def _mentions(self, about: str, filters: Filters) -> list[Line]:
        """How many, with all of them cited, and a line for each."""
        found = self._index.mentions(about, filters) if about else self._all(filters)
        firsts = [(one.article, citable(one)[0]) for one in found if citable(one)]
        if not firsts:
            return []
        number = len(firsts) if about else self._index.count(filters)
        total = self._index.count(filters if about else filters.bounds)
        told = f" {'mentions' if number == 1 else 'mention'} {about}" if about else ""
        head = Line("", f"{number} of {total} articles{told}.", tuple(firsts))
        return [head, *(line(f"{' '.join(one[0].title.split())}: ", one) for one in firsts)]

    def _all(self, filters: Filters) -> list[Mention]:
        """The first LISTED articles with all their sentences."""
        articles = self._index.articles(limit=LISTED, filters=filters)
        return [Mention(one, tuple(self._index.sentences(one.id))) for one in articles]

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
        whole = f"{article.title}. {about}"
        best = nearest(self._index.embedder, whole, [(article, one) for one in own], TOLD)
        return [line("", one) for one in sorted(best, key=lambda pair: pair[1].start)]
