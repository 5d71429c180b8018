"""An index of two articles with the real pipeline over it, and a receiver of webhooks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.records import Article
from qa.endpoint.app import create_app
from qa.endpoint.keys import Keys
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales
from qa.saved.asking import Asking
from qa.saved.kept import KeptQuestions
from qa.settings import Settings

QUESTION = "Who won the cup of Varn?"
OLD = "The swimmer Ana Dovel won the cup of Varn on Sunday in 52 seconds."
NEW = "The runner Bela Korst won the cup of Varn on Monday in 50 seconds."
TEXTS = {
    "war": "The general Ilya Maretz crossed the river Osk on Monday with 40 tanks.",
    "sport": OLD,
}
BASE, NEAR = "http://127.0.0.1:7860", ("127.0.0.1", 50_000)


def article(id: str, text: str, *collections: str) -> Article:
    return make_article(text, id=id, title=id, collections=collections or [id])


@dataclass
class Receiver:
    """`got` are the headers and bodies that came, by `replies` in turn (the last one for ever); it waits for `go`."""

    url: str
    replies: list[Any] = field(default_factory=lambda: [204])
    got: "Queue[tuple[Any, bytes]]" = field(default_factory=Queue)
    go: threading.Event = field(default_factory=threading.Event)

    def next(self) -> tuple[Any, bytes]:
        return self.got.get(timeout=60)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver as long as it is needed."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            reply = made.replies.pop(0) if len(made.replies) > 1 else made.replies[0]
            made.got.put((self.headers, body))
            made.go.wait(60)
            self.send_response(reply if isinstance(reply, int) else 307)
            if isinstance(reply, str):
                self.send_header("Location", reply)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    made.go.set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    made.go.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, embedder: MiniLMEmbedding, reader: Reader
) -> Iterator[Pipeline]:
    with Index.open(tmp_path_factory.mktemp("index"), embedder) as index:
        yield Pipeline(index, reader, Scales.load())


@pytest.fixture
def pipeline(shared: Pipeline) -> Pipeline:
    """Over the two articles and no other."""
    index = shared.index
    index.remove([one.id for one in index.articles() if one.id not in TEXTS])
    index.ingest(article(id, text) for id, text in TEXTS.items())
    return shared


@pytest.fixture
def index(pipeline: Pipeline) -> Index:
    return pipeline.index


@contextmanager
def served(pipeline: Pipeline, settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(pipeline, settings), base_url=BASE, client=NEAR) as client:
        yield client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def data(folder: Path) -> Path:
    """The data folder of the servers, with no question and no key in it."""
    for name in ("saved.json", "keys.json"):
        (folder / name).unlink(missing_ok=True)
    return folder


@pytest.fixture(scope="module")
def _plain(shared: Pipeline, folder: Path) -> Iterator[TestClient]:
    with served(shared, Settings(data=folder)) as client:
        yield client


@pytest.fixture(scope="module")
def _locked(shared: Pipeline, folder: Path) -> Iterator[TestClient]:
    """A server that has once had keys is locked for good."""
    with served(shared, Settings(data=folder)) as client:
        yield client


@pytest.fixture(scope="module")
def _sending(shared: Pipeline, folder: Path) -> Iterator[TestClient]:
    with served(shared, Settings(data=folder, allow_private=True)) as client:
        yield client


@pytest.fixture
def client(_plain: TestClient, pipeline: Pipeline, data: Path) -> TestClient:
    return _plain


@pytest.fixture
def locked(_locked: TestClient, pipeline: Pipeline, data: Path) -> TestClient:
    _locked.headers.pop("authorization", None)
    return _locked


@pytest.fixture
def sending(_sending: TestClient, pipeline: Pipeline, data: Path) -> TestClient:
    """A server whose webhooks may go to this machine."""
    return _sending


@pytest.fixture
def asking(pipeline: Pipeline, data: Path) -> Asking:
    return Asking(pipeline, KeptQuestions(data), Keys(data))


@pytest.fixture
def alone(pipeline: Pipeline, tmp_path: Path) -> Asking:
    """In a folder of its own: the servers of other tests ask again what stands in theirs."""
    return Asking(pipeline, KeptQuestions(tmp_path), Keys(tmp_path))
