"""Calls an event of the page by its number, as a browser does and as a forger would."""

import time
import uuid
from typing import Any

import httpx

LONGEST = 600  # seconds for one event: Gradio's signs of life would keep a stream open for ever


def outcome(client: httpx.Client, number: int, data: list[Any], event: Any) -> str:
    """What the page's queue tells of one event until it is done, or until it has taken too long."""
    session = uuid.uuid4().hex
    body = {"fn_index": number, "data": data, "event_data": event, "session_hash": session}
    joined = client.post("/gradio_api/queue/join", json=body)
    if joined.is_error:
        return joined.text
    text, until = "", time.monotonic() + LONGEST
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            text += line
            ended = '"process_completed"' in line or '"close_stream"' in line
            if ended or time.monotonic() > until:
                break
    return text


def taken(text: str) -> bool:
    """Whether the event ended well; it may have shown something before it failed."""
    return '"success":true' in text.rpartition('"process_completed"')[2]
