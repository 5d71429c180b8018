"""Records in a file of the data folder: read again when another process changed it, always written
whole."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, TypeVar

from filelock import FileLock

from qa.settings import SettingsError

R = TypeVar("R")


class Rows(Generic[R]):
    """The records of one JSON file, each a dataclass made by `make`; only the owner may read it."""

    def __init__(self, path: Path, make: Callable[..., R], remedy: str) -> None:
        self.path = path
        self._make, self._remedy = make, remedy
        self._lock = FileLock(path.with_suffix(".lock"))  # between reading the file and writing it
        self._seen: tuple[int, ...] = ()
        self._rows: tuple[R, ...] = ()

    def all(self) -> tuple[R, ...]:
        """Every record; none when there is no file. Raises SettingsError when it cannot be read as
        such."""
        try:
            stat = self.path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._seen != seen:
                self._rows = tuple(self._make(**row) for row in json.loads(self.path.read_text()))
                self._seen = seen
        except FileNotFoundError:
            return ()
        except (ValueError, TypeError, OSError) as error:
            kind = self.path.stem
            raise SettingsError(
                f"{self.path}: not a file of {kind} ({error}); {self._remedy}"
            ) from None
        return self._rows

    def change(self, edit: Callable[[tuple[R, ...]], tuple[R, ...]]) -> None:
        """Puts what `edit` makes of the records in their place; nobody else changes them meanwhile.
        Raises SettingsError when the folder cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                before = self.all()
                after = edit(before)
                if after != before:
                    self._save(after)
        except OSError as error:
            raise SettingsError(
                f"{self.path}: cannot be written ({error.strerror or error}); "
                "see who may write there and whether the disk is full"
            ) from None

    def _save(self, rows: tuple[Any, ...]) -> None:
        fresh = self.path.with_suffix(f".{os.getpid()}.tmp")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump([asdict(row) for row in rows], file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
