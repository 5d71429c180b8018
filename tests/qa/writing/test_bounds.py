"""A model's server may send anything for ever: what is taken of it, and how long, has a bound."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from qa.settings import Settings
from qa.writing import bounds
from qa.writing.bounds import within
from qa.writing.models import connect
from qa.writing.numbered import Numbered
from qa.writing.writers import LONGEST_REPLY, write
from tests.fakes import ScriptedLLM

SENTENCES = [Numbered(1, "Sergey Lavrov leads the Russian side.", "Budapest summit")]
EVENT = b'data: {"choices": [{"index": 0, "delta": {"content": "%s"}}]}\n\n'
LISTING = b'{"data": [{"id": "m"}]}'


class Handler(BaseHTTPRequestHandler):
    """Lists a model, and answers with the server's `pieces`, again and again until nobody reads."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(LISTING)))
        self.end_headers()
        self.wfile.write(LISTING)

    def do_POST(self) -> None:
        self.send_response(200)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            while True:
                self.wfile.write(self.server.piece)
        except OSError:
            self.server.left.set()

    def log_message(self, *_: object) -> None:
        return


class Server(ThreadingHTTPServer):
    daemon_threads = True


@contextmanager
def endless(piece: bytes, **headers: str) -> Iterator[ThreadingHTTPServer]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.piece = piece * (100_000 // max(1, len(piece)) + 1)
        server.left = threading.Event()
        server.headers = {"Content-Type": "text/event-stream", **headers}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("piece", "headers"),
    [
        (EVENT % b" ".join(b"%d" % number for number in range(3_000)), {}),
        (EVENT % (b"[1,2," * 100_000), {}),
        (EVENT % b"", {}),
        (b"data: ", {}),  # a line that never ends
        (b": a comment\n\n", {}),
        (b"\n", {}),
        (gzip.compress(EVENT % b"word ", mtime=0), {"Content-Encoding": "gzip"}),
    ],
)
def test_an_endless_reply_is_cut_and_the_connection_closed(tmp_path, monkeypatch, piece, headers):
    monkeypatch.setattr(bounds, "LONGEST_RESPONSE", 100_000)
    with endless(piece, **headers) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        with closing(connect(Settings(data=tmp_path, llm_url=url))) as model:
            draft = write(model.llm, "Who leads?", SENTENCES, timeout=60, pause=0)
            assert len("".join(draft)) <= LONGEST_REPLY
            assert draft.failed == "the model's server sent more than an answer needs"
            assert server.left.wait(30)


def test_an_endless_reply_that_drips_ends_at_the_time(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "LONGEST_RESPONSE", 10**12)
    with endless(b"\n") as server:
        url = f"http://127.0.0.1:{server.server_port}"
        with closing(connect(Settings(data=tmp_path, llm_url=url, llm_timeout=0.5))) as model:
            draft = write(model.llm, "Who leads?", SENTENCES, timeout=model.timeout)
            assert list(draft) == []
            assert draft.failed == "the model's server did not answer in time"
            assert server.left.wait(30)


def test_no_time_of_the_model_is_longer_than_the_requests(tmp_path):
    with endless(b"") as server:
        url = f"http://127.0.0.1:{server.server_port}"
        with closing(connect(Settings(data=tmp_path, llm_url=url, deadline=3))) as model:
            assert model.timeout == 3


@pytest.mark.parametrize("chunk", [50, 10_000_000])
def test_one_piece_or_many_a_reply_has_a_longest(chunk):
    reply = "".join(f"[{number}," for number in range(100_000))
    draft = write(ScriptedLLM(reply, chunk=chunk), "Who?", SENTENCES, pause=0)
    assert len("".join(draft)) <= LONGEST_REPLY
    assert draft.failed


def test_a_call_that_never_ends_is_left_behind():
    go = threading.Event()
    with pytest.raises(TimeoutError, match=r"0\.1 s"):
        within(0.1, lambda: go.wait(30))
    go.set()
    assert within(10, lambda: 7) == 7
    with pytest.raises(KeyError):
        within(10, lambda: {}["a"])
