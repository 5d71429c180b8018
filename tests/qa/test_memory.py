"""Memory that was freed goes back to the system, after a piece of work too."""

import asyncio
import os
from pathlib import Path

import pytest

from qa.endpoint import service
from qa.endpoint.service import Workers
from qa.memory import Freed

SMALL, MANY = 2_000, 100_000  # bytes, and pieces of so many: 200 MB


def resident() -> int:
    """Bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def rush(kept: list[bytes]) -> int:
    """The bytes of this process while it holds all pieces; the last stays, and glibc with it keeps
    what is before it."""
    pieces = [bytes(SMALL) for _ in range(MANY)]
    kept.append(pieces[-1])
    return resident()


def test_what_was_freed_goes_back() -> None:
    kept: list[bytes] = []
    most = rush(kept)
    Freed().give_back()
    assert resident() < most - 0.75 * SMALL * MANY


def test_it_goes_back_after_a_piece_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FREED", Freed())
    kept: list[bytes] = []

    async def worked() -> tuple[int, int]:
        workers = Workers(1, 1, 60)
        most = await workers.run(rush, kept)
        return most, await workers.run(resident)  # when the first has quite ended

    most, then = asyncio.run(worked())
    assert then < most - 0.75 * SMALL * MANY
