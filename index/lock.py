"""One writer for a folder: a lock of the operating system, and a note that says who holds it."""

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.store import StoreError


def locked(folder: Path, *, wait: bool = False) -> FileLock:
    """The system frees the lock when its holder dies, so it is never stale; `lock.json` only tells others who it was.

    It may be taken again, in any thread, by whoever has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock, holder = FileLock(folder / "lock", thread_local=False), folder / "lock.json"
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        try:
            who = "process {pid} on {host} since {since}".format(**json.loads(holder.read_text()))
        except (OSError, ValueError, KeyError):  # it has only just begun
            who = "another process"
        raise StoreError(f"{folder}: in use by {who}; ask its server, or stop it first") from None
    since = datetime.now(UTC).isoformat(timespec="seconds")
    holder.write_text(
        json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    )
    return lock
