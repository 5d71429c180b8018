"""Adding files over the page: each is taken by itself, and the visitor is told which one is being taken."""

import asyncio
import threading
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.records import Article, Filters
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
        pipeline = SimpleNamespace(index=index, writer="quote", model=None)
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
    outcome, *_ = asyncio.run(
        library.add(request(), [str(path) for path in paths], False, progress)
    )
    assert told == [((n, 2), SAY.upload_step.format(path.name)) for n, path in enumerate(paths, 1)]
    rows = outcome.value["data"]
    assert [row[0] for row in rows] == ["tides.txt", "empty.txt"]
    assert rows[0][1] == SAY.added.format(1)


def test_a_path_that_was_not_uploaded_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The vault opens with 7351.")
    with pytest.raises(InvalidPathError):
        asyncio.run(
            library.add(request(), [str(tmp_path / "secret.txt")], False, lambda *_, **__: None)
        )  # type: ignore[arg-type]
    assert library.index.count() == 0


def test_the_samples_go_with_one_click(library: Library) -> None:
    sample = make_article("The lighthouse of Dover.", id="sample", collections=["seeds"])
    library.index.ingest([sample, make_article("The bread of Calais.", id="own", collections=[])])
    *_, button = library.view(request(), None, "", "", None)
    assert (button.visible, button.value) == (True, SAY.remove_seeds.format(1))
    assert SAY.seeds.format(1) in library.state(request())[0]
    asyncio.run(library.remove_seeds(request()))
    *_, button = library.view(request(), None, "", "", None)
    assert not button.visible
    assert [one.id for one in library.index.articles()] == ["own"]
    assert SAY.seeds.format(1) not in library.state(request())[0]


def test_a_bound_key_sees_and_takes_its_own_only(library: Library) -> None:
    bound = request()
    bound.request.state.collections = ("war",)
    for name in ("war", "sport"):
        library.index.ingest([make_article(f"News of {name}.", source=name, collections=[name])])
    sources, collections, _, table, _ = library.view(bound, None, "", "", None)
    assert [name for name, _ in sources.choices] == ["war"]
    assert [name for name, _ in collections.choices] == ["war"]
    assert len(table.value["data"]) == 1
    [other] = library.index.articles(filters=Filters(collections=("sport",)))
    with pytest.raises(gr.Error, match="not bound to"):
        asyncio.run(library.remove(bound, other.id))
    event: Any = SimpleNamespace(row_value=[other.id])
    assert SAY.gone in library.read(bound, event)[0]
    uploads = Path(get_upload_folder())
    path = Path(mkdtemp(dir=uploads)) / "new.txt"
    path.write_text("The lighthouse keeper retired.")
    asyncio.run(library.add(bound, [str(path)], False, lambda *_, **__: None))  # type: ignore[arg-type]
    assert library.index.count(Filters(within=("war",))) == 2


def uploaded(name: str, content: str) -> str:
    """A file as Gradio puts it there, in a folder of its own."""
    folder = Path(get_upload_folder())
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(mkdtemp(dir=folder)) / name
    path.write_text(content)
    return str(path)


def add(library: Library, path: str, key: str = "", keep: bool = False) -> tuple[str, Any]:
    """What the visitor is told of a file, and all that the event gives."""
    visitor = request()
    visitor.request.state.key = key
    told = asyncio.run(library.add(visitor, [path], keep, lambda *_, **__: None))  # type: ignore[arg-type]
    return told[0].value["data"][0][1], told


def test_the_same_file_again_replaces_its_article(library: Library) -> None:
    first, second = "The lighthouse of Dover opened.", "The lighthouse of Dover closed."
    assert add(library, uploaded("a.txt", first))[0] == SAY.added.format(1)
    assert add(library, uploaded("a.txt", first))[0] == SAY.unchanged.format(1)
    assert add(library, uploaded("a.txt", second))[0] == SAY.replaced.format(1)
    assert [one.text for one in library.index.articles()] == [second]
    assert add(library, uploaded("a.txt", first), keep=True)[0] == SAY.added.format(1)
    assert add(library, uploaded("a.txt", first), key="ann")[0] == SAY.added.format(1)
    assert add(library, uploaded("a.txt", second), key="ann")[0] == SAY.replaced.format(1)
    assert library.index.count() == 3
    assert add(library, uploaded("a.txt", ""))[0].endswith("remove it")  # a bad one takes nothing
    assert library.index.count() == 3


def test_an_upload_replaces_nothing_that_a_folder_brought(library: Library) -> None:
    library.index.ingest([make_article("From a folder.", path="a.txt", origin="/news")])
    add(library, uploaded("a.txt", "From a visitor."))
    assert library.index.count() == 2


def test_a_tables_rows_that_went_are_gone(library: Library) -> None:
    table = "text,title\nThe first story.,One\nThe second story.,Two\n"
    assert add(library, uploaded("a.csv", table))[0] == SAY.added.format(2)
    shorter = table.replace("The second story.,Two\n", "")
    told = add(library, uploaded("a.csv", shorter))[0]
    assert told == f"{SAY.unchanged.format(1)}; {SAY.dropped.format(1)}"
    broken = table.replace("The second story.", "")
    told = add(library, uploaded("a.csv", broken))[0]
    assert [one.title for one in library.index.articles()] == ["One"]


def test_what_is_not_english_is_said(library: Library) -> None:
    text = "Der Leuchtturm von Dover wurde gestern Abend nach langer Arbeit wieder geöffnet. " * 4
    told = add(library, uploaded("a.txt", text))[0]
    assert told.startswith(f"{SAY.added.format(1)}; a.txt: does not read as English")


def test_unknown_columns_are_chosen_on_the_page(library: Library) -> None:
    path = uploaded("a.csv", "story,when,what\nThe lighthouse opened.,2025-10-17,Light\n")
    told, (_, tables, row, text, *_) = add(library, path)
    assert told == SAY.unknown_columns
    assert "COLUMN" not in told
    assert (tables, row.visible) == ([str(Path(path).resolve())], True)
    assert [name for name, _ in text.choices] == ["story", "when", "what"]
    chosen = ("story", "what", "when", None)
    given = (request(), tables, False, *chosen, lambda *_, **__: None)
    outcome, left, row, *_ = asyncio.run(library.add_tables(*given))  # type: ignore[arg-type]
    assert outcome.value["data"][0][1] == SAY.added.format(1)
    assert (left, row.visible) == ([], False)
    [article] = library.index.articles()
    assert (article.title, article.published) == ("Light", "2025-10-17")


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
