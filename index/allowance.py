"""Bounds the time that the files in one archive, or the messages of one mailbox, take together."""

import time

from index import child
from index.extract import Fields

TOGETHER = 10  # times the seconds of one file
PACE = 50_000  # bytes a second: slow files of honest people are read faster


class Spent(ValueError):
    """What came before took all of the time."""


class Allowance:
    """The time, by the clock, that is left for one archive or mailbox: hundreds of slow files in it
    would keep everybody else from writing for hours."""

    def __init__(self, size: int = 0) -> None:
        """`size` is that of the archive, in bytes as it came."""
        self._left = TOGETHER * child.SECONDS + size / PACE
        self._taken = 0.0

    def extract(self, kind: str, content: bytes) -> list[Fields]:
        """See `child.extract`; raises Spent when no time is left."""
        if self._taken >= self._left:
            before = f"what comes before it took {self._taken:.0f} s"
            raise Spent(f"is not read: {before}; add it in a file of its own")
        begun = time.monotonic()
        try:
            return child.extract(kind, content)
        finally:
            self._taken += time.monotonic() - begun

    def message(self, content: bytes) -> list[Fields]:
        """The same of a message of a mailbox, which may be of any length: each brings its time."""
        self._left += len(content) / PACE
        return self.extract("mail", content)
