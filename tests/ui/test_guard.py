"""No event of the page reads a file or an address that its visitor names: every event is tried with forged ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.page_events import outcome, taken
from tests.ui.test_serve import served
from ui.guard import check_files, upload

SECRET = "The Zubrowka vault opens with the number 7351."


@pytest.fixture(scope="module")
def forged(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A file of this machine, by its path, a relative path, a link in the upload folder, and an address."""
    folder = tmp_path_factory.mktemp("private")
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    uploads = Path(get_upload_folder())
    uploads.mkdir(parents=True, exist_ok=True)
    link = uploads / "forged-link.txt"
    link.unlink(missing_ok=True)
    link.symlink_to(secret)
    return [
        str(secret),
        f"{uploads}/../../../../../../../..{secret}",
        str(link),
        "tests/questions.jsonl",
        "http://127.0.0.1:9/secret.txt",
        f"file://{secret}",
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    seeds = tmp_path_factory.mktemp("seeds")
    (seeds / "tides.txt").write_text("The tides in Dover were high on Monday.")
    with served(seeds, tmp_path_factory.mktemp("data")) as (client, _):
        yield client


def test_no_event_of_the_page_takes_a_forged_file(client: httpx.Client, forged: list[str]) -> None:
    events = client.get("/config").json()["dependencies"]
    assert len(events) > 30
    for number, event in enumerate(events):
        path = forged[number % len(forged)]
        file = {
            "path": path,
            "url": path,
            "orig_name": "a.txt",
            "meta": {"_type": "gradio.FileData"},
        }
        data: list[Any] = [[file] for _ in event["inputs"]]
        text = outcome(client, event["id"], data, {"value": [file], "index": 0})
        assert "Zubrowka" not in text, (event["id"], path)
        assert not data or not taken(text), (event["id"], path)
    (takes,) = (event["id"] for event in events if event["api_name"] == "add")
    there = client.get("/health").json()["articles"]  # the samples may have been removed
    for path in forged:
        files = {"files": [{"name": "a.txt", "path": path}]}
        assert not taken(outcome(client, takes, [], files))
    assert client.get("/health").json()["articles"] == there
    own = Path(get_upload_folder()) / "own.txt"
    own.write_text("The tides in Calais were low on Friday.")
    files = {"files": [{"name": "own.txt", "path": str(own)}]}
    assert taken(outcome(client, takes, [], files))  # what was uploaded is taken so
    assert client.get("/health").json()["articles"] == there + 1


def test_no_event_can_be_called_by_name(client: httpx.Client) -> None:
    names = {event["api_name"] for event in client.get("/config").json()["dependencies"]}
    for name in names:
        for place in ("run", "api", "call", "call/v2"):
            answer = client.post(f"/gradio_api/{place}/{name}", json={"fn_index": 0, "data": []})
            assert answer.status_code == 404, (place, name)
            assert answer.json()["error"]["code"] == "not_found"


def test_nothing_but_the_upload_takes_files(client: httpx.Client) -> None:
    for place in ("component_server", "component_server/", "process_recording", "vibe-edit"):
        answer = client.post(f"/gradio_api/{place}", files={"video": ("a.mp4", b"words")})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), place
    answer = client.get("/gradio_api/deep_link", params={"session_hash": "any"})
    assert answer.status_code == 404


def test_an_upload_is_taken(tmp_path: Path) -> None:
    uploads = Path(get_upload_folder())
    uploads.mkdir(parents=True, exist_ok=True)
    own = uploads / "mine.txt"
    own.write_text("x")
    assert upload(str(own)) == own.resolve()
    check_files([[{"path": str(own)}], None, "text", 3])


@pytest.mark.parametrize(
    "wrap", [lambda f: f, lambda f: [f], lambda f: {"a": [{"b": f}]}, lambda f: [[f], "x"]]
)
def test_a_file_is_found_however_deep(forged: list[str], wrap: Any) -> None:
    for path in forged:
        for file in ({"path": path}, {"url": path}, {"path": None, "url": path}):
            with pytest.raises(InvalidPathError):
                check_files(wrap(file))


@given(st.text(max_size=80))
def test_no_text_names_a_file(path: str) -> None:
    with pytest.raises((InvalidPathError, ValueError)):
        upload(path)
