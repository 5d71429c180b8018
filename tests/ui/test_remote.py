"""A busy server is asked again, when it says and not for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from ui import remote
from ui.remote import PATIENCE, Remote, pause


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(remote.time, "sleep", pauses.append)
    return pauses


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def given(*statuses: int, after: str) -> None:
        left = list(statuses)

        def request(*_: Any, **__: Any) -> httpx.Response:
            status = left.pop(0) if len(left) > 1 else left[0]
            headers = {} if status == 200 else {"retry-after": after}
            return httpx.Response(status, json={"answer": "x"}, headers=headers)

        monkeypatch.setattr(httpx, "request", request)

    return given


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_given_up(
    replies: Callable[..., None], slept: list[float], status: int
) -> None:
    replies(status, after="7")
    with pytest.raises(ValueError, match=rf"/v1/answer: busy \({status}\); try again in 7 s"):
        Remote("http://127.0.0.1:1", None).answer("Who?")
    assert sum(slept) <= PATIENCE
    assert set(slept) == {7.0}


def test_a_server_that_is_free_again_answers(
    replies: Callable[..., None], slept: list[float]
) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    replies(503, 429, 200, after=soon)
    assert Remote("http://127.0.0.1:1", None).answer("Who?") == {"answer": "x"}
    assert len(slept) == 2
    assert all(60 < one <= 90 for one in slept)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 1),
        ("12", 12),
        ("-5", 1),
        ("soon", 1),
        ("", 1),
        ("9" * 5000, 1),
        ("1.5", 1),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 1),
        ("Fri, 31 Dec 1999 23:59:59", 1),
        ("Fri, 99 Dec 1999 23:59:59 GMT", 1),
        ("Fri, 31 Dec 19999999999999999999 23:59:59 GMT", 1),
        ("Fri, 31 Dec 1999 23:59:59 +99999999999999999999", 1),
    ],
)
def test_whatever_retry_after_says_is_a_pause(header: str, seconds: float) -> None:
    assert pause(header) == seconds


def test_a_date_far_away_is_not_waited_for(
    replies: Callable[..., None], slept: list[float]
) -> None:
    replies(503, after="Fri, 31 Dec 9999 23:59:59 GMT")
    with pytest.raises(ValueError, match="busy"):
        Remote("http://127.0.0.1:1", None).answer("Who?")
    assert slept == []
