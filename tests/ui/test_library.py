"""Adding files over the page: each is taken by itself, and the visitor is told which one is being taken."""

import asyncio
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
from ui.library import Library, overview
from ui.texts import ENGLISH as SAY


class Writes:
    """Runs at once what it is given."""

    async def run(self, work: Any, *given: Any) -> Any:
        return work(*given)


def request() -> Any:
    return SimpleNamespace(headers={}, request=SimpleNamespace(state=SimpleNamespace(write=True)))


@pytest.fixture
def library(tmp_path: Path, embedder: MiniLMEmbedding) -> Any:
    with Index.open(tmp_path, embedder) as index:
        pipeline = SimpleNamespace(index=index, writer="quote")
        yield Library(SimpleNamespace(writes=Writes(), pipeline=pipeline))  # type: ignore[arg-type]


def event(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def steps(library: Library, *files: dict[str, str]) -> list[str]:
    """What the page shows one after the other while these files are taken."""

    async def read() -> list[str]:
        return [shown async for shown in library.add(request(), event(files=list(files)))]

    return asyncio.run(read())


def uploaded(name: str, text: str) -> dict[str, str]:
    uploads = Path(get_upload_folder())
    uploads.mkdir(parents=True, exist_ok=True)
    path = Path(mkdtemp(dir=uploads)) / name
    path.write_text(text)
    return {"name": name, "path": str(path)}


def test_each_file_is_named_while_it_is_taken(library: Library) -> None:
    tides = uploaded("tides.txt", "The lighthouse keeper Marta Vell retired in Dover on Monday.")
    shown = steps(library, tides, uploaded("empty.txt", ""), {"name": "large.pdf"})
    assert "tides.txt" in shown[0]
    assert SAY.taking in shown[0]
    assert "empty.txt" not in shown[0]
    assert SAY.taking not in shown[-1]
    rows = [row for row in shown[-1].split("<li>") if "<b>" in row]
    assert SAY.added.format(1) in rows[0]
    assert SAY.added.format(1) not in rows[1]
    assert SAY.not_sent in rows[2]
    assert library.index.count() == 1


def test_a_path_that_was_not_uploaded_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The vault opens with 7351.")
    with pytest.raises(InvalidPathError):
        steps(library, {"name": "secret.txt", "path": str(tmp_path / "secret.txt")})
    assert library.index.count() == 0


def test_the_head_says_whose_articles_are_there(library: Library) -> None:
    assert "0 articles" in overview(library.pipeline, SAY)
    asyncio.run(library.sample(request()))
    assert f"12 articles · {SAY.sample} · {SAY.quoting}" in overview(library.pipeline, SAY)
    steps(library, uploaded("tides.txt", "The tides in Dover were high on Monday."))
    assert f"{SAY.sample}, {SAY.added_here}" in overview(library.pipeline, SAY)


def test_titles_are_found_in_any_case_and_with_any_sign(library: Library) -> None:
    titles = ("100 % of Überlingen flooded", "Under_score", "Überall Wasser")
    library.index.ingest(make_article(f"Text {n}.", title=t) for n, t in enumerate(titles))
    found = lambda text: [one.title for one in library.index.titled(text, 9)]  # noqa: E731
    assert found("überl") == [titles[0]]
    assert found("%") == [titles[0]]
    assert found("r_s") == [titles[1]]
    assert len(found("ü")) == 2
    assert "Under_score" in library.view(request(), " under ", None, "", "")
    assert "Under_score" not in library.view(request(), "water", None, "", "")


@pytest.mark.parametrize(
    ("chosen", "days"),
    [
        ("2024-02-03", ("2024-02-03", "2024-02-03")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2024", ("2024-01-01", "2024-12-31")),
        ("soon", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_period_has_a_first_and_a_last_day(
    library: Library, chosen: str, days: tuple[str, str]
) -> None:
    assert library.period(event(period=chosen)) == days
