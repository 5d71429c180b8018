"""Tells what is new to the addresses that asked for it: signed, bounded in time and in tries."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from index.fetch import FetchError, send
from qa.saved.kept import KeptQuestions
from qa.saved.question import Message, SavedQuestion

PAUSES = (10.0, 60.0, 600.0, 3600.0)  # seconds after the first try that failed, the second, ...


def signed(body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The headers of a message: HMAC-SHA256 over the time (Unix, seconds), a dot and the body."""
    text = f"{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "Footnote-Timestamp": str(timestamp),
        "Footnote-Signature": f"sha256={digest}",
    }


def body_of(saved: SavedQuestion, message: Message) -> bytes:
    """The message as JSON; its `id` stays the same when it is sent again."""
    told = {
        "id": message.id,
        "saved": saved.id,
        "question": saved.question,
        "new": [asdict(sentence) for sentence in message.sentences],
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


class Webhooks:
    """Sends what waits in one data folder. A message is sent until it is taken or has failed once
    more than there are `pauses`; a process that dies in between sends it again, so it may come
    twice."""

    def __init__(
        self,
        kept: KeptQuestions,
        *,
        allow_private: bool = False,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.kept, self.allow_private, self.pauses = kept, allow_private, pauses
        self._due: dict[str, float] = {}  # by the messages that failed; others are due at once

    def round(self, stopped: Callable[[], bool] = lambda: False) -> float | None:
        """Sends what is due. Returns the seconds until the next is, None when nothing waits."""
        for saved in self.kept.all():
            for message in saved.unsent:
                if stopped():
                    return None
                if self._due.get(message.id, 0.0) <= time.monotonic():
                    self._try(saved, message)
        waiting = [message.id for saved in self.kept.all() for message in saved.unsent]
        self._due = {id: due for id, due in self._due.items() if id in waiting}
        dues = [self._due.get(id, 0.0) - time.monotonic() for id in waiting]
        return max(0.0, min(dues)) if dues else None

    def _try(self, saved: SavedQuestion, message: Message) -> None:
        body = body_of(saved, message)
        headers = signed(body, saved.secret or "", int(time.time()))
        try:
            send(saved.webhook or "", body, headers, allow_private=self.allow_private)
        except FetchError as error:
            self._failed(saved, message, str(error))
        else:
            self.kept.change(saved.id, lambda row: _without(row, message, None))

    def _failed(self, saved: SavedQuestion, message: Message, reason: str) -> None:
        tries = message.tries + 1
        if tries > len(self.pauses):
            given_up = f"given up after {tries} tries: the address {reason}"
            self.kept.change(saved.id, lambda row: _without(row, message, given_up))
            return
        self._due[message.id] = time.monotonic() + self.pauses[message.tries]
        failure = f"try {tries} of {len(self.pauses) + 1}: the address {reason}"

        def counted(row: SavedQuestion) -> SavedQuestion:
            unsent = (
                replace(one, tries=tries) if one.id == message.id else one for one in row.unsent
            )
            return replace(row, unsent=tuple(unsent), webhook_failure=failure)

        self.kept.change(saved.id, counted)


def _without(row: SavedQuestion, message: Message, failure: str | None) -> SavedQuestion:
    unsent = tuple(one for one in row.unsent if one.id != message.id)
    return replace(row, unsent=unsent, webhook_failure=failure)
