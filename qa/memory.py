"""Gives memory that was freed back to the system: glibc keeps it, hundreds of megabytes after the
models have loaded, and more with each rush of questions."""

import ctypes
import sys
import threading
import time
from contextlib import suppress

PAUSE = 30.0  # seconds from one time to the next; each takes some hundredths of one


class Freed:
    """What the process has freed; safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0  # when it is worth it again, by the monotonic clock

    def give_back(self) -> None:
        """Nothing when it has just been done, or where the C library is not glibc."""
        with self._lock:
            if sys.platform != "linux" or time.monotonic() < self._next:
                return
            self._next = time.monotonic() + PAUSE
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


FREED = Freed()
