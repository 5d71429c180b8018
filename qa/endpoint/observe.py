"""What happened: request ids, structured logs without question text, Prometheus metrics."""

import json
import logging
import re
import sys
import time
import traceback
import uuid
from contextvars import ContextVar
from dataclasses import asdict
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.endpoint.problems import shown
from qa.endpoint.traces import Traces
from qa.records import Answer
from qa.settings import Settings

LOG = logging.getLogger("footnote")
REQUEST_ID = ContextVar("footnote_request_id", default="")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


def broke() -> str:
    return f"something broke here; the log has it under {REQUEST_ID.get()}"


class JsonLines(logging.Formatter):
    """One JSON object a line. Messages of exceptions may quote a question: they are left out unless
    `questions`."""

    def __init__(self, *, questions: bool = False) -> None:
        super().__init__()
        self.questions = questions

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": self.formatTime(record), "level": record.levelname.lower()}
        line |= {
            "logger": record.name,
            "event": record.getMessage(),
            "request_id": REQUEST_ID.get() or None,
        } | getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            line |= {
                "error": type(error).__name__,
                "at": [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-8:]],
            }
            if self.questions:
                line["message"] = str(error)
        return json.dumps(
            {name: value for name, value in line.items() if value is not None}, default=str
        )


def start_logs(settings: Settings) -> None:
    """Send the log of the whole process to standard error as JSON lines; for the start of a server,
    once."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(questions=settings.log_questions))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    LOG.setLevel(logging.INFO)


class Observer:
    """The metrics of one app in a registry of its own, and the log lines that go with them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.registry = registry = CollectorRegistry()
        count, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        timed = partial(Histogram, registry=registry, buckets=SECONDS)
        self.requests = count(
            "footnote_requests", "Requests answered.", ("method", "route", "status")
        )
        self.seconds = timed(
            "footnote_request_seconds", "Time to the end of the response.", ("route",)
        )
        self.answers = count(
            "footnote_answers", "Answers; no_answer are refusals.", ("status", "writer")
        )
        self.tokens = count("footnote_tokens", "Of the language model, by kind.", ("kind",))
        self.claims = count("footnote_claims", "Claims by support mark.", ("support",))
        self.stages = timed("footnote_stage_seconds", "Time by stage.", ("stage",))
        self.pending = gauge("footnote_pending", "Requests running or waiting, by pool.", ("pool",))
        self.articles = gauge("footnote_articles", "Articles in the index.")
        self.traces = Traces()

    def answered(self, answer: Answer) -> None:
        """Count, log and trace one finished answer."""
        self.answers.labels(answer.status, answer.writer).inc()
        for kind, count in asdict(answer.tokens).items() if answer.tokens else ():
            self.tokens.labels(kind).inc(count)
        for claim in answer.claims:
            self.claims.labels(claim.support).inc()
        for stage, milliseconds in answer.timings_ms.items():
            self.stages.labels(stage).observe(milliseconds / 1000)
        fields: dict[str, Any] = {
            "answer_id": answer.id,
            "status": answer.status,
            "writer": answer.writer,
        }
        fields |= {"probability": round(answer.probability, 3), "claims": len(answer.claims)}
        fields |= {"tokens": answer.tokens and asdict(answer.tokens)}
        fields |= {"timings_ms": answer.timings_ms, "notes": [note.code for note in answer.notes]}
        if self.settings.log_questions:
            fields["question"] = answer.question
        LOG.info("answer", extra={"fields": fields})
        self.traces.answered(answer)

    def metrics(self, articles: int, pending: dict[str, int]) -> bytes:
        """The text that Prometheus scrapes."""
        self.articles.set(articles)
        for pool, count in pending.items():
            self.pending.labels(pool).set(count)
        return generate_latest(self.registry)


class Observed:
    """Outermost middleware: gives every request an id, counts and logs it, and turns a crash into a
    plain 500."""

    def __init__(self, app: ASGIApp, observer: Observer) -> None:
        self.app = app
        self.observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else uuid.uuid4().hex
        token, started, status = REQUEST_ID.set(request_id), time.perf_counter(), 0

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, marked)
        except Exception as error:
            LOG.error("failed", exc_info=error)
            if status:
                raise RuntimeError(
                    "the response broke off"
                ) from None  # the server must cut the connection
            await shown(500, "internal", broke())(scope, receive, marked)
        finally:
            self._note(scope, status, time.perf_counter() - started)
            REQUEST_ID.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None)
        route = (route or "page") if status != 404 and "route" in scope else "none"
        method = (
            scope["method"] if scope["method"] in METHODS else "other"
        )  # a label must not grow with the input
        self.observer.requests.labels(method, route, str(status)).inc()
        self.observer.seconds.labels(route).observe(seconds)
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        LOG.info("request", extra={"fields": fields | {"key": scope.get("state", {}).get("key")}})
