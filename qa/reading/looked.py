"""What was found to answer a question with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index.records import Found
from qa.reading.choose import Candidate
from qa.records import Note


@dataclass(slots=True)
class Looked:
    """What a look found: all passages, the sentences chosen of them, the probability that they answer,
    the parts of the question that nothing answers, and what is to be noted.

    `nearly` is what would have been chosen at a threshold a little lower.
    """

    found: list[Found] = field(default_factory=list)
    chosen: list[Candidate] = field(default_factory=list)
    nearly: Candidate | None = None
    probability: float = 0.0
    missing: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)

    def choose(self, some: Sequence[Candidate]) -> None:
        """Takes these sentences, of the passages that are added next, each sentence once."""
        shift, known = len(self.found), {one.place_of for one in self.chosen}
        for one in some:
            if one.place_of not in known:
                self.chosen.append(replace(one, found=one.found + shift))
