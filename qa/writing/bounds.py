"""Bounds what a model's server may send and how long it may take: it is no more to be trusted than
an article."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx

LONGEST_RESPONSE = 2_000_000  # bytes on the wire; 320 tokens come in about 100,000

T = TypeVar("T")


class TooLong(ValueError):
    """The model's server sent more than any answer needs."""


class BoundedStream(httpx.SyncByteStream):
    """A response's bytes up to LONGEST_RESPONSE and `seconds` from now on; more is TooLong, later
    is a ReadTimeout."""

    def __init__(self, stream: httpx.SyncByteStream, seconds: float) -> None:
        self._stream = stream
        self._end = time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > LONGEST_RESPONSE:
                raise TooLong(f"more than {LONGEST_RESPONSE:,} bytes")
            if time.monotonic() > self._end:
                raise httpx.ReadTimeout("the response does not end")
            yield chunk

    def close(self) -> None:
        self._stream.close()


class Opened(threading.local):
    """The responses that this thread has opened: a client that is left in the middle of one closes
    it only by and by."""

    def __init__(self) -> None:
        self.responses: list[httpx.Response] = []

    def close(self) -> None:
        for response in self.responses:
            response.close()
        self.responses.clear()


OPENED = Opened()


def bounded(seconds: float) -> Callable[[httpx.Response], None]:
    """A response hook of httpx. Packed bytes are refused: nobody asked for them, and they unpack to
    any size."""

    def bound(response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise TooLong("a packed response")
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = BoundedStream(response.stream, seconds)
        OPENED.responses.append(response)

    return bound


def within(seconds: float, call: Callable[[], T]) -> T:
    """What the call gives or raises; TimeoutError after so many seconds, with the call left behind
    in a thread of its own."""
    values: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            values.append(call())
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not values:
        raise TimeoutError(f"not done in {seconds:g} s")
    return values[0]
