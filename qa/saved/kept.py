"""Where saved questions are kept: one file of the data folder, always written whole."""

from collections.abc import Callable
from pathlib import Path

from qa.endpoint.rows import Rows
from qa.saved.question import SavedQuestion

FILE = "saved.json"
MOST = 100  # questions of one key: each costs an answer whenever articles come in


class KeptQuestions:
    """The saved questions of one data folder; a change is seen by every process that uses it.

    Every method raises SettingsError when the file cannot be read or written."""

    def __init__(self, data: Path) -> None:
        self._rows = Rows(data / FILE, SavedQuestion, "remove it and save the questions again")

    def all(self) -> tuple[SavedQuestion, ...]:
        """The oldest first."""
        return self._rows.all()

    def get(self, id: str) -> SavedQuestion | None:
        return next((row for row in self.all() if row.id == id), None)

    def full(self, key: str | None) -> bool:
        """Whether no more may be saved for the key with this id."""
        return sum(row.key == key for row in self.all()) >= MOST

    def add(self, saved: SavedQuestion) -> None:
        self._rows.change(lambda rows: (*rows, saved))

    def remove(self, id: str) -> None:
        self._rows.change(lambda rows: tuple(row for row in rows if row.id != id))

    def change(self, id: str, edit: Callable[[SavedQuestion], SavedQuestion]) -> None:
        """Puts what `edit` makes of the question in its place, if it is still there."""
        self._rows.change(lambda rows: tuple(edit(row) if row.id == id else row for row in rows))
