"""What was found to answer a question with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index.records import Found
from qa.reading.choose import Candidate
from qa.records import Note


@dataclass(slots=True)
class Looked:
    """What a look found: all passages, the sentences chosen of them, the probability that they
    answer, the parts of the question that nothing answers, and what is to be noted.

    `nearest` are the best sentences that were not chosen; the first of them would have been at a
    threshold a little lower when it is `nearly` an answer.
    """

    found: list[Found] = field(default_factory=list)
    chosen: list[Candidate] = field(default_factory=list)
    nearest: list[Candidate] = field(default_factory=list)
    nearly: bool = False
    probability: float = 0.0
    missing: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)

    def near(self, some: Sequence[Candidate], probability: float, *, nearly: bool) -> None:
        """Takes the best sentences for a part of the question that nothing answers; those of the
        likeliest part come first, and whether its first is `nearly` an answer counts."""
        if probability < self.probability:
            self.nearest += some
            return
        self.nearest = [*some, *self.nearest]
        self.nearly = nearly

    def refuse(self) -> None:
        """What was chosen is only what comes nearest."""
        self.nearest, self.chosen = [*self.chosen, *self.nearest], []
        self.nearly = False

    def choose(self, some: Sequence[Candidate]) -> None:
        """Takes these sentences, of the passages that are added next, each sentence once."""
        shift, known = len(self.found), {one.place_of for one in self.chosen}
        for one in some:
            if one.place_of not in known:
                self.chosen.append(replace(one, found=one.found + shift))
