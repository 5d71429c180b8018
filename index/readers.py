"""The reading connections of one SQLite file: a bounded number, lent to one thread at a time, all
closed in the end."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue

MOST = 16  # at once; each may keep 32 MB of pages, so they take half a gigabyte at most
PATIENCE = 60.0  # seconds to wait for one, as long as SQLite waits for its lock
CLOSING = 10.0  # seconds that closing waits for those who read; an answer looks things up in less


class Busy(Exception):
    """No connection can be had; the message says why and what to do."""


class Readers:
    """Connections are made when they are first needed and not bound to threads, because servers
    come and go with theirs."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._closed = False
        self._lent: set[sqlite3.Connection] = set()
        self._places: LifoQueue[sqlite3.Connection | None] = LifoQueue()
        for _ in range(MOST):
            self._places.put(None)

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else has; raises Busy when there is none in PATIENCE seconds,
        and after `close`."""
        try:
            db = self._places.get(timeout=PATIENCE)
        except Empty:
            raise Busy(f"{MOST} are reading and none has ended in {PATIENCE:g} s; wait") from None
        try:
            if self._closed:
                raise Busy("it has been closed; open it again")
            db = db or self._connect()
            self._lent.add(db)
            yield db
        finally:
            if db:
                self._lent.discard(db)
            if db and self._closed:
                db.close()
                db = None
            self._places.put(db)

    def close(self) -> None:
        """Waits for those who read, then interrupts them; each connection is closed, the last ones
        by who has them."""
        if self._closed:
            return
        self._closed = True
        end = time.monotonic() + CLOSING
        free = 0
        while free < MOST:
            try:
                db = self._places.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                for one in tuple(self._lent):
                    with suppress(sqlite3.ProgrammingError):  # it has been closed by now
                        one.interrupt()
                break
            free += 1
            if db:
                db.close()
        for _ in range(free):  # who still asks is told that it is closed
            self._places.put(None)
