"""A model server on loopback that does what no model server should, one thing after the other."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

END = b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
LINE = "Sergey Lavrov leads 300 talks in Oslo. [1]\n"


def piece(text: str) -> bytes:
    return (
        f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': text}}]})}\n\n".encode()
    )


def endless(content: bytes) -> Callable[[], Iterator[bytes]]:
    def repeated() -> Iterator[bytes]:
        while True:
            yield content

    return repeated


REPLIES: dict[str, Callable[[], Iterator[bytes]]] = {
    "one piece of brackets": lambda: iter([piece("[1,2," * 2_000_000), END]),
    "endless words": endless(piece("the talks go on ") * 1_000),
    "endless empty pieces": endless(piece("") * 1_000),
    "a line without end": endless(b"data: " * 10_000),
    "endless comments": endless(b": here\n\n" * 10_000),
    "equal lines": lambda: iter([piece(LINE * 51), END]),
    "different lines": lambda: iter(
        [piece("".join(f"He led {number} talks. [1]\n" for number in range(200))), END]
    ),
    "markers without end": lambda: iter([piece("He leads " + "[1][2][3]" * 800), END]),
    "packed": endless(gzip.compress(piece("word ") * 1_000)),
    "no JSON": lambda: iter([b"data: {{{\n\n", END]),
    "odd JSON": lambda: iter([b'data: {"choices": 7}\n\n', b"data: []\n\n", END]),
    "nothing": lambda: iter([]),
    "a broken end": lambda: iter([piece(LINE)]),
    "a drip": lambda: iter([]),
}


class BadModel(ThreadingHTTPServer):
    """Lists one model and answers with what `says` names; `asked` is set when somebody asks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.says = "nothing"
        self.asked, self.ended = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: BadModel

    def do_GET(self) -> None:
        listing = b'{"data": [{"id": "m"}]}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(listing)))
        self.end_headers()
        self.wfile.write(listing)

    def do_POST(self) -> None:
        says = self.server.says
        self.server.asked.set()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if says == "packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            if says == "a drip":
                while not self.server.ended.wait(0.5):
                    self.wfile.write(b": wait\n\n")
            for content in REPLIES[says]():
                self.wfile.write(content)
        except OSError:  # the other side has had enough, as it should
            return

    def log_message(self, *_: Any) -> None:
        return
