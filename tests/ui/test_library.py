"""Adding files over the page: each is taken by itself, and the visitor is told which one is being taken."""

import asyncio
import threading
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import pytest
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.records import Article
from ui.library import Library
from ui.texts import ENGLISH as SAY


class Writes:
    """Runs what it is given in a thread, as the service does."""

    async def run(self, work: Any, *given: Any) -> Any:
        return await asyncio.to_thread(work, *given)


def request() -> Any:
    return SimpleNamespace(headers={}, request=SimpleNamespace(state=SimpleNamespace(write=True)))


@pytest.fixture
def library(tmp_path: Path, embedder: MiniLMEmbedding) -> Any:
    with Index.open(tmp_path, embedder) as index:
        pipeline = SimpleNamespace(index=index)
        yield Library(SimpleNamespace(writes=Writes(), pipeline=pipeline))  # type: ignore[arg-type]


def test_each_file_is_named_while_it_is_taken(library: Library) -> None:
    uploads = Path(get_upload_folder())
    uploads.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=uploads))
    paths = [folder / "tides.txt", folder / "empty.txt"]
    paths[0].write_text("The lighthouse keeper Marta Vell retired in Dover on Monday.")
    paths[1].write_text("")
    told: list[tuple[tuple[int, int], str]] = []
    progress: Any = lambda step, desc: told.append((step, desc))  # noqa: E731
    outcome = asyncio.run(library.add(request(), [str(path) for path in paths], progress))
    assert told == [((n, 2), SAY.upload_step.format(path.name)) for n, path in enumerate(paths, 1)]
    rows = outcome.value["data"]
    assert [row[0] for row in rows] == ["tides.txt", "empty.txt"]
    assert rows[0][1] == SAY.added.format(1)


def test_a_path_that_was_not_uploaded_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The vault opens with 7351.")
    with pytest.raises(InvalidPathError):
        asyncio.run(library.add(request(), [str(tmp_path / "secret.txt")], lambda *_, **__: None))  # type: ignore[arg-type]
    assert library.index.count() == 0


def test_an_article_is_looked_up_and_removed_off_the_event_loop(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.index.ingest([make_article("The lighthouse keeper retired.", id="tides")])
    asked_in: list[str] = []
    article = library.index.article

    def noted(id: str) -> Article | None:
        asked_in.append(threading.current_thread().name)
        return article(id)

    monkeypatch.setattr(library.index, "article", noted)
    asyncio.run(library.remove(request(), "tides"))
    assert library.index.count() == 0
    asyncio.run(library.remove(request(), "tides"))
    assert threading.main_thread().name not in asked_in
    assert len(asked_in) == 2
