"""A saved question: what it asks, what its answers have cited, and what of that is new since the
last look."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from index.records import Filters
from qa.records import Citation

MOST_SEEN = 2_000  # cited sentences that are remembered: those no answer has cited longest go first
MOST_NEW = 100  # that are kept until somebody looks, and messages that wait: the oldest go first


@dataclass(frozen=True, slots=True)
class NewSentence:
    """A sentence that an answer cites and none before did; `found` is when (ISO, UTC)."""

    found: str
    citation: Citation

    def __post_init__(self) -> None:
        _made(self, "citation", Citation)


@dataclass(frozen=True, slots=True)
class Message:
    """New sentences that the webhook is still to be told; `tries` have failed so far."""

    id: str
    sentences: tuple[NewSentence, ...]
    tries: int = 0

    def __post_init__(self) -> None:
        _made_all(self, "sentences", NewSentence)


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question as kept. `owner` is the name of the key it is saved for and `key` its id, both
    None without keys; `generation` is the index's when it was last asked; `seen` are marks of the
    sentences that were cited. Times are ISO in UTC.

    `failure` says why it could not be asked, `webhook_failure` why its webhook could not be told;
    None when they could."""

    id: str
    question: str
    owner: str | None
    created: str
    key: str | None = None
    filters: Filters = Filters()
    webhook: str | None = None
    secret: str | None = None
    generation: int = -1
    asked: str | None = None
    looked: str | None = None
    seen: tuple[str, ...] = ()
    new: tuple[NewSentence, ...] = ()
    unsent: tuple[Message, ...] = ()
    failure: str | None = None
    webhook_failure: str | None = None

    def __post_init__(self) -> None:
        """Takes the plain dicts and lists of a JSON file; raises TypeError for others. The key of a
        row without one is, as that of keys without an id, its name."""
        object.__setattr__(self, "key", self.key or self.owner)
        limits: Any = self.filters
        if isinstance(limits, dict):
            lists = {name: tuple(one) for name, one in limits.items() if isinstance(one, list)}
            object.__setattr__(self, "filters", Filters(**{**limits, **lists}))
        object.__setattr__(self, "seen", tuple(self.seen))
        _made_all(self, "new", NewSentence)
        _made_all(self, "unsent", Message)

    def answered(self, cited: Sequence[Citation], generation: int, at: str) -> "SavedQuestion":
        """After another answer: what it cites and none before did is new, and goes to the
        webhook."""
        marks: dict[str, Citation] = {}
        for citation in cited:
            marks.setdefault(mark(citation), citation)
        known = set(self.seen)
        fresh = tuple(NewSentence(at, one) for name, one in marks.items() if name not in known)
        seen = (*(one for one in self.seen if one not in marks), *marks)
        unsent = self.unsent
        if fresh and self.webhook:
            unsent = (*unsent, Message(uuid.uuid4().hex, fresh))
        return replace(
            self,
            generation=generation,
            asked=at,
            seen=seen[-MOST_SEEN:],
            new=(*self.new, *fresh)[-MOST_NEW:],
            unsent=unsent[-MOST_NEW:],
            failure=None,
        )

    def looked_at(self, shown: Sequence[NewSentence], at: str) -> "SavedQuestion":
        """After somebody has seen these sentences; what came in meanwhile stays new."""
        return replace(self, looked=at, new=tuple(one for one in self.new if one not in shown))


def drafted(
    question: str,
    filters: Filters,
    *,
    owner: str | None = None,
    key: str | None = None,
    webhook: str | None = None,
) -> SavedQuestion:
    """A new one, not asked yet; a webhook gets a secret."""
    secret = "fs_" + secrets.token_urlsafe(32) if webhook else None
    id = uuid.uuid4().hex
    return SavedQuestion(id, question, owner, now(), key, filters, webhook, secret)


def mark(citation: Citation) -> str:
    """The same for the same words, in whichever article: a copy of a sentence is nothing new."""
    words = " ".join(citation.text.split())
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _made(record: Any, name: str, make: Callable[..., Any]) -> None:
    """The field of a frozen record that came from JSON, as the record that it is."""
    value = getattr(record, name)
    if isinstance(value, dict):
        object.__setattr__(record, name, make(**value))


def _made_all(record: Any, name: str, make: Callable[..., Any]) -> None:
    rows = getattr(record, name)
    made = tuple(make(**row) if isinstance(row, dict) else row for row in rows)
    object.__setattr__(record, name, made)
