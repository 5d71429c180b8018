"""A running server as the command line uses it: it holds the index, so it does the work."""

import json
import re
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from index.records import Article

if TYPE_CHECKING:
    from index.plan import IngestReport

FILE = "serve.json"  # in the data folder: where the server that holds it can be reached
PATIENCE = 600  # seconds in all to wait for a server that is busy
CHUNK = 100  # articles, and at most so many characters, in one request
CHARACTERS = 2_000_000
COUNTED = (
    "added",
    "unchanged",
    "replaced",
    "passages",
    "failed",
    "warnings",
    "same",
    "near",
)  # of what a server reports


class Refused(ValueError):
    """The server takes no such body: it is too large, or what it says cannot be an article."""


class Remote:
    """Raises ValueError, in one line, for whatever the server refuses."""

    def __init__(self, url: str, key: str | None) -> None:
        self.url = url
        self.headers = {"authorization": f"Bearer {key}"} if key else {}

    @classmethod
    def find(cls, data: Path, key: str | None) -> "Remote | None":
        """The server that the data folder names, if it answers and is that one: to no other goes an
        article or the key."""
        import httpx

        try:
            named = json.loads((data / FILE).read_text("utf-8"))
            alive = httpx.get(f"{named['url']}/health/live", timeout=5, trust_env=False).json()
            return cls(named["url"], key) if alive["run"] == named["run"] else None
        except (OSError, ValueError, KeyError, TypeError, httpx.HTTPError):
            return None

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The reply's JSON; a server that is too busy is asked again when it says, for PATIENCE
        seconds in all."""
        import httpx

        url = self.url + path
        waited = 0.0
        try:
            while True:
                reply = httpx.request(
                    method, url, json=body, headers=self.headers, timeout=300, trust_env=False
                )
                if reply.status_code not in (429, 503) or "retry-after" not in reply.headers:
                    break
                wait = pause(reply.headers["retry-after"])
                waited += wait
                if waited > PATIENCE:
                    raise ValueError(
                        f"{url}: busy ({reply.status_code}); try again in {wait:.0f} s"
                    )
                time.sleep(wait)
        except httpx.HTTPError as error:
            raise ValueError(
                f"{self.url}: {type(error).__name__}; see whether the server still runs"
            ) from None
        if reply.is_error:
            told = (
                reply.json().get("error", {})
                if "json" in reply.headers.get("content-type", "")
                else {}
            )
            said = told.get("message", "no reason given")
            if reply.status_code in (413, 422):
                raise Refused(said)
            remedy = (
                "give a key with --key"
                if reply.status_code in (401, 403)
                else "see the server's log"
            )
            raise ValueError(f"{url}: {reply.status_code}, {said}; {remedy}")
        return reply.json() if reply.content else None

    def answer(self, question: str, limits: dict[str, Any] | None = None) -> dict[str, Any]:
        """`limits` are the request's fields beside the question."""
        body = {"question": question, **(limits or {})}
        answer: dict[str, Any] = self.call("POST", "/v1/answer", body)
        return answer

    def check(self, text: str) -> list[dict[str, Any]]:
        sentences: list[dict[str, Any]] = self.call("POST", "/v1/check", {"text": text})[
            "sentences"
        ]
        return sentences

    def ingest(
        self,
        articles: Iterator[Article | Exception],
        missing_from: Collection[str],
        most: int | None,
    ) -> "IngestReport":
        """What a local ingest reports, added up over the requests."""
        from index.plan import IngestReport, distinct

        total, seen = IngestReport(), dict[str, str]()
        for chunk in _chunks(
            distinct(articles, seen, total)
        ):  # the server would let a later chunk replace the first one
            self._send(chunk, total)
        if missing_from:
            kept = sorted(
                id for id, place in self.origins() if place in missing_from and id not in seen
            )
            for id in total.settle(kept, most):
                self.call("DELETE", f"/v1/articles/{quote(id, safe='')}")
                total.removed += 1
        return total

    def _send(self, chunk: Sequence[Article], total: "IngestReport") -> None:
        """A chunk that is refused goes in halves, until what is refused is one article."""
        rows = [
            {name: value for name, value in asdict(article).items() if name != "hash"}
            for article in chunk
        ]
        try:
            report = self.call("POST", "/v1/articles", {"articles": rows})
        except Refused as error:
            if len(chunk) == 1:
                total.failed.append(f"{chunk[0].id}: {str(error).removeprefix(f'{chunk[0].id}: ')}")
            else:
                self._send(chunk[: len(chunk) // 2], total)
                self._send(chunk[len(chunk) // 2 :], total)
            return
        for name in COUNTED:
            setattr(total, name, getattr(total, name) + report[name])

    def origins(self) -> Iterator[tuple[str, str | None]]:
        """Each article's id and what it came from."""
        return ((row["id"], row["origin"]) for row in self.articles())

    def articles(self, query: str = "") -> Iterator[dict[str, Any]]:
        """The lines of all articles that the query lets through."""
        path: str | None = f"/v1/articles?limit=1000&{query}"
        while path:
            page = self.call("GET", path)
            yield from page["articles"]
            path = page["next"]


def pause(header: str) -> float:
    """The seconds that a Retry-After asks for, at least 1: a number of them, or an HTTP date."""
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return max(1.0, float(header))
    try:
        then = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # the latter for a year of twenty figures
        return 1.0
    now = datetime.now(then.tzinfo)  # a date without a zone is in UTC, says the standard
    if then.tzinfo is None:
        now = datetime.now(UTC).replace(tzinfo=None)
    return max(1.0, (then - now).total_seconds())


def _chunks(articles: Iterator[Article]) -> Iterator[list[Article]]:
    chunk: list[Article] = []
    size = 0
    for article in articles:
        if len(chunk) == CHUNK or (chunk and size + len(article.text) > CHARACTERS):
            yield chunk
            chunk, size = [], 0
        chunk.append(article)
        size += len(article.text)
    if chunk:
        yield chunk
