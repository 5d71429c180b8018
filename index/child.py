"""Runs the readers of foreign formats in a child process of limited time and memory, which stays
warm for the next file.

The libraries are quadratic on hostile input and PDFs can unpack to anything; a limit on a process
holds whatever they do, and in a process of its own no reader keeps the threads of this one waiting.
"""

import atexit
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, cast

from index.extract import FULL, Fields

# Of processor time; three times that by the clock, since other processes may keep it waiting.
SECONDS = 20
MEMORY = 2_000_000_000  # bytes
LONGEST_REPLY = 100_000_000  # bytes of JSON: five times the largest file
WORN = 20_000_000  # bytes read, from which a child makes room for a fresh one: its memory has grown
SCRIPT = Path(__file__).with_name("extract.py")


class Broken(ValueError):
    """The child cannot be used again; the message is about the file that it was reading."""


class Child:
    """One process that reads a file at a time: `extract.py`, run as a script so that nothing of
    ours comes before the limits."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", str(SCRIPT), str(MEMORY), str(LONGEST_REPLY)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._replies = cast(IO[bytes], self._process.stdout)
        self._replies.readline()  # it is ready: no file pays for the start
        self._read = 0

    @property
    def fit(self) -> bool:
        """Whether it lives, and has read so little that a fresh one is no better."""
        return self._process.poll() is None and self._read <= WORN

    def extract(self, kind: str, content: bytes) -> list[Fields]:
        """The articles in `content`. Raises ValueError with what is wrong with it, Broken where the
        child ended over it."""
        self._read += len(content)
        late = threading.Event()
        timer = threading.Timer(3 * SECONDS, self._end, (late,))
        timer.start()
        try:
            reply = self._ask(kind, content)
        finally:
            timer.cancel()
        if reply is None:
            raise Broken(self._reason(late.is_set()))
        if error := reply.get("refused"):
            raise ValueError(error)
        return cast(list[Fields], reply["articles"])

    def _ask(self, kind: str, content: bytes) -> Any:
        """The reply to one request; None when the child ends before it."""
        head = {"kind": kind, "size": len(content), "seconds": SECONDS}
        try:
            self._requests.write(json.dumps(head).encode() + b"\n" + content)
            self._requests.flush()
        except BrokenPipeError:
            return None
        size = self._replies.readline()
        body = self._replies.read(int(size)) if size.endswith(b"\n") else b""
        return json.loads(body) if body and len(body) == int(size) else None

    def _reason(self, late: bool) -> str:
        """Why the process ended without a reply."""
        code = self._process.wait()
        if late or code == -getattr(signal, "SIGXCPU", 0):
            return f"takes more than {SECONDS} s to read; make it smaller or save it as text"
        if code == FULL:
            return "needs too much memory to read; split it or save it as text"
        return f"cannot be read (its reader stopped with {code}); is it complete?"

    def _end(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def close(self) -> None:
        """Ends the process and waits for it."""
        self._process.kill()
        self._process.wait()
        self._replies.close()
        try:
            self._requests.close()
        except BrokenPipeError:  # it may still have held a part of a request
            return


class Children:
    """The children: each is lent to one thread, and one at most is kept warm between files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warm: Child | None = None

    def extract(self, kind: str, content: bytes) -> list[Fields]:
        """See `Child.extract`."""
        child = self._take() or Child()
        try:
            articles = child.extract(kind, content)
        except Broken:
            child.close()
            raise
        except ValueError:
            self._give(child)
            raise
        except BaseException:
            child.close()
            raise
        self._give(child)
        return articles

    def _take(self) -> Child | None:
        with self._lock:
            child, self._warm = self._warm, None
        if child and not child.fit:
            child.close()
            return None
        return child

    def _give(self, child: Child) -> None:
        with self._lock:
            if self._warm is None and child.fit:
                self._warm = child
                return
        child.close()

    def close(self) -> None:
        """Ends the warm child."""
        if child := self._take():
            child.close()


CHILDREN = Children()
atexit.register(CHILDREN.close)


def extract(kind: str, content: bytes) -> list[Fields]:
    """The articles in `content` (html as UTF-8, pdf, feed); raises ValueError with the reason when
    there are none."""
    if kind == "pdf" and b"%PDF-" not in content[:1024]:
        raise ValueError("is not a PDF; give it the suffix of what it is")
    return CHILDREN.extract(kind, content)
