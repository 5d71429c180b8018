"""A hand-made pipeline for what a real one cannot be made to do on demand: wait, break, refuse; and
clients over it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from index.articles import among, make_article
from index.embedder import MiniLMEmbedding
from index.files import walk
from index.index import Index
from index.loading import load
from index.plan import IngestReport
from index.records import Article, Filters, Sentence
from qa.endpoint.app import create_app
from qa.pipeline import Pipeline
from qa.reading.reader import Reader
from qa.reading.scales import Scales
from qa.records import Answer, Citation, Claim, Event, Evidence, Note, Turn
from qa.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"
BASE = "http://127.0.0.1:7860"
NEAR = ("127.0.0.1", 50_000)  # whom a test's client says it is
TEXT = "Talks\n\nSergey Lavrov leads the Russian side. Marco Rubio leads the American side."
FIRST, SECOND = "Sergey Lavrov leads the Russian side.", "Marco Rubio leads the American side."


@dataclass
class HandMadeIndex:
    kept: dict[str, Article] = field(default_factory=dict)
    generation: int = 1
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def articles(
        self, limit: int | None = None, offset: int = 0, filters: Filters = Filters()
    ) -> list[Article]:
        chosen = [
            a for a in self.kept.values() if not filters.sources or a.source in filters.sources
        ]
        return sorted(chosen, key=lambda a: a.id)[
            offset : None if limit is None else offset + limit
        ]

    def count(self, filters: Filters = Filters()) -> int:
        return len(self.articles(filters=filters))

    def article(self, article_id: str) -> Article | None:
        return self.kept.get(article_id)

    def sentences(self, article_id: str) -> list[Sentence]:
        text = self.kept[article_id].text if article_id in self.kept else ""
        return [
            Sentence(text.find(s), text.find(s) + len(s), s) for s in (FIRST, SECOND) if s in text
        ]

    def collections(self, filters: Filters = Filters()) -> dict[str, int]:
        return {}

    def near(self, article_id: str, filters: Filters = Filters()) -> list[str]:
        return sorted(
            a.id
            for a in self.kept.values()
            if a.text == self.kept[article_id].text and a.id != article_id
        )

    def ingest(self, articles: Sequence[Article], *, held: Filters = Filters()) -> IngestReport:
        report = IngestReport()
        for article in articles:
            if isinstance(article, Exception):
                report.failed.append(str(article))
                continue
            stored = among(article, article.collections or ())
            old = self.kept.get(article.id)
            report.unchanged += old == stored
            report.added += old is None
            report.replaced += old is not None and old != stored
            self.kept[article.id] = stored
        self.generation += 1
        return report

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def remove(self, ids: Sequence[str]) -> int:
        return len([self.kept.pop(one) for one in ids if one in self.kept])


@dataclass
class HandMadePipeline:
    """Answers every question with two claims; a question with `wait` waits for `go`, one with
    `break` raises, one with `unknown` is refused. `closed` is set when a stream was closed, `asked`
    keeps what came in."""

    index: HandMadeIndex
    writer: str = "quote"
    model: str | None = None
    go: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)
    used: Any = None
    asked: list[tuple[str, tuple[Turn, ...], Filters, int | None]] = field(default_factory=list)

    def use(self, model: Any) -> Any:
        before, self.used = self.used, model
        self.model = model.name if model else None
        return before

    def quoting(self) -> "HandMadePipeline":
        return self

    def evidence(self) -> Evidence:
        return Evidence(
            "talks/one.md", "Talks", "Gazette", "2025-10-17", 7, 81, TEXT[7:81], 0.7, True, "cited"
        )

    def search(
        self, question: str, *, filters: Filters = Filters(), top_k: int | None = None
    ) -> list[Evidence]:
        self.asked.append((question, (), filters, top_k))
        return [self.evidence()]

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = Filters(),
        top_k: int | None = None,
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history), filters, top_k))
        try:
            yield Event("evidence", evidence=(self.evidence(),))
            self.begun.set()
            if "wait" in question:
                self.go.wait(10)
            if "break" in question:
                raise RuntimeError(f"cannot answer {question}")
            answer = self.refusal(question) if "unknown" in question else self.answered(question)
            for claim, citation in zip(answer.claims, answer.citations, strict=True):
                yield Event("claim", claim=claim, citations=(citation,))
            yield Event("done", answer=answer)
        finally:
            self.closed.set()

    def refusal(self, question: str) -> Answer:
        note = Note("not_in_articles", "Not in these articles.")
        text = "The articles do not say."
        return Answer(
            "a2",
            question,
            question,
            "no_answer",
            0.1,
            text,
            evidence=(self.evidence(),),
            notes=(note,),
        )

    def answered(self, question: str) -> Answer:
        claims, citations, joined = [], [], ""
        for number, text in enumerate((FIRST, SECOND), 1):
            joined += "\n" if joined else ""
            start, at = len(joined), TEXT.find(text)
            joined += f"{text} [{number}]"
            claims.append(Claim(text, start, start + len(text), "supported", 1.0, None, (number,)))
            where = ("talks/one.md", "Talks", "Gazette", None, "2025-10-17")
            page = f"/a/talks%2Fone.md?s={at}-{at + len(text)}"
            citations.append(Citation(number, *where, at, at + len(text), text, page, page))
        parts = {
            "claims": tuple(claims),
            "citations": tuple(citations),
            "evidence": (self.evidence(),),
        }
        return Answer(
            "a1", question, question, "answered", 0.9, joined, **parts, timings_ms={"retrieve": 1.5}
        )


@pytest.fixture
def hand_made() -> Iterator[HandMadePipeline]:
    article = make_article(
        TEXT,
        title="Talks",
        source="Gazette",
        published="2025-10-17",
        id="talks/one.md",
        collections="",
    )
    pipeline = HandMadePipeline(HandMadeIndex({article.id: article}))
    yield pipeline
    pipeline.go.set()  # no thread may wait longer than its test


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def serve(hand_made: HandMadePipeline, settings: Settings) -> Iterator[Callable[..., TestClient]]:
    """A function that makes a client of an app over the hand-made pipeline; its arguments change
    settings."""
    clients: list[TestClient] = []

    def start(**changes: object) -> TestClient:
        app = create_app(hand_made, settings.model_copy(update=changes))
        clients.append(TestClient(app, base_url=BASE, client=NEAR, follow_redirects=False))
        return clients[-1].__enter__()

    yield start
    hand_made.go.set()
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serve: Callable[..., TestClient]) -> TestClient:
    return serve()


@contextmanager
def running(app: Any) -> Iterator[uvicorn.Server]:
    """A real server on a free port of loopback, in a thread; `should_exit` stops it."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="none"))
    started, startup = threading.Event(), server.startup

    async def announced(sockets: Any = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = announced  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(20)
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(20)


def where(server: uvicorn.Server) -> str:
    host, port = server.servers[0].sockets[0].getsockname()
    return f"http://{host}:{port}"


@pytest.fixture
def server(hand_made: HandMadePipeline, settings: Settings) -> Iterator[uvicorn.Server]:
    with running(create_app(hand_made, settings)) as server:
        yield server
        hand_made.go.set()


@pytest.fixture
def address(server: uvicorn.Server) -> str:
    return where(server)


@pytest.fixture(scope="module")
def seeded(
    embedder: MiniLMEmbedding, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a server over the real pipeline and the seeds, which may be written to."""
    place = tmp_path_factory.mktemp("seeded")
    with Index.open(place, embedder) as index:
        index.ingest(article for path, root in walk([SEEDS]) for article in load(path, root))
        with running(
            create_app(Pipeline(index, reader, Scales.load()), Settings(data=place))
        ) as server:
            yield where(server)
