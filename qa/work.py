"""What is known while one question is being answered, and the passages looked at as they go into
the record."""

import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from index.records import Filters, Found
from qa.questions import kinds
from qa.reading.choose import Candidate
from qa.records import PERHAPS, Evidence, Note
from qa.writing.drafting import Drafting


@dataclass
class Work:
    """What is known so far while one question is being answered; `nearly` is what would have been chosen at a threshold a
    little lower."""

    question: str
    standalone: str
    kind: kinds.Kind
    filters: Filters
    top_k: int
    alone: bool = False
    found: list[Found] = field(default_factory=list)
    chosen: list[Candidate] = field(default_factory=list)
    nearly: Candidate | None = None
    probability: float = 0.0
    missing: tuple[str, ...] = ()
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
    made, first = [], dict[str, Found]()
    for one in found:
        first.setdefault(one.passage.id, one)
    for one in first.values():
        a, p = one.article, one.passage
        used = any((a.id, s.start) in cited for s in p.sentences)
        score = round(one.score, 4)
        made.append(
            Evidence(
                a.id,
                a.title,
                a.source,
                a.published,
                p.start,
                p.end,
                p.text,
                score,
                used,
                "cited" if used else why,
            )
        )
    return tuple(made)


def sentence_of(nearly: Candidate) -> Evidence:
    """The sentence that nearly was an answer, by itself."""
    article, sentence = nearly.article, nearly.sentence
    return Evidence(
        article.id,
        article.title,
        article.source,
        article.published,
        sentence.start,
        sentence.end,
        sentence.text,
        round(nearly.probability, 4),
        False,
        PERHAPS,
    )
