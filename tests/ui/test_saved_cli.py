"""Saved questions from the command line: with no server, and through the one that holds the index."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from qa.build import build
from qa.endpoint.app import create_app
from qa.settings import Settings
from tests.qa.saved.conftest import NEW, OLD, QUESTION, Receiver, receiving
from tests.ui.conftest import Footnote
from ui.remote import FILE


@pytest.fixture
def data(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_ALLOW_PRIVATE", "1")
    monkeypatch.setattr("qa.build.strong_is_there", lambda: False)  # one model less to load
    return data


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@contextmanager
def served(data: Path) -> Iterator[None]:
    """A server over the folder, announced there."""
    settings = Settings(data=data, allow_private=True)
    with (
        build(settings, dtype="float32") as pipeline,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        app = create_app(pipeline, settings)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        (data / FILE).write_text(json.dumps({"url": url, "run": app.state.run}))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


def article(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(text)
    return folder


def test_without_a_server(footnote: Footnote, tmp_path: Path, receiver: Receiver) -> None:
    folder = article(tmp_path / "articles", "old", OLD)
    assert footnote("ingest", folder)[0] == 0
    code, out, err = footnote("saved", "add", QUESTION, "--webhook", receiver.url)
    assert (code, err) == (0, "")
    id, secret = out.split("\n")[:2]
    assert secret.startswith("secret: fs_")
    assert footnote("saved", "list")[1] == f"{id}  0 new  {QUESTION}\n"
    assert footnote("ingest", article(folder, "new", NEW))[0] == 0
    assert json.loads(receiver.next()[1])["new"][0]["citation"]["text"] == NEW
    listed = footnote("saved", "list", "--json")[1]
    assert json.loads(listed)["new"] == 1
    assert "fs_" not in listed
    code, out, _ = footnote("saved", "check")
    assert code == 0
    assert out.startswith(f"{QUESTION}: 1 new\n  - {NEW}\n")
    assert footnote("saved", "check", id)[1] == f"{QUESTION}: 0 new\n"
    assert footnote("saved", "remove", id)[0] == 0
    assert footnote("saved", "list")[1] == ""


def test_through_a_server(footnote: Footnote, tmp_path: Path, data: Path) -> None:
    folder = article(tmp_path / "articles", "old", OLD)
    assert footnote("ingest", folder)[0] == 0
    with served(data):
        made = json.loads(footnote("saved", "add", QUESTION, "--json")[1])
        assert made["new"] == 0
        assert footnote("ingest", article(folder, "new", NEW))[0] == 0
        looked = json.loads(footnote("saved", "check", "--json")[1])
        assert [one["citation"]["text"] for one in looked["sentences"]] == [NEW]
        assert footnote("saved", "list")[1] == f"{made['id']}  0 new  {QUESTION}\n"
        code, _, err = footnote("saved", "remove", "none")
        assert code == 2
        assert "there is no saved question 'none'" in err
        assert footnote("saved", "remove", made["id"])[0] == 0
        assert footnote("saved", "list")[1] == ""


def test_what_goes_wrong_with_saved_questions_undoes_no_ingest(
    footnote: Footnote, tmp_path: Path, data: Path
) -> None:
    data.mkdir()
    (data / "saved.json").write_text("{")
    code, _, err = footnote("ingest", article(tmp_path / "articles", "old", OLD), "--json")
    assert code == 0
    assert "not a file of saved" in err
    assert "remove it and save the questions again" in err
