"""`footnote model`: what it lists, chooses and fetches."""

import json
from pathlib import Path

import pytest

from qa.writing import fetched, offered
from qa.writing.fetched import NAME
from qa.writing.offered import Offer
from tests.ui.conftest import Footnote

HERE = Offer("qwen2.5:3b", "Ollama", "http://127.0.0.1:11434")


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered, "offers", lambda: [HERE])


def test_what_is_in_use_and_what_is_found(footnote: Footnote, data: Path) -> None:
    code, out, _ = footnote("model")
    assert code == 0
    assert out.splitlines() == [
        "in use: none, answers are quotations",
        "found: qwen2.5:3b (Ollama, http://127.0.0.1:11434)",
    ]
    assert not data.exists()  # listing chooses nothing
    code, out, _ = footnote("model", HERE.model)
    assert out == f"in use: qwen2.5:3b at {HERE.url} (says {data / 'model.json'})\n"
    assert footnote("model")[1].startswith("in use: qwen2.5:3b")
    assert footnote("model", "none")[1] == "in use: none, answers are quotations\n"


def test_the_environment_is_named(footnote: Footnote, monkeypatch: pytest.MonkeyPatch) -> None:
    footnote("model", HERE.model)
    monkeypatch.setenv("FOOTNOTE_LLM_URL", "http://127.0.0.1:1")
    assert "its first model at http://127.0.0.1:1 (says the environment)" in footnote("model")[1]
    monkeypatch.setenv("FOOTNOTE_WRITER", "quote")
    assert "FOOTNOTE_WRITER is quote" in footnote("model")[1]


def test_what_cannot_be_chosen_changes_nothing(footnote: Footnote) -> None:
    footnote("model", HERE.model)
    for words in (("gpt-5",), (NAME,), ("x", "--fetch")):
        code, out, err = footnote("model", *words)
        assert (code, out, err.count("\n")) == (2, "", 1)
    assert footnote("model")[1].startswith("in use: qwen2.5:3b")


def test_a_fetched_one_is_chosen(
    footnote: Footnote, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = data / "models" / f"{NAME}.gguf"

    def fetch(self: fetched.FetchedModel, *_: object) -> Path:
        assert self.file == file
        file.parent.mkdir(parents=True)
        file.write_bytes(b"GGUF")
        return file

    monkeypatch.setattr(fetched.FetchedModel, "fetch", fetch)
    code, out, _ = footnote("model", "--fetch")
    assert (code, out) == (0, f"in use: {file} (says {data / 'model.json'})\n")
    assert json.loads((data / "model.json").read_text())[0]["gguf"] == str(file)
    assert f"found: {NAME} (in Footnote's own process, {file})" in footnote("model")[1]
    footnote("model", "none")
    assert footnote("model", NAME)[1].startswith(f"in use: {file}")
