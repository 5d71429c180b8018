"""Looks for what answers a question: finds passages, ranks their sentences, decides whether they answer, and chooses."""

from collections.abc import Sequence
from dataclasses import replace

from index.index import Index
from index.records import Found
from qa.checking import injection
from qa.questions.parts import parts
from qa.questions.speech import speaker, spoken
from qa.reading.choose import Candidate, decide, rank, select
from qa.reading.reader import Reads
from qa.reading.scales import Scales
from qa.records import Note
from qa.work import Work

LISTED = 6  # sentences at most for a list
# Of the threshold, from which the best sentence is shown with a refusal, not as an answer. Of the fixed questions refused
# in between 6 of 10 have an answer in the articles.
PERHAPS = 2 / 3
OWN_WORDS = 0.65  # of the threshold where only sentences of the speaker asked about are left: that says most of it


class Look:
    """Looks in an index with a reader; safe to call from several threads."""

    def __init__(self, index: Index, reader: Reads, scales: Scales) -> None:
        self.index, self.reader, self.scales = index, reader, scales

    def at(self, work: Work) -> None:
        """Writes into `work` what each part of the question finds, what is chosen of it and which part finds nothing."""
        asked = parts(work.standalone)
        missing: list[str] = []
        for part in asked:
            who = speaker(part)
            with work.timed("retrieve"):
                found = self.index.find(part, work.top_k, work.filters)
            with work.timed("choose"):
                ranked = self.ranked(part, found, work, who)
                probability = decide(part, found, ranked, self.scales)
                shift = len(work.found)
                work.found += found
                moved = [replace(one, found=one.found + shift) for one in ranked]
                least = self.scales.answer * (OWN_WORDS if who else 1)
                if probability < least:
                    missing.append(part)
                    if probability >= PERHAPS * least and probability > work.probability:
                        work.nearly = moved[0]
                else:
                    wide = work.kind == "list"
                    some = (
                        select(moved, self.scales.also / 5, LISTED)
                        if wide
                        else select(moved, self.scales.also)
                    )
                    for one in some:
                        if all(one.place_of != other.place_of for other in work.chosen):
                            work.chosen.append(one)
                work.probability = max(work.probability, probability)
        if len(asked) > 1 and work.chosen:
            work.missing = tuple(missing)

    def ranked(
        self,
        question: str,
        found: Sequence[Found],
        work: Work | None = None,
        who: str | None = None,
    ) -> list[Candidate]:
        """The ranked sentences that may answer: none that asks or holds prompt markup, none but the
        words of `who`, and none that counts something else. A note tells of prompt markup that was
        put forward, or in the passage of the best."""
        theirs = spoken(who, found) if who else ()

        def keep(one: Candidate) -> bool:
            if who and one.place_of not in theirs:
                return False
            return injection.citable(one.sentence, one.article)

        every = bool(who) or (work is not None and work.kind == "list")
        ranked = rank(
            question, found, self.reader, self.index.embedder, self.scales, keep=keep, every=every
        )
        kept = [one for one in ranked if keep(one)]
        near = [
            *select(ranked, self.scales.also),
            *(one for one in ranked if kept and one.found == kept[0].found),
        ]
        if work and any(injection.instruction(one.sentence.text) for one in near):
            work.notes.append(
                Note(
                    "instruction_in_article",
                    "A sentence holds control marks of language models; it was left out.",
                )
            )
        return kept
