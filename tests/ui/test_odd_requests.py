"""Requests that no browser sends, byte by byte, to a server without keys and to one with: each comes to nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from qa.endpoint.keys import Keys
from tests.benchmarks import odd_requests as odd
from tests.ui.test_serve import served

PAGE = ("/", "/config", "/gradio_api/info", "/gradio_api/upload", "/gradio_api/queue/join", "/mcp")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with served(tmp_path_factory.mktemp("seeds"), tmp_path_factory.mktemp("data")) as (client, _):
        yield client


@pytest.mark.parametrize(
    "tries",
    [
        lambda client: odd.hosts(client.base_url),
        lambda client: odd.places(client.base_url),
        lambda client: odd.methods(client.base_url, [*routes(client), *PAGE]),
        lambda client: odd.neighbours(client.base_url),
        lambda client: odd.smuggled(client.base_url),
        odd.scripts,
        odd.webhooks,
    ],
    ids=["hosts", "places", "methods", "neighbours", "smuggled", "scripts", "webhooks"],
)
def test_an_open_server_withstands(
    client: httpx.Client, tries: Callable[[httpx.Client], odd.Tried]
) -> None:
    assert [what for what, held in tries(client) if not held] == []
    assert client.get("/health/ready").status_code == 200


def routes(client: httpx.Client) -> list[str]:
    return list(client.get("/openapi.json").json()["paths"])


def test_a_server_with_keys_withstands(tmp_path: Path) -> None:
    key = Keys(tmp_path / "data").add("desk", write=True)
    (tmp_path / "seeds").mkdir()
    with served(tmp_path / "seeds", tmp_path / "data", FOOTNOTE_RATE_LIMIT="0") as (client, _):
        tries = [*odd.places(client.base_url, f"Authorization: Bearer {key}")]
        tries += odd.log_ins(client, key)
        assert [what for what, held in tries if not held] == []
