"""The server's connections: of a bounded number, and none that is held without asking anything."""

import asyncio
import sys
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

PATIENCE = 20  # seconds, once to twice, for the head of a request, and from one request to the next
MOST = 5_000  # connections at once, fewer where a process may open fewer files
SPARED = 200  # files that are left for the index, the readers of files and the models


class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Uvicorn's, which would wait for ever for a head that comes letter by letter."""

    _looked: object = None  # the request that was under way, or had ended, at the last look
    _next: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > most():
            transport.close()
        else:
            self._next = self.loop.call_later(PATIENCE, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next:
            self._next.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Closes it when no request is under way, and none has come since the last look."""
        waits = self.cycle is None or self.cycle.response_complete
        if waits and self.cycle is self._looked:
            self.transport.close()
            return
        self._looked = self.cycle
        self._next = self.loop.call_later(PATIENCE, self._look)


def most() -> int:
    """How many connections there may be at once."""
    if sys.platform == "win32":
        return MOST
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files < 0 else max(1, min(MOST, files - SPARED))
