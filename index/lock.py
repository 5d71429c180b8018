"""One writer for a folder: a lock of the operating system, and a note that says who holds it."""

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.store import StoreError


def locked(folder: Path, *, wait: bool = False) -> FileLock:
    """The system frees the lock when its holder dies, so it is never stale; `lock.json` only tells
    others who it was.

    It may be taken again, in any thread, by whoever has it."""
    lock, holder = FileLock(folder / "lock", thread_local=False), folder / "lock.json"
    since = datetime.now(UTC).isoformat(timespec="seconds")
    note = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=-1 if wait else 0)
        holder.write_text(note)
    except Timeout:
        try:
            who = "process {pid} on {host} since {since}".format(**json.loads(holder.read_text()))
        except (OSError, ValueError, KeyError):  # it has only just begun
            who = "another process"
        raise StoreError(f"{folder}: in use by {who}; ask its server, or stop it first") from None
    except OSError as error:
        lock.release()
        raise StoreError(
            f"{folder}: cannot be written ({error.strerror or error}); "
            "make room, or change its owner or its permissions"
        ) from None
    return lock
