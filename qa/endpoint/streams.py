"""Server-sent events: a response that always closes what it streams, and the events of an
answer."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from qa.endpoint.observe import LOG, broke
from qa.records import Event

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
FIELDS = {"evidence": {"evidence"}, "claim": {"claim", "citations", "lead"}}


class EventStream(StreamingResponse):
    """Closes `parts` when the client leaves, which ends the work behind them; what breaks becomes
    the last event."""

    media_type = "text/event-stream"

    def __init__(self, parts: AsyncGenerator[str], error_head: str = "") -> None:
        self.parts = guarded(parts, error_head)
        super().__init__(
            self.parts, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self.parts):
            await super().__call__(scope, receive, send)


async def guarded(parts: AsyncGenerator[str], error_head: str) -> AsyncGenerator[str]:
    error: Any
    async with aclosing(parts):
        try:
            async for part in parts:
                yield part
            return
        except HTTPException as refused:
            error = refused.detail
        except Exception:  # noqa: BLE001
            LOG.exception("failed")
            error = {"code": "internal", "message": broke()}
    yield f"{error_head}data: {json.dumps({'error': error})}\n\n"


async def server_sent(events: AsyncGenerator[Event]) -> AsyncGenerator[str]:
    """`evidence`, each `claim` as it is checked, then `done` with the whole record."""
    async with aclosing(events):
        async for event in events:
            whole = EVENT.dump_python(
                event, mode="json", include=FIELDS.get(event.kind, {"answer"})
            )
            data = whole["answer"] if event.kind == "done" else whole
            yield f"event: {event.kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
