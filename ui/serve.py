"""The page on the endpoint, served until told to stop; the data folder says where."""

import asyncio
import errno
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount

from index.store import StoreError
from qa.endpoint.app import create_app
from qa.endpoint.observe import start_logs
from qa.endpoint.problems import unmatched
from qa.settings import Settings, SettingsError
from ui import overview, texts
from ui.article_page import add_article_pages
from ui.connections import Connection
from ui.errors import Shaped
from ui.page import HERE, Page
from ui.remote import FILE
from ui.theme import theme
from ui.watch import Watch

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

GRACE = 15  # seconds for answers in flight after SIGTERM
CLOSING = 5  # and for closing the index; then the process ends, whatever a thread still does
# Gradio would fetch addresses for whoever asks it to, run the page's events by name, and keep on
# the disk what a key that only reads sends it; no browser needs any of it here.
CLOSED = (
    *("proxy=", "file=http", "file/http", "run/", "api/", "call/"),
    *("component_server", "process_recording", "deep_link", "stream/", "vibe-"),
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def app(pipeline: "Pipeline", settings: Settings, watch: Watch | None = None) -> FastAPI:
    """The endpoint with the page at `/`; nothing of either is fetched from elsewhere or reported
    anywhere."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

    endpoint = create_app(pipeline, settings)
    for place in CLOSED:
        endpoint.add_route(f"/gradio_api/{place}{{rest:path}}", unmatched, methods=METHODS)
    add_article_pages(endpoint, endpoint.state.service)

    async def made() -> FastAPI:
        mounted: FastAPI = gr.mount_gradio_app(
            endpoint,
            Page(endpoint.state.service, watch).build(),
            path="/",
            server_name=settings.host,
            server_port=settings.port,
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=False,
            pwa=False,
            max_file_size=settings.max_body,
            theme=theme(),
            css_paths=HERE / "page.css",
            i18n=texts.translations(),
        )
        for route in mounted.routes:
            if isinstance(route, Mount):
                route.app = Shaped(route.app)
        return mounted

    # Inside a loop: where none runs, Gradio opens one for each of its locks and leaves it open.
    return asyncio.run(made())


@contextmanager
def listen(settings: Settings) -> Iterator[socket.socket]:
    """The socket, taken before anything slow starts; raises SettingsError when somebody else has
    it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        taken = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        where = f"FOOTNOTE_HOST, FOOTNOTE_PORT: {settings.host!r}, {settings.port}"
        free = _next_free(settings.host, settings.port, family)
        other = (
            f"--port {free} is free"
            if free and error.errno == errno.EADDRINUSE
            else "choose others"
        )
        raise SettingsError(
            f"{where}: {error.strerror or error}; {other}, or stop who has it"
        ) from None
    with taken:
        yield taken


def _next_free(host: str, port: int, family: socket.AddressFamily) -> int | None:
    """The next of the following ports that nobody has."""
    for candidate in range(port + 1, min(port + 20, 65536)):
        try:
            with socket.create_server((host, candidate), family=family):
                return candidate
        except OSError:
            continue
    return None


@contextmanager
def _announced(folder: Path, host: str, port: int, run: str) -> Iterator[None]:
    """Where to reach this server, said on the terminal and in the data folder as long as it runs,
    there with the name of this run: a server that was killed leaves the file, and another folder's
    may have the port by then."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    url = f"http://{f'[{reached}]' if ':' in reached else reached}:{port}"
    path = folder / FILE
    path.write_text(json.dumps({"url": url, "pid": os.getpid(), "run": run}), "utf-8")
    print(f"{texts.NAME}: {url} (Ctrl-C stops)", flush=True)
    tell("to add articles drop them on the page, or in another terminal: footnote ingest FOLDER")
    try:
        yield
    finally:
        with suppress(
            FileNotFoundError
        ):  # of several servers on one folder, the last one to start is named there
            if json.loads(path.read_text("utf-8"))["pid"] == os.getpid():
                path.unlink()


def tell(line: str) -> None:
    """Says on a terminal what a person there wants to know; a program that reads the output gets
    the log's JSON lines."""
    if sys.stderr.isatty():
        print(f"footnote: {line}", file=sys.stderr, flush=True)


class Server(uvicorn.Server):
    """Uvicorn's server, which ends the process when answers, a model or a closing index outlast the
    time to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """At the first signal the time begins."""
        if not self.should_exit:
            last = threading.Timer(GRACE + CLOSING, leave)
            last.daemon = True
            last.start()
        super().handle_exit(sig, frame)


def leave() -> None:
    """Ends the process at once: Python would wait for every worker. An index is whole however it is
    left."""
    seconds = GRACE + CLOSING
    message = f"{texts.NAME}: work in flight did not end within {seconds} s and was cut off"
    print(message, file=sys.stderr, flush=True)
    os._exit(1)


def _warm(pipeline: "Pipeline") -> None:
    """Beside the server's start; what cannot be loaded is said here, and where a question needs
    it."""
    with suppress(Exception):  # the index may be closed before it is done
        try:
            pipeline.look.warm()
        except StoreError as error:
            print(f"{texts.NAME}: {error}", file=sys.stderr, flush=True)
        pipeline.warm()


def serve(
    pipeline: "Pipeline", settings: Settings, listening: socket.socket, watch: Watch | None = None
) -> None:
    """Runs until SIGINT or SIGTERM; the page says when `watch` last looked.

    Answers in flight get GRACE seconds to finish, open pages would stay for ever.
    """
    if not sys.stderr.isatty():
        start_logs(settings)
    made = app(pipeline, settings, watch)
    config = uvicorn.Config(
        made,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        http=Connection,
        ws="none",  # nothing here speaks it
    )
    # Uvicorn raises the signal once more when it is done; without this SIGTERM would end the
    # process before the index closes.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    port = listening.getsockname()[1]
    threading.Thread(target=_warm, args=[pipeline]).start()
    tell(overview.told(pipeline))
    with (
        _announced(settings.data, settings.host, port, made.state.run),
        suppress(KeyboardInterrupt),
    ):
        Server(config).run(sockets=[listening])
