"""Makes the record of what was worked out for a question, and the events that end in it."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from index.index import Index
from qa.checking import dates, injection
from qa.checking.sides import LearnedSides
from qa.questions import kinds
from qa.reading.choose import Candidate, before, marked
from qa.reading.scales import Scales
from qa.records import Answer, Event, Note, ShortAnswer, Status, Tokens
from qa.work import Work, evidence_of, sentences_of
from qa.writing.compose import Composer

CLOSEST = "The closest sentences are shown below."


class Recorder:
    """Over the articles of an index; safe to call from several threads."""

    def __init__(self, index: Index, scales: Scales, sides: LearnedSides) -> None:
        self._index, self._scales, self._sides = index, scales, sides

    def composed(self, work: Work, composer: Composer) -> Answer:
        """The record of an answer with claims."""
        work.notes += dates.noted(composer.citations, self._sides)
        return self._claimed(
            work,
            composer,
            "other sentences answer better",
            status="partial" if work.looked.missing else "answered",
            short_answer=self._short(work, composer),
            missing=work.looked.missing,
        )

    def gathered(self, work: Work, composer: Composer) -> Answer:
        """The record of an answer to a question to the archive or about the last answer."""
        return self._claimed(work, composer, "looked at", status="answered")

    def _claimed(
        self, work: Work, composer: Composer, why: str, *, status: Status, **more: Any
    ) -> Answer:
        """With what was composed; `why` the passages without a cited sentence are not used."""
        cited = {(c.article_id, c.start) for c in composer.citations}
        return self._record(
            work,
            status,
            composer.text,
            claims=tuple(composer.claims),
            citations=tuple(composer.citations),
            evidence=evidence_of(work.looked.found, why, cited),
            **more,
        )

    def _short(self, work: Work, composer: Composer) -> ShortAnswer | None:
        """The words that answer, when the reader is sure of them and their sentence is cited."""
        top = work.looked.chosen[0]
        span = marked(work.standalone, top, self._scales.short)
        numbers = [c.number for c in composer.citations if (c.article_id, c.start) == top.place_of]
        if work.kind != "fact" or work.looked.missing or span is None or not numbers:
            return None
        return ShortAnswer(
            top.article.text[span.start : span.end], numbers[0], span.start, span.end
        )

    def talk(self, work: Work) -> Iterator[Event]:
        """A short friendly reply to a greeting, thanks or a question about the service."""
        held = work.filters.bounds
        titles = [one.title for one in self._index.articles(limit=3, filters=held)]
        work.looked.probability = 1.0
        yield Event("evidence")
        yield Event(
            "done",
            answer=self._record(
                work, "answered", kinds.reply(work.kind, self._index.count(held), titles)
            ),
        )

    def refused(self, work: Work, text: str, code: str) -> Iterator[Event]:
        """No answer: says so, and shows the nearest sentences, and the passages that were found."""
        looked = work.looked
        sentences = sentences_of(looked.nearest, nearly=looked.nearly)
        evidence = (*sentences, *evidence_of(looked.found, "nearest, but it does not answer"))
        text = f"{text} {CLOSEST}" if evidence else text
        work.notes.append(Note(code, text))
        if not work.drafting:
            yield Event("evidence", evidence=evidence)
        yield Event("done", answer=self._record(work, "no_answer", text, evidence=evidence))

    def _record(self, work: Work, status: Status, text: str, **more: Any) -> Answer:
        written = (
            work.drafting
            if work.drafting and (work.drafting.wrote or work.drafting.declined)
            else None
        )
        return Answer(
            id=uuid.uuid4().hex,
            question=work.question,
            standalone_question=work.standalone,
            status=status,
            probability=round(work.looked.probability, 4),
            answer=text,
            notes=tuple(dict.fromkeys(work.notes)),
            writer="llm" if written else "quote",
            model=written.model if written else None,
            draft=work.drafting.draft if work.drafting else None,
            tokens=Tokens(*work.drafting.tokens)
            if work.drafting and work.drafting.tokens
            else None,
            filters=work.filters,
            as_of=work.as_of,
            timings_ms=work.timings,
            **more,
        )


def quotations(
    work: Work, composer: Composer, order: Sequence[Candidate], *, lines: bool
) -> Iterator[Event]:
    """The chosen sentences themselves, in this order; one under the other where sources
    disagree."""
    lines |= work.kind in ("list", "summary", "news")
    told: set[tuple[str, int]] = set()
    for one in order:
        earlier = before(one, work.looked.found)
        run = (
            [earlier, one.sentence]
            if earlier and injection.citable(earlier, one.article)
            else [one.sentence]
        )
        fresh = [sentence for sentence in run if (one.article.id, sentence.start) not in told]
        for n, sentence in enumerate(fresh):
            told.add((one.article.id, sentence.start))
            yield composer.add(sentence.text, [(one.article, sentence)], line=lines and n == 0)
