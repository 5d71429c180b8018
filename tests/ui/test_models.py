"""The page's list of language models: what it shows, and who may choose."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from qa.endpoint.observe import Observer
from qa.endpoint.service import Service
from qa.settings import Settings
from qa.writing import offered
from qa.writing.choice import Choices
from qa.writing.offered import Offer
from tests.ui.conftest import Scripted
from ui.models import Models
from ui.texts import ENGLISH as SAY

GONE = Offer("<b>gone</b>", "Ollama", "http://127.0.0.1:1")


@pytest.fixture
def service(
    scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    monkeypatch.setattr(offered, "offers", lambda: [GONE])
    settings = Settings(data=tmp_path)
    service = Service(scripted, settings, Observer(settings))  # type: ignore[arg-type]
    yield service
    service.close()


def visitor(*, write: bool = True) -> Any:
    return SimpleNamespace(headers={}, request=SimpleNamespace(state=SimpleNamespace(write=write)))


def event(model: str) -> Any:
    return SimpleNamespace(_data={"model": model})


def test_models_are_listed_by_name(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, opened = asyncio.run(Models(service).listed(visitor()))
    assert opened
    assert "&lt;b&gt;gone&lt;/b&gt;" in shown
    assert SAY.quoting in shown
    assert SAY.model_none not in shown
    monkeypatch.setattr(offered, "offers", list)
    shown, _ = asyncio.run(Models(service).listed(visitor()))
    assert SAY.model_nowhere in shown
    assert "make model" in shown


def test_who_reads_chooses_nothing(service: Service, tmp_path: Path) -> None:
    with pytest.raises(gr.Error, match=SAY.read_only):
        asyncio.run(Models(service).choose(visitor(write=False), event(GONE.model)))
    with pytest.raises(gr.Error, match=r"cannot be reached|127\.0\.0\.1"):
        asyncio.run(Models(service).choose(visitor(), event(GONE.model)))
    assert Choices(tmp_path).get() is None


def test_what_the_settings_say_is_told(scripted: Scripted, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, writer="quote")
    service = Service(scripted, settings, Observer(settings))  # type: ignore[arg-type]
    assert "settings say what writes" in asyncio.run(Models(service).listed(visitor()))[0]
    service.close()
