"""The server's connections: of a bounded number, none held without asking anything, and no request
whose head is endless."""

import asyncio
import sys
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

PATIENCE = 20  # seconds, once to twice, for the head of a request, and from one request to the next
MOST = 5_000  # connections at once, fewer where a process may open fewer files
HEAD = 64_000  # bytes of a request's head, and what one read brings
SPARED = 200  # files that are left for the index, the readers of files and the models


class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Uvicorn's, which would wait for ever for a head that comes letter by letter, and keeps one of
    any length where httptools parses it; h11 has a bound of its own."""

    _looked: object = None  # the request that was under way, or had ended, at the last look
    _next: asyncio.TimerHandle | None = None
    _head: int | None = None  # bytes so far of what is no body: a head, or headers behind a body

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > most():
            transport.close()
        else:
            self._next = self.loop.call_later(PATIENCE, self._look)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD:
                self.send_400_response(f"The head of a request may have {HEAD} bytes.")

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()
        # For those behind the body: the gate has not looked at them.
        self.headers: list[tuple[bytes, bytes]] = []

    def on_chunk_header(self) -> None:
        """The chunk may be the last one, which is empty."""
        self._head = 0

    def on_body(self, body: bytes) -> None:
        self._head = None
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head = None
        super().on_message_complete()

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
