"""What is known while one question is being answered, and the passages looked at as they go into
the record."""

import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.records import Article, Filters, Found, Passage, Sentence
from qa.questions import kinds
from qa.reading.choose import Candidate
from qa.reading.looked import Looked
from qa.records import NEAREST, PERHAPS, Evidence, Note
from qa.writing.drafting import Drafting


@dataclass
class Work:
    """What is known so far while one question is being answered; `alone`: the filters limit the
    articles alone, not with what the question names. `reading` is what the readers are asked: the
    stand-alone question without what limits it, itself where that is empty. `among`: the ids of the
    only articles looked at, all where there are none."""

    question: str
    standalone: str
    kind: kinds.Kind
    filters: Filters
    top_k: int
    alone: bool = False
    reading: str = ""
    among: tuple[str, ...] = ()
    looked: Looked = field(default_factory=Looked)
    notes: list[Note] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    drafting: Drafting | None = None
    as_of: str | None = None

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Adds the milliseconds spent inside to the stage's."""
        begun = time.perf_counter()
        yield
        self.timings[stage] = round(
            self.timings.get(stage, 0.0) + 1000 * (time.perf_counter() - begun), 2
        )


def evidence_of(
    found: Sequence[Found], why: str, cited: Container[tuple[str, int]] = ()
) -> tuple[Evidence, ...]:
    """The passages, each once; those with a cited sentence as used, the others with the reason
    `why` they are not."""
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(one.passage.id, one)
    made = []
    for one in first.values():
        used = any((one.article.id, s.start) in cited for s in one.passage.sentences)
        reason = "cited" if used else why
        made.append(_evidence(one.article, one.passage, one.score, reason, used=used))
    return tuple(made)


def sentences_of(nearest: Sequence[Candidate], *, nearly: bool) -> tuple[Evidence, ...]:
    """The sentences of a refusal, each once, the best first; `nearly` the first was an answer."""
    made: dict[str, Evidence] = {}
    for one in nearest:
        why = PERHAPS if nearly and not made else NEAREST
        place = _evidence(one.article, one.sentence, one.probability, why)
        made.setdefault(one.sentence.text, place)
    return tuple(made.values())


def _evidence(
    article: Article, place: Passage | Sentence, score: float, why: str, *, used: bool = False
) -> Evidence:
    known = article.id, article.title, article.source, article.published
    return Evidence(*known, place.start, place.end, place.text, round(score, 4), used, why)
