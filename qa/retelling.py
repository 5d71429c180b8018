"""Turns that mean the last answer: more of its articles, its sources, how sure it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.records import Article, Filters
from qa.archive.lines import Cited, Line
from qa.checking import injection
from qa.questions.followups import standalone
from qa.questions.kinds import Kinds
from qa.questions.turns import Turns, Wish
from qa.reading.look import Look
from qa.reading.looked import Looked
from qa.records import Turn
from qa.work import Work

MARKERS = re.compile(r"(?:\s*\[\d+\])+")  # "[1]", "[1][2]"
LOOKED = 8  # passages in which a cited sentence is looked up; copies of its article stand beside it
CLAIMS = 12  # of the last answer that are looked up
LONGEST = 1000  # characters of a claim that are looked up, its last ones
MORE = 4  # sentences that tell more, of all the articles together
SURE, FAIR = 0.9, 0.75  # probabilities from which an answer is called so


@dataclass(frozen=True, slots=True)
class Last:
    """The last answer: its question as it was asked, the turns before that, the sentences it cites
    in their order, and all that was answered so far."""

    question: str
    before: tuple[Turn, ...]
    cited: tuple[Cited, ...]
    told: str

    @property
    def standalone(self) -> str:
        """Its question, complete in itself."""
        return standalone(self.question, self.before)

    @property
    def articles(self) -> dict[str, Article]:
        """The cited articles by their ids, in order."""
        return {article.id: article for article, _ in self.cited}


class Retelling:
    """Over the index of a look; safe to call from several threads."""

    def __init__(self, look: Look, kinds: Kinds) -> None:
        self._look, self._kinds = look, kinds
        self._index, self._turns = look.index, Turns(look.index.embedder)

    def wish(self, question: str, history: Sequence[Turn]) -> Wish:
        """What the question wants of the last answer; `other` where there is none."""
        if all(turn.role == "user" for turn in history):
            return "other"
        return self._turns.wish(question)

    def last(self, work: Work, history: Sequence[Turn]) -> Last:
        """The last answer. Where it holds no sentence of an article, as one that a model wrote, its
        question is looked up again."""
        last = self._verbatim(history, work.filters)
        if last.cited:
            return last
        again = self._looked_again(work, last)
        return replace(last, cited=tuple((one.article, one.sentence) for one in again.chosen))

    def _verbatim(self, history: Sequence[Turn], filters: Filters) -> Last:
        """The last answer with the sentences that it holds verbatim, found again in the articles
        that the filters let through; its question is the last that says itself what it is about."""
        replies = [turn.content for turn in history if turn.role == "assistant"]
        asked = [place for place, turn in enumerate(history) if turn.role == "user"]
        new = [place for place in asked if self._new(history[place].content)]
        place = (new or asked or [0])[-1]
        question = history[place].content if asked else ""
        told = _flat("\n".join(replies))
        return Last(question, tuple(history[:place]), self._cited(replies[-1], filters), told)

    def _new(self, question: str) -> bool:
        return self._turns.wish(question) == "other"

    def _cited(self, answer: str, filters: Filters) -> tuple[Cited, ...]:
        cited: dict[str, Cited] = {}
        for claim in MARKERS.split(answer)[:CLAIMS]:
            text = _flat(claim)[-LONGEST:]
            for found in self._index.find(text, LOOKED, filters) if text else ():
                for sentence in found.passage.sentences:
                    if text.endswith(_flat(sentence.text)):
                        cited.setdefault(sentence.text, (found.article, sentence))
        return tuple(cited.values())

    def _looked_again(self, work: Work, last: Last) -> Looked:
        """What the last answer's question finds."""
        asked = last.standalone
        kind = self._kinds.kind(asked)
        return self._look.at(Work(asked, asked, kind, work.filters, work.top_k, alone=work.alone))

    def lines(self, wish: Wish, work: Work, last: Last) -> tuple[list[Line], float]:
        """The lines of the answer to a wish for `more`, the `source` or how `sure`, and the
        probability of the record: that of the last answer for `sure`, else 1."""
        if wish == "more":
            return self.more(last), 1.0
        if wish == "source":
            return self.sources(last), 1.0
        probability = self._probability(work, last)
        return self.sure(last, probability), 1.0 if probability is None else probability

    def _probability(self, work: Work, last: Last) -> float | None:
        """That what the last answer cites first answers its question; None for what is gathered."""
        looked = self._looked_again(work, last)
        first, cited = last.cited[0]
        if (first.id, cited.start) in {one.place_of for one in looked.chosen}:
            return looked.probability
        return None

    def more(self, last: Last) -> list[Line]:
        """The next sentences of the articles cited last that were not told yet; when an article is
        at its end, what stands before."""
        each = max(1, MORE // len(last.articles))
        lines = []
        for article in list(last.articles.values())[:MORE]:
            told = max(one.start for cited, one in last.cited if cited.id == article.id)
            fresh = [
                sentence
                for sentence in self._index.sentences(article.id)
                if injection.citable(sentence, article) and _flat(sentence.text) not in last.told
            ]
            after = [sentence for sentence in fresh if sentence.start > told]
            for sentence in (after or fresh)[:each]:
                lines.append(Line("", sentence.text, ((article, sentence),)))
        return lines

    def sources(self, last: Last) -> list[Line]:
        """Each cited sentence behind the outlet, the day and the title of its article."""
        return [
            Line(f"{_named(article)}: ", sentence.text, ((article, sentence),))
            for article, sentence in last.cited
        ]

    def sure(self, last: Last, probability: float | None) -> list[Line]:
        """The first cited sentence between its neighbours, behind how sure the answer is in plain
        words; without a probability it was not estimated but gathered."""
        article, cited = last.cited[0]
        sentences = self._index.sentences(article.id)
        place = next(i for i, one in enumerate(sentences) if one.start == cited.start)
        around = [
            one
            for one in sentences[max(0, place - 1) : place + 2]
            if one == cited or injection.citable(one, article)
        ]
        leads = [f"{_sureness(probability)} In its place it reads:\n"] + [""] * len(around)
        return [
            Line(lead, one.text, ((article, one),))
            for lead, one in zip(leads, around, strict=False)
        ]


def _sureness(probability: float | None) -> str:
    if probability is None:
        return "These are the article's own words; nothing in them is estimated."
    word = "not sure"
    if probability >= SURE:
        word = "very sure"
    elif probability >= FAIR:
        word = "fairly sure"
    return (
        f"I am {word}: the probability that the sentence answers the question is {probability:.0%}."
    )


def _named(article: Article) -> str:
    parts = (article.source, article.published, f"“{' '.join(article.title.split())}”")
    return ", ".join(part for part in parts if part)


def _flat(text: str) -> str:
    return " ".join(text.split())
