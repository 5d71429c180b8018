"""A real Chromium on the served page; no test may make it send a request beyond loopback or log an error."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from index.articles import make_article
from index.embedder import MiniLMEmbedding
from index.index import Index
from index.records import Filters
from index.sentences import split
from qa.endpoint.keys import Keys
from qa.pipeline import Pipeline
from qa.records import NEAREST, Answer, Citation, Claim, Event, Evidence, Note, Turn
from qa.settings import Settings
from ui import serve

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
ARTEFACTS = Path(__file__).parents[2] / "artefacts"
HOSTILE = (
    '<script>document.title="owned"</script><img src=x onerror=\'document.title="owned"\'> [read](javascript:alert(1)) '
    "&lt;b&gt;bold&lt;/b&gt; {{value}} ${document.title} \u202egnidaer\u202c The harbour of Ostend closed on Tuesday. "
    "# Not a heading " + "Verylongword" * 60 + "."
)
expect.set_options(timeout=20_000)  # a machine that does other things too


def _nearest(passage: Evidence) -> Evidence:
    """Its first sentence, as a refusal has it."""
    first = split(passage.text)[0]
    start = passage.start
    return replace(
        passage, start=start + first.start, end=start + first.end, text=first.text, why=NEAREST
    )


class Staged:
    """A stand-in for the pipeline over a real index, so that what the page shows does not hang on how well questions are
    answered: quotes the two found sentences that share most words with the question, refuses when they share none.

    A question with `slowly` waits for `go` after its first claim; `disagree` gives partial support and a note; one about
    the moon is refused."""

    writer, model = "quote", None

    def __init__(self, index: Index) -> None:
        self.index, self.go = index, threading.Event()

    def quoting(self) -> "Staged":
        return self

    def search(self, question: str, *, filters: Filters = Filters(), **_: Any) -> list[Evidence]:
        found = self.index.find(question, 8, filters)
        return [
            Evidence(
                a.id,
                a.title,
                a.source,
                a.published,
                p.start,
                p.end,
                p.text,
                f.score,
                False,
                "below the threshold",
            )
            for f in found
            for a, p in [(f.article, f.passage)]
        ]

    def answer(self, question: str) -> Answer:
        *_, last = self.stream(question)
        assert last.answer
        return last.answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), **options: Any
    ) -> Iterator[Event]:
        evidence, words = (
            self.search(question, **options),
            set(re.findall(r"\w{4,}", question.lower())),
        )
        yield Event("evidence", tuple(evidence))
        pairs = [(seen, one) for seen in evidence for one in split(seen.text)]
        ranked = sorted(
            pairs, key=lambda pair: -len(words & set(re.findall(r"\w{4,}", pair[1].text.lower())))
        )
        claims, citations, body, disagree = (
            list[Claim](),
            list[Citation](),
            "",
            "disagree" in question,
        )
        for number, (seen, one) in enumerate(ranked[:2] if "moon" not in words else (), 1):
            start = len(body)
            support: Any = "partly" if disagree else "supported"
            reason = "the date is missing" if disagree else None
            claims.append(
                Claim(one.text, start, start + len(one.text), support, 0.9, reason, (number,))
            )
            low, high = seen.start + one.start, seen.start + one.end
            cited = Citation(
                number,
                seen.article_id,
                seen.title,
                seen.source,
                None,
                seen.published,
                low,
                high,
                one.text,
            )
            citations.append(cited)
            body += f"{one.text} [{number}]\n"
            yield Event("claim", claim=claims[-1], citations=(cited,))
            if "slowly" in question:
                self.go.wait(60)
        spots = {(c.article_id, c.start) for c in citations}
        used = tuple(
            replace(e, used=any(e.article_id == i and e.start <= s < e.end for i, s in spots))
            for e in evidence
        )
        notes = (Note("sources_disagree", "The sources disagree."),) if disagree else ()
        status: Any = "answered" if claims else "no_answer"
        if not claims:
            used = (*map(_nearest, evidence), *used)
        yield Event(
            "done",
            answer=Answer(
                "staged",
                question,
                question,
                status,
                0.9,
                body.strip(),
                None,
                tuple(claims),
                tuple(citations),
                used,
                (),
                notes,
            ),
        )


@contextmanager
def serving(pipeline: Any, data: Path) -> Iterator[str]:
    """The page's address, as long as it is served by a thread of this process."""
    settings = Settings(data=data, port=0)
    with serve.listen(settings) as listening:
        with ThreadPoolExecutor(1) as apart:  # Playwright runs an event loop in this thread
            app = apart.submit(serve.app, pipeline, settings).result()
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="session")
def staged(seed_index: Index) -> Staged:
    return Staged(seed_index)


@pytest.fixture(scope="session")
def real_site(pipeline: Pipeline, data: Path) -> Iterator[str]:
    """The page over the real pipeline."""
    with serving(pipeline, data) as address:
        yield address


@pytest.fixture(scope="session")
def site(staged: Staged, data: Path) -> Iterator[str]:
    with serving(staged, data) as address:
        yield address


@pytest.fixture
def own_site(tmp_path: Path, embedder: MiniLMEmbedding) -> Iterator[str]:
    """A page over an index of its own, with one hostile article in it."""
    with _own(tmp_path, embedder) as address:
        yield address


@pytest.fixture
def empty_site(tmp_path: Path, embedder: MiniLMEmbedding) -> Iterator[str]:
    """A page over no articles yet."""
    with Index.open(tmp_path, embedder) as index, serving(Staged(index), tmp_path) as address:
        yield address


@pytest.fixture
def locked_site(tmp_path: Path, embedder: MiniLMEmbedding) -> Iterator[tuple[str, str]]:
    """The same behind keys, and a key that may only read."""
    key = Keys(tmp_path).add("reader")
    with _own(tmp_path, embedder) as address:
        yield address, key


@contextmanager
def _own(folder: Path, embedder: MiniLMEmbedding) -> Iterator[str]:
    with Index.open(folder, embedder) as index:
        title = '<b onmouseover=alert(1)>Ostend</b> "\u202eharbour'
        index.ingest(
            [
                make_article(
                    HOSTILE,
                    title=title,
                    source="<i>Wire</i>",
                    published="2025-10-01",
                    id='"><b>hostile',
                )
            ]
        )
        with serving(Staged(index), folder) as address:
            yield address


Open = Callable[..., Page]


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser context for each set of options, kept so that Gradio's files are fetched once."""
    made: dict[str, BrowserContext] = {}

    def context(**options: Any) -> BrowserContext:
        if (name := repr(sorted(options.items()))) not in made:
            made[name] = chromium.new_context(
                **{"viewport": {"width": 1280, "height": 860}, **options}
            )
            made[name].grant_permissions(["clipboard-read", "clipboard-write"])
        return made[name]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def open_page(
    contexts: Callable[..., BrowserContext], request: pytest.FixtureRequest
) -> Iterator[Open]:
    """Opens an address in a page of its own; options are Playwright's for a context. Leaves a screenshot behind."""
    pages, outside, errors = list[Page](), list[str](), list[str]()

    def opened(address: str, *, until: str = "#fn-box textarea", **options: Any) -> Page:
        page = contexts(**options).new_page()
        pages.append(page)
        page.on("request", lambda sent: outside.append(sent.url) if not _ours(sent.url) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.goto(address)
        expect(page.locator(until)).to_be_visible()
        return page

    yield opened
    ARTEFACTS.mkdir(exist_ok=True)
    for number, page in enumerate(pages):
        page.screenshot(path=ARTEFACTS / f"{request.node.name}-{number}.png".replace("/", "_"))
        page.evaluate("localStorage.clear()")
        page.context.clear_cookies()
        page.close()
    assert outside == []
    # the log-in form is the body of a 401, a key that only reads gets 403 for an upload, and a page that is left
    # breaks its own streams off
    expected = ("401", "403", "AbortError", "Connection errored out")
    assert [line for line in errors if not any(known in line for known in expected)] == []


def _ours(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob") or parts.hostname in ("127.0.0.1", "localhost")


def ask(page: Page, question: str) -> Any:
    """Asks, waits until the answer is complete, gives the answer's element."""
    answers = page.locator(".fn-foot")
    before = answers.count()
    box = page.locator("#fn-box textarea")
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(before + 1)
    return page.locator(".fn-answer").last


@pytest.fixture
def asked() -> Callable[[Page, str], Any]:
    return ask
