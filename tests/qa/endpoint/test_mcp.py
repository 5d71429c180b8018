"""The MCP server through the official client, in process and over HTTP."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client
from starlette.testclient import TestClient

from qa.endpoint.mcp_server import create_mcp
from qa.endpoint.observe import Observer
from qa.endpoint.schemas import ANSWER
from qa.endpoint.service import Service
from qa.records import Answer
from qa.settings import Settings

Talk = Callable[[Client], Awaitable[Any]]


@pytest.fixture
def talk(hand_made: Any, settings: Settings) -> Callable[[Talk], Any]:
    """Runs a conversation with a server in this process."""

    def run(conversation: Talk) -> Any:
        async def connected() -> Any:
            server = create_mcp(Service(hand_made, settings, Observer(settings)))
            async with Client(server) as client:
                return await conversation(client)

        return asyncio.run(connected())

    return run


def call(talk: Any, name: str, **arguments: Any) -> Any:
    return talk(lambda client: client.call_tool(name, arguments))


def test_there_are_three_tools_and_none_writes(talk: Any) -> None:
    tools = talk(lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search", "read_article"]
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description


def test_ask_gives_the_record(talk: Any, hand_made: Any) -> None:
    reply = call(
        talk,
        "ask",
        question="Who leads?",
        sources=["Gazette"],
        authors=["Jane Holm"],
        published_after="2025-10-01",
    )
    record: Answer = ANSWER.validate_python(reply.structured_content)
    assert record == hand_made.answered("Who leads?")
    assert hand_made.asked[-1][2].sources == ("Gazette",)
    assert hand_made.asked[-1][2].authors == ("Jane Holm",)
    assert hand_made.asked[-1][2].published_after == "2025-10-01"
    assert json.loads(reply.content[0].text)["status"] == "answered"


def test_search_and_read_article_fit_together(talk: Any) -> None:
    [found] = call(talk, "search", question="Who leads?").structured_content["evidence"]
    article = call(talk, "read_article", article_id=found["article_id"]).structured_content
    assert article["text"][found["start"] : found["end"]] == found["text"]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("ask", {"question": ""}, "question: "),
        ("ask", {"question": "Who?", "published_after": "Monday"}, "must be a day"),
        ("search", {"question": "a" * 2001}, "question: "),
        ("read_article", {"article_id": "../../etc/passwd"}, "there is no article"),
    ],
)
def test_what_is_wrong_is_said_in_words(talk: Any, name: str, arguments: Any, words: str) -> None:
    reply = call(talk, name, **arguments)
    assert reply.is_error
    assert words in reply.content[0].text


def test_it_is_served_at_mcp_behind_the_gate(client: TestClient) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-06-18",
    }
    answer = client.post("/mcp", json=body, headers=headers)
    assert answer.status_code == 200
    assert [tool["name"] for tool in answer.json()["result"]["tools"]] == [
        "ask",
        "search",
        "read_article",
    ]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        client.post("/mcp", json=body, headers=headers | {"host": "evil.example"}).status_code
        == 403
    )


def test_a_full_queue_is_said_in_words(hand_made: Any, settings: Settings) -> None:
    async def full() -> Any:
        service = Service(
            hand_made,
            settings.model_copy(update={"concurrency": 1, "queue": 0}),
            Observer(settings),
        )
        events = service.stream("wait for it")
        async with Client(create_mcp(service)) as client:
            reply = await client.call_tool("ask", {"question": "Who leads?"})
        hand_made.go.set()
        await events.aclose()
        return reply

    reply = asyncio.run(full())
    assert reply.is_error
    assert "too many requests" in reply.content[0].text
