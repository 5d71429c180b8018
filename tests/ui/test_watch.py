"""Watching: what is new in a folder or a feed is taken as it comes, with a report."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.progress import Progress

from index.plan import IngestReport
from index.records import Article
from qa.settings import Settings, SettingsError
from ui import intake, watch_cli
from ui.overview import looked
from ui.texts import ENGLISH
from ui.watch import Watch, seconds

OPTIONS = {"every": 0.05, "collections": ["news"], "allow_private": True}
PATIENCE = 60  # seconds, for a machine that is busy


class Taken:
    """An index that only keeps what it is given; `told` gets each report as it comes."""

    def __init__(self) -> None:
        self.kept: dict[str, Article] = {}
        self.told: queue.Queue[tuple[str, IngestReport]] = queue.Queue()
        self.broken = False

    def ingest(self, articles: Iterable[Article | Exception]) -> IngestReport:
        if self.broken:
            raise RuntimeError("the disk is full; make room")
        report = IngestReport()
        for one in articles:
            if isinstance(one, Exception):
                report.failed.append(str(one))
            elif self.kept.get(one.id) != one:
                report.replaced += one.id in self.kept
                report.added += one.id not in self.kept
                self.kept[one.id] = one
        return report

    def tell(self, place: str, report: IngestReport) -> None:
        self.told.put((place, report))

    def next(self) -> IngestReport:
        return self.told.get(timeout=PATIENCE)[1]


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def watch(taken: Taken) -> Iterator[Callable[..., Watch]]:
    made: list[Watch] = []

    def start(*places: object, **options: Any) -> Watch:
        told = OPTIONS | options
        made.append(Watch(list(map(str, places)), taken.ingest, taken.tell, told))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.end()


def test_a_folder_is_taken_whole_and_then_as_it_changes(
    tmp_path: Path, taken: Taken, watch: Callable[..., Watch]
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("The harbour opens.")
    running = watch(tmp_path)
    assert taken.next().added == 1
    [article] = taken.kept.values()
    assert (article.id, article.origin) == ("sub/a.txt", str(tmp_path))
    assert article.collections == ("news",)
    (tmp_path / "b.txt").write_text("The harbour closes.")
    assert taken.next().added == 1
    (tmp_path / "sub" / "a.txt").write_text("The harbour opens again.")
    while taken.kept["sub/a.txt"].text != "The harbour opens again.":
        taken.next()
    (tmp_path / "photo.jpg").write_bytes(b"x")
    (tmp_path / "b.txt").unlink()
    (tmp_path / "c.json").write_text("{")
    assert "is not JSON" in taken.next().failed[0]
    assert sorted(taken.kept) == ["b.txt", "sub/a.txt"]  # what is gone stays
    assert running.looked is not None


def test_a_file_that_comes_at_the_start_is_not_missed(
    tmp_path: Path, taken: Taken, watch: Callable[..., Watch]
) -> None:
    watch(tmp_path)
    (tmp_path / "a.txt").write_text("The harbour opens.")
    assert taken.next().added == 1


class Feed:
    """A feed that can be changed; `asked` gets the headers of each request, `first` is set at the first."""

    def __init__(self) -> None:
        self.entries = ["The harbour opens."]
        self.status = 200
        self.asked: queue.Queue[Any] = queue.Queue()
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                tag = f'"{len(feed.entries)}"'
                known = self.headers.get("if-none-match") == tag
                self.send_response(304 if known else feed.status)
                self.send_header("ETag", tag)
                self.send_header("Content-Type", "application/rss+xml")
                self.end_headers()
                items = "".join(
                    f"<item><title>T{n}</title><link>https://g.example/{n}</link>"
                    f"<description>{text}</description></item>"
                    for n, text in enumerate(feed.entries)
                )
                body = f'<rss version="2.0"><channel><title>G</title>{items}</channel></rss>'
                self.wfile.write(b"" if known else body.encode())
                feed.asked.put((dict(self.headers), known))

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/feed"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def feed() -> Iterator[Feed]:
    made = Feed()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_feed_is_asked_for_what_is_new(
    feed: Feed, taken: Taken, watch: Callable[..., Watch]
) -> None:
    watch(feed.url)
    assert taken.next().added == 1
    while not feed.asked.get(timeout=PATIENCE)[1]:
        pass  # until it is told that nothing is new
    feed.entries.append("The harbour closes.")
    assert taken.next().added == 1
    assert sorted(taken.kept) == ["https://g.example/0", "https://g.example/1"]


def test_what_fails_is_told_and_tried_again(
    feed: Feed, taken: Taken, watch: Callable[..., Watch]
) -> None:
    feed.status = 500
    taken.broken = True
    watch(feed.url)
    feed.status = 200
    while "disk is full" not in taken.next().failed[0]:
        pass
    taken.broken = False
    while not taken.next().added:
        pass
    assert len(taken.kept) == 1


def test_a_private_address_is_refused_unless_allowed(
    feed: Feed, taken: Taken, watch: Callable[..., Watch]
) -> None:
    watch(feed.url, allow_private=False)
    assert "not of the public net" in taken.next().failed[0]
    assert feed.asked.empty()


@pytest.mark.parametrize("allowed", [True, False])
def test_an_address_is_ingested_beside_files(feed: Feed, tmp_path: Path, allowed: bool) -> None:
    (tmp_path / "a.txt").write_text("The harbour closes.")
    options = {
        "columns": {},
        "collections": ["news"],
        "allow_private": allowed,
        "follow_links": False,
    }
    places = [feed.url, str(tmp_path)]
    with Progress(disable=True) as progress:
        page, file = intake._articles(places, options, progress, [])
    assert isinstance(file, Article)
    assert (file.id, file.origin) == ("a.txt", str(tmp_path))
    if allowed:
        assert isinstance(page, Article)
        assert (page.origin, page.collections) == (feed.url, ("news",))
    else:
        assert "not of the public net" in str(page)


@pytest.mark.parametrize("text", ["10", "m", "10x", "-1m", "4s", "0m", "1e3s", ""])
def test_a_time_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 10m"):
        seconds(text)


def test_times() -> None:
    assert [seconds(text) for text in ("5s", "10m", "2h", "1d")] == [5, 600, 7200, 86_400]


def test_a_server_watches_what_its_settings_name(tmp_path: Path, taken: Taken) -> None:
    (tmp_path / "a.txt").write_text("The harbour opens.")
    index: Any = taken
    with watch_cli.watching(Settings(watch=f" {tmp_path} ,"), index) as running:
        assert running is not None
        while running.looked is None:
            running.stop.wait(0.05)
        assert sorted(taken.kept) == ["a.txt"]
        assert f"{running.looked.astimezone():%H:%M}" in looked(running, ENGLISH)
    with watch_cli.watching(Settings(), index) as nothing:
        assert nothing is None
        assert looked(nothing, ENGLISH) == ""
    for bad in ({"watch": str(tmp_path / "none")}, {"watch": str(tmp_path), "watch_every": "x"}):
        with (
            pytest.raises(SettingsError, match="FOOTNOTE_WATCH"),
            watch_cli.watching(Settings(**bad), index),
        ):
            pass
    assert looked(SimpleNamespace(looked=None), ENGLISH) == ""  # type: ignore[arg-type]
