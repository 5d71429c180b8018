"""Adding files over the page: each is taken by itself, and the visitor is told which one is being taken."""

import asyncio
import io
import json
import re
import threading
import tracemalloc
import zipfile
from datetime import datetime
from html import unescape
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder

from index.articles import among, make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.records import Article, Filters
from ui import uploads
from ui.library import Library
from ui.overview import overview, told
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


def event(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def steps(library: Library, *files: dict[str, str], visitor: Any = None, **more: Any) -> list[str]:
    """What the page shows one after the other while these files are taken."""
    sent = event(files=list(files), **more)

    async def read() -> list[str]:
        return [shown async for shown in library.add(visitor or request(), sent)]

    return asyncio.run(read())


def uploaded(name: str, text: str) -> dict[str, str]:
    folder = Path(get_upload_folder())
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(mkdtemp(dir=folder)) / name
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


def test_of_a_files_faults_no_more_are_kept_than_anybody_reads(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "KEPT", 1)
    rows = '{"text": "The tides were high on Monday."}\n' + '{"text": 5\n' * 4
    last = steps(library, uploaded("rows.jsonl", rows))[-1]
    assert SAY.added.format(1) in last
    assert last.count("rows.jsonl:") == 1


ROW = "The tides were high on Monday, day {}."
MAIL = "From a\nSubject: A\nFrom: a@b.example\n\n" + ROW + "\n\n"


def feed(rows: range) -> bytes:
    items = (
        f"<item><title>A</title><description>{ROW.format(n)}</description></item>" for n in rows
    )
    return f"<rss><channel>{''.join(items)}</channel></rss>".encode()


def zipped(rows: range) -> bytes:
    """Rows that are taken, and as many that are not."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for n in rows[::2]:
            made.writestr(f"{n}.txt", ROW.format(n))
            made.writestr(f"{n}.json", "{")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", lambda rows: "\n".join(f'{{"text": "{ROW.format(n)}"}}' for n in rows)),
        ("a.json", lambda rows: json.dumps([{"text": ROW.format(n)} for n in rows])),
        ("a.csv", lambda rows: "text\n" + "\n".join(f'"{ROW.format(n)}"' for n in rows)),
        ("a.tsv", lambda rows: "title\ttext\n" + "\n".join(f"A\t{ROW.format(n)}" for n in rows)),
        ("a.mbox", lambda rows: "".join(MAIL.format(n) for n in rows)),
        ("a.rss", feed),
        ("a.zip", zipped),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_file_of_more_rows_than_are_held_is_refused_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch, name: str, content: Any
) -> None:
    monkeypatch.setattr(uploads, "ROWS", 10)
    file = uploaded(name, "")
    Path(file["path"]).write_bytes(encoded(content(range(12))))
    last = steps(library, file)[-1]
    assert f"{name}: has more than 10 rows, and nothing is taken; split it" in unescape(last)
    assert library.index.count() == 0
    Path(file["path"]).write_bytes(encoded(content(range(10))))
    assert "has more than" not in steps(library, file)[-1]
    assert library.index.count() == (5 if name == "a.zip" else 10)


def encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


@pytest.mark.parametrize("row", ['{"text": "Words."}', '{"a": 1}', "[1, 2, 3]"])
def test_a_million_tiny_rows_are_not_read_to_the_end(library: Library, row: str) -> None:
    file = uploaded("a.jsonl", f"{row}\n" * 1_000_000)
    tracemalloc.start()
    try:
        last = steps(library, file)[-1]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "has more than 20,000 rows" in last
    assert library.index.count() == 0
    assert peak < 60_000_000


def test_a_path_that_was_not_uploaded_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The vault opens with 7351.")
    with pytest.raises(InvalidPathError):
        steps(library, {"name": "secret.txt", "path": str(tmp_path / "secret.txt")})
    assert library.index.count() == 0


def test_the_head_says_whose_articles_are_there(library: Library) -> None:
    assert "0 articles" in overview(library.pipeline, SAY)
    asyncio.run(library.sample(request()))
    sample = SAY.seeds.format(12)
    assert told(library.pipeline) == f"{sample} · {SAY.quoting}"  # the count is said once
    steps(library, uploaded("tides.txt", "The tides in Dover were high on Monday."))
    assert f"13 articles · {sample}, {SAY.added_here}" in overview(library.pipeline, SAY)
    feed = make_article("The bread.", id="b", origin="https://paper.example/feed.xml")
    library.index.ingest([feed])
    assert f"{sample}, paper.example, {SAY.added_here}" in told(library.pipeline)


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


def test_the_samples_go_with_one_click(library: Library) -> None:
    asyncio.run(library.sample(request()))
    library.index.ingest([make_article("The bread of Calais.", id="own", collections=[])])
    assert SAY.remove_seeds.format(12) in library.view(request(), "", None, "", "", None)
    assert SAY.seeds.format(12) in library.state(request())[0]
    asyncio.run(library.remove_seeds(request()))
    assert "unseed" not in library.view(request(), "", None, "", "", None)
    assert [one.id for one in library.index.articles()] == ["own"]
    assert SAY.seeds.format(12) not in library.state(request())[0]


def test_a_bound_key_sees_and_takes_its_own_only(library: Library) -> None:
    bound = request()
    bound.request.state.collections = ("war",)
    for name in ("war", "sport"):
        article = make_article(
            f"News of {name}.", title=name, source=name, collections=[name], origin=f"/{name}"
        )
        library.index.ingest([article])
    head, sources, collections = library.state(bound)
    assert "1 article · war" in head
    assert "sport" not in head
    assert [name for name, _ in sources.choices] == ["war"]
    assert [name for name, _ in collections.choices] == ["war"]
    for sought in ("", "r"):
        listed = library.view(bound, sought, None, "", "", None)
        assert listed.count('fn-row"') == 1
        assert "sport" not in listed
    [other] = library.index.articles(filters=Filters(collections=("sport",)))
    asyncio.run(library.remove(bound, event(article=other.id)))
    assert library.index.article(other.id)
    shared = make_article("News of both.", id="both", collections=["sport", "war"])
    library.index.ingest([shared])
    with pytest.raises(gr.Error, match="not bound to"):
        asyncio.run(library.remove(bound, event(article="both")))
    steps(library, uploaded("new.txt", "The lighthouse keeper retired."), visitor=bound)
    assert library.index.count(Filters(within=("war",))) == 3
    with pytest.raises(gr.Error, match=SAY.read_only):
        asyncio.run(library.sample(bound))


def add(library: Library, file: dict[str, str], key: str = "", keep: bool = False) -> str:
    """What the visitor is told of a file."""
    visitor = request()
    visitor.request.state.owner = key
    shown = steps(library, file, visitor=visitor, keep=keep)[-1]
    return unescape(shown.partition("<span>")[2].partition("</span>")[0])


def test_the_same_file_again_replaces_its_article(library: Library) -> None:
    first, second = "The lighthouse of Dover opened.", "The lighthouse of Dover closed."
    assert add(library, uploaded("a.txt", first)) == SAY.added.format(1)
    assert add(library, uploaded("a.txt", first)) == SAY.unchanged.format(1)
    assert add(library, uploaded("a.txt", second)) == SAY.replaced.format(1)
    assert [one.text for one in library.index.articles()] == [second]
    assert add(library, uploaded("a.txt", first), keep=True) == SAY.added.format(1)
    assert add(library, uploaded("a.txt", first), key="ann") == SAY.added.format(1)
    assert add(library, uploaded("a.txt", second), key="ann") == SAY.replaced.format(1)
    assert library.index.count() == 3
    assert add(library, uploaded("a.txt", "")).endswith("remove it")  # a bad one takes nothing
    assert library.index.count() == 3


def test_what_went_from_a_file_stays_where_others_read_it(library: Library) -> None:
    table = "text,title\nThe first story.,One\nThe second story.,Two\nThe third story.,Three\n"
    bound = request()
    bound.request.state.collections = ("war",)
    steps(library, uploaded("a.csv", table), visitor=bound)
    for article, collections in zip(library.index.articles()[1:], (["sport"], []), strict=True):
        library.index.ingest([among(article, collections)])
    [first] = library.index.articles(filters=Filters(within=("war",)))
    kept = [one.title for one in library.index.articles() if one.id != first.id]
    steps(library, uploaded("a.csv", "text,title\nAnother story.,Four\n"), visitor=bound)
    assert {one.title for one in library.index.articles()} == {"Four", *kept}


def test_files_of_one_name_in_two_folders_are_two(library: Library) -> None:
    for folder in ("may", "june"):
        file = uploaded("a.txt", f"The lighthouse opened in {folder}.")
        assert add(library, file | {"name": f"{folder}/a.txt"}) == SAY.added.format(1)
    assert library.index.count() == 2


def test_an_upload_replaces_nothing_that_a_folder_brought(library: Library) -> None:
    library.index.ingest([make_article("From a folder.", path="a.txt", origin="/news")])
    add(library, uploaded("a.txt", "From a visitor."))
    assert library.index.count() == 2


def test_a_tables_rows_that_went_are_gone(library: Library) -> None:
    table = "text,title\nThe first story.,One\nThe second story.,Two\n"
    assert add(library, uploaded("a.csv", table)) == SAY.added.format(2)
    shorter = table.replace("The second story.,Two\n", "")
    said = add(library, uploaded("a.csv", shorter))
    assert said == f"{SAY.unchanged.format(1)}; {SAY.dropped.format(1)}"
    add(library, uploaded("a.csv", table.replace("The second story.", "")))
    assert [one.title for one in library.index.articles()] == ["One"]


def test_what_is_not_english_is_said(library: Library) -> None:
    text = "Der Leuchtturm von Dover wurde gestern Abend nach langer Arbeit wieder geöffnet. " * 4
    said = add(library, uploaded("a.txt", text))
    assert said.startswith(f"{SAY.added.format(1)}; a.txt: does not read as English")


def test_unknown_columns_are_chosen_on_the_page(library: Library) -> None:
    table = uploaded("a.csv", "story,when,what\nThe lighthouse opened.,2025-10-17,Light\n")
    shown = steps(library, table)[-1]
    assert SAY.unknown_columns in shown
    assert "COLUMN" not in shown
    assert shown.count("<select") == 4
    assert [name for name in ("story", "when", "what") if f"<option>{name}<" not in shown] == []
    [files] = re.findall('data-files="(.*?)"', shown)
    assert json.loads(unescape(files)) == [table]
    columns = {"text": "story", "title": "what", "published": "when", "source": ""}
    shown = steps(library, table, columns=columns)[-1]
    assert SAY.added.format(1) in shown
    assert "<select" not in shown
    [article] = library.index.articles()
    assert (article.title, article.published) == ("Light", "2025-10-17")


def test_the_head_says_when_folders_were_last_looked_at(library: Library) -> None:
    assert SAY.looked.partition("{")[0] not in library.state(request())[0]
    looked = datetime(2025, 10, 17, 9, 5).astimezone()
    library.watch = SimpleNamespace(looked=looked)  # type: ignore[assignment]
    assert SAY.looked.format("09:05") in library.state(request())[0]


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
    asyncio.run(library.remove(request(), event(article="tides")))
    assert library.index.count() == 0
    asyncio.run(library.remove(request(), event(article="tides")))
    assert threading.main_thread().name not in asked_in
    assert len(asked_in) == 2
