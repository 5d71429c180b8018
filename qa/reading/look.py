"""Looks for what answers a question: finds passages, ranks their sentences, decides whether they
answer, and chooses."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.index import Index
from index.records import Found, Passage, Sentence
from qa.checking import injection
from qa.questions.parts import parts
from qa.reading.again import HOPELESS, decide_again, look_again
from qa.reading.choose import Candidate, select
from qa.reading.decision import decide
from qa.reading.looked import Looked
from qa.reading.ranking import rank
from qa.reading.readings import Judges, Reads
from qa.reading.scales import Scales
from qa.records import Note
from qa.work import Work

LISTED = 6  # sentences at most for a list
REFUSED = 4  # sentences that a refusal shows
NEARLY = 2 / 3  # of the threshold, from which the best sentence is shown with a refusal
MARKUP = Note(
    "instruction_in_article",
    "A sentence holds control marks of language models; it was left out.",
)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The sentences that may answer, best first, and the probability that they do.

    `marked`: a sentence with prompt markup was put forward, or stands in the passage of the best.
    """

    sentences: list[Candidate]
    probability: float
    marked: bool = False


class Look:
    """Looks in an index with a reader, and again with the `strong` one where there is one; safe to
    call from several threads."""

    def __init__(
        self, index: Index, reader: Reads, scales: Scales, strong: Judges | None = None
    ) -> None:
        self.index, self.reader, self.scales, self.strong = index, reader, scales, strong

    def warm(self) -> None:
        """Has both readers read something."""
        passage = Passage("warm#0", "warm", 0, 5, "It is.", (Sentence(0, 5, "It is."),))
        self.reader.read("Is it?", [("", passage)])
        if self.strong is not None:
            self.strong.support([("Is it?", "It is.")])

    def at(self, work: Work) -> Looked:
        """What each part of the question finds, what is chosen of it and which part finds
        nothing."""
        asked, looked = parts(work.reading or work.standalone), Looked()
        missing: list[str] = []
        wide = work.kind == "list"
        for part in asked:
            with work.timed("retrieve"):
                found = self.index.find(part, work.top_k, work.filters, work.among)
            with work.timed("choose"):
                ranking = self.ranking(part, found, every=wide)
                if ranking.marked:
                    looked.notes.append(MARKUP)
                if ranking.probability < self.scales.answer:
                    missing.append(part)
                    nearly = ranking.probability >= NEARLY * self.scales.answer
                    looked.near(ranking.sentences[:REFUSED], ranking.probability, nearly=nearly)
                else:
                    looked.choose(self._selected(ranking, wide=wide))
                looked.probability = max(looked.probability, ranking.probability)
                looked.found += found
        if len(asked) > 1 and looked.chosen:
            looked.missing = tuple(missing)
        return looked

    def _selected(self, ranking: Ranking, *, wide: bool) -> list[Candidate]:
        if wide:
            return select(ranking.sentences, self.scales.also / 5, LISTED)
        return select(ranking.sentences, self.scales.also)

    def ranking(self, question: str, found: Sequence[Found], *, every: bool = False) -> Ranking:
        """The sentences of the passages, none that holds prompt markup."""

        def keep(one: Candidate) -> bool:
            return injection.citable(one.sentence, one.article)

        ranked = rank(
            question, found, self.reader, self.index.embedder, self.scales, keep=keep, every=every
        )
        kept = [one for one in ranked if keep(one)]
        probability = decide(question, found, kept, self.scales)
        marked = self._marked(ranked, kept)
        if self.strong is not None and probability >= HOPELESS:
            kept = look_again(question, found, kept, self.strong, self.scales)
            probability = decide_again(probability, kept, self.scales)
        return Ranking(kept, probability, marked)

    def _marked(self, ranked: Sequence[Candidate], kept: Sequence[Candidate]) -> bool:
        near = select(ranked, self.scales.also)
        if kept:
            near += [one for one in ranked if one.found == kept[0].found]
        return any(injection.instruction(one.sentence.text) for one in near)
