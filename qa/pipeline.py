"""One question in, one Answer out: rewrite, retrieve, choose, decide, write, check, cite."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Self

from index.index import Index
from index.records import Filters
from qa.archive.archive import Archive
from qa.archive.lines import Gathered
from qa.checking import conflicts
from qa.checking.sides import LearnedSides
from qa.checking.verify import Verifier
from qa.questions import kinds
from qa.questions.phrases import phrases_of
from qa.questions.turns import Wish
from qa.reading.look import Look
from qa.reading.looked import Looked
from qa.reading.readings import Judges, NoReader, Reads
from qa.reading.scales import Scales
from qa.recording import Recorder, quotations
from qa.records import Answer, Event, Evidence, Turn
from qa.retelling import Last, Retelling
from qa.stages import draft, rewrite
from qa.work import Work, evidence_of
from qa.writing.compose import Composer
from qa.writing.models import Model
from qa.writing.summary import central

REFUSAL = "These articles do not answer that."
ENGLISH_ONLY = "I can only read questions in English so far; please ask in English."
NO_LAST = "There is no answer yet that this could mean; please ask a whole question."
TOLD = "The articles of the last answer say no more."
NOTHING_INDEXED = "There are no articles here yet: add some with `footnote ingest PATH`."


class Pipeline:
    """Answers questions about the articles of an index; safe to call from several threads.

    With a `model` the answer is written and checked sentence by sentence; without one it is quoted.
    The `strong` reader judges claims, and looks again at the sentences that `reader` finds best;
    where there is none, `reader` itself judges claims."""

    def __init__(  # noqa: PLR0913
        self,
        index: Index,
        reader: Reads,
        scales: Scales,
        model: Model | None = None,
        *,
        strong: Judges | None = None,
        top_k: int = 8,
    ) -> None:
        self.index, self.reader, self.scales, self.top_k = index, reader, scales, top_k
        self.sides = LearnedSides(index.embedder)
        self.verifier = Verifier((strong or reader).support, scales.support, self.sides)
        self.look = Look(index, reader, scales, None if isinstance(strong, NoReader) else strong)
        self.archive, self.kinds = Archive(index, self.sides), kinds.Kinds(index.embedder)
        self.retelling = Retelling(self.look, self.kinds)
        self._recorder = Recorder(index, scales, self.sides)
        self._model = model

    @property
    def writer(self) -> str:
        """`llm` with a model, else `quote`."""
        return "llm" if self._model else "quote"

    @property
    def model(self) -> str | None:
        """The model's name."""
        model = self._model
        return model.name if model else None

    def quoting(self) -> Self:
        """The same without its language model; not to be closed by itself."""
        other = copy(self)
        other._model = None
        return other

    def use(self, model: Model | None) -> Model | None:
        """Writes with this model from the next answer on, or quotes; returns the one before, which
        is the caller's to close."""
        before, self._model = self._model, model
        return before

    def warm(self) -> None:
        """Loads and runs every model once, so that the first question need not wait for it."""
        self.look.warm()
        self.quoting().answer("What happened first?")

    def close(self) -> None:
        """Closes the index and the model."""
        if self._model:
            self._model.close()
        self.index.close()

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = Filters(),
        top_k: int | None = None,
        alone: bool = False,
    ) -> Answer:
        """The whole answer at once."""
        *_, last = self.stream(question, history, filters=filters, top_k=top_k, alone=alone)
        assert last.answer
        return last.answer

    def search(
        self, question: str, *, filters: Filters = Filters(), top_k: int | None = None
    ) -> list[Evidence]:
        """The passages found, best first, without reading or answering."""
        return list(evidence_of(self.index.find(question, top_k or self.top_k, filters), "found"))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = Filters(),
        top_k: int | None = None,
        alone: bool = False,
    ) -> Iterator[Event]:
        """Evidence, then each claim as soon as it is checked, then the whole Answer. The `filters`
        limit the articles `alone`, or with the outlets, authors, collections and days that the
        question names."""
        question = " ".join(
            question.encode(errors="replace").decode().split()
        )  # no half characters
        kind = self.kinds.kind(question)
        work = Work(question, question, kind, filters, top_k or self.top_k, alone=alone)
        wish = self.retelling.wish(question, history)
        if wish in ("more", "sure", "source") and self.index.has_articles(filters.bounds):
            yield from self._retold(work, history, wish)
        elif kind in ("greeting", "thanks", "about"):
            yield from self._recorder.talk(work)
        elif kind == "language":
            yield from self._recorder.refused(work, ENGLISH_ONLY, "language")
        elif not self.index.has_articles(filters.bounds):
            yield from self._recorder.refused(work, NOTHING_INDEXED, "empty_index")
        else:
            with work.timed("rewrite"):
                held = partial(self.index.passages_with, filters=filters.bounds)
                rewrite(work, history, self._model, held)
                work.kind = self.kinds.kind(work.standalone)
            last = None
            if wish == "gap":
                with work.timed("rewrite"):
                    last = self.retelling.last(work, history)
            if last and last.articles:
                yield from self._gap(work, last)
            else:
                yield from self._answer(work)

    def _retold(self, work: Work, history: Sequence[Turn], wish: Wish) -> Iterator[Event]:
        """More of the last answer's articles, its sources, or how sure it is."""
        with work.timed("rewrite"):
            last = self.retelling.last(work, history)
        if not last.cited:
            yield from self._recorder.refused(work, NO_LAST, "no_last_answer")
            return
        work.standalone = last.standalone
        lines, probability = self.retelling.lines(wish, work, last)
        if not lines:
            yield from self._recorder.refused(work, TOLD, "told_already")
            return
        gathered = Gathered(lines, filters=work.filters)
        yield from self._gathered(work, gathered, probability)

    def _gap(self, work: Work, last: Last) -> Iterator[Event]:
        """A question that says only what differs from the last one is answered from the articles of
        the last answer, and from others only when it names something that was put in."""
        named = work.standalone != work.question and bool(phrases_of(work.question))
        if work.standalone == work.question:
            asked = last.standalone.rstrip("?. ")
            work.standalone = f"{asked}, {work.question}"
        near = replace(work, among=tuple(last.articles), looked=Looked(), notes=[], timings={})
        if named and not self.look.at(near).chosen:
            yield from self._answer(work)
            return
        work.among = near.among
        yield from self._answer(work)

    def _answer(self, work: Work) -> Iterator[Event]:
        with work.timed("choose"):
            limits = self.archive.limits(work.standalone, work.filters, alone=work.alone)
            gathered = None
            if not work.among:
                gathered = self.archive.gather(
                    work.standalone, limits, work.filters, alone=work.alone
                )
        if gathered is not None:
            yield from self._gathered(work, gathered)
            return
        work.filters, work.reading = limits.filters, limits.question
        if work.kind in ("summary", "news"):
            with work.timed("choose"):
                topic = kinds.topic(work.reading, work.kind)
                work.looked = central(self.index, topic, work.filters, work.top_k)
            if work.looked.probability < self.scales.answer:
                work.looked.refuse()
        else:
            work.looked = self.look.at(work)
            work.notes += work.looked.notes
        if not work.looked.chosen:
            yield from self._recorder.refused(work, REFUSAL, "not_in_articles")
            return
        yield Event("evidence", evidence=evidence_of(work.looked.found, "looked at"))
        composer = Composer()
        disputes, order = conflicts.among(work.looked.chosen, self.verifier)
        model = self._model  # another one may be chosen meanwhile
        if model and not disputes and work.kind not in ("summary", "news"):
            work.drafting = draft(work, model, composer, self.index.embedder, self.verifier)
        if work.drafting:
            with work.timed("write"):
                yield from work.drafting.claims()
            work.timings["check"] = round(work.drafting.checked_ms, 2)
            work.notes += work.drafting.notes
            if work.drafting.declined:
                work.looked.refuse()
                yield from self._recorder.refused(work, REFUSAL, "not_in_articles")
                return
        if not composer.claims:
            work.notes += disputes
            yield from quotations(work, composer, order, lines=bool(disputes))
        yield Event("done", answer=self._recorder.composed(work, composer))

    def _gathered(
        self, work: Work, gathered: Gathered, probability: float | None = None
    ) -> Iterator[Event]:
        """The answer to a question to the archive or about the last answer, a line for each of what
        was gathered. `probability` is the record's, that of what was gathered where it is None."""
        work.filters, work.as_of = gathered.filters, gathered.as_of
        if gathered.probability < self.scales.answer:
            work.looked = self.look.at(work)
            work.looked.refuse()
            work.looked.probability = gathered.probability
            yield from self._recorder.refused(work, REFUSAL, "not_in_articles")
            return
        work.looked.found = gathered.found
        work.looked.probability = gathered.probability if probability is None else probability
        yield Event("evidence", evidence=evidence_of(work.looked.found, "looked at"))
        composer = Composer()
        for line in gathered.lines:
            yield composer.add(line.text, line.cited, line=True, lead=line.lead)
        yield Event("done", answer=self._recorder.gathered(work, composer))
