"""For whom a question is saved, and who may see it."""

from dataclasses import dataclass
from typing import Any

from index.records import Filters
from qa.endpoint.reach import reach
from qa.saved.question import SavedQuestion


@dataclass(frozen=True)
class Who:
    """Who asks: `name` and `id` are those of a key, None without keys."""

    name: str | None
    id: str | None
    write: bool
    bounds: Filters

    @property
    def everybody(self) -> bool:
        """Whether the questions of others are to be seen: whoever may write and is bound to no
        collections."""
        return self.write and not self.bounds.within

    def sees(self, saved: SavedQuestion) -> bool:
        return self.everybody or saved.key == self.id


def who(state: Any) -> Who:
    """Of a request, from its `state`, where the gate wrote its key."""
    name, id = getattr(state, "key", None), getattr(state, "owner", None)
    return Who(name, id, getattr(state, "write", True), reach(state))
