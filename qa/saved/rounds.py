"""The threads of a server that ask saved questions again and tell webhooks, beside everything
else."""

import logging
import threading
import time
from collections.abc import Callable

from qa.saved.asking import Asking
from qa.saved.webhook import Webhooks

LOG = logging.getLogger("footnote")
POLITE = 0.2  # seconds between two looks at whether somebody else is being served
PATIENCE = 60.0  # seconds after which a question is asked all the same
ENDING = 5.0  # seconds that a thread is given to end


class Rounds:
    """From `start` to `end`; `wake` says that articles came in, and returns at once."""

    def __init__(self, asking: Asking, webhooks: Webhooks, busy: Callable[[], bool]) -> None:
        """`busy` says whether somebody waits for an answer or writes: they go first."""
        self.asking, self.webhooks, self.busy = asking, webhooks, busy
        self._stop = threading.Event()
        self._came_in, self._found = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """What came in while nobody asked is asked about now."""
        self.wake()
        self._found.set()
        jobs = (self._ask, self._send)
        self._threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        self._came_in.set()

    def end(self) -> None:
        """Asks and sends no more; what is left is done after the next start."""
        self._stop.set()
        self._came_in.set()
        self._found.set()
        for thread in self._threads:
            thread.join(ENDING)

    def _ask(self) -> None:
        while self._came_in.wait() and not self._stop.is_set():
            self._came_in.clear()
            try:
                for saved in self.asking.behind():
                    self._give_way()
                    self.asking.again(saved, self._stop.is_set)
                    self._found.set()
            except Exception:
                LOG.exception("saved questions")

    def _give_way(self) -> None:
        end = time.monotonic() + PATIENCE
        while self.busy() and time.monotonic() < end and not self._stop.wait(POLITE):
            pass

    def _send(self) -> None:
        wait: float | None = None
        while True:
            self._found.wait(wait)
            self._found.clear()
            if self._stop.is_set():
                return
            try:
                wait = self.webhooks.round(self._stop.is_set)
            except Exception:
                LOG.exception("webhooks")
                wait = PATIENCE
