"""The pipeline as the endpoint uses it: off the event loop, a bounded number at a time, each with a
deadline."""

import asyncio
import contextlib
import math
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar, cast

from index.records import Filters
from qa.drafts import Checked, Checker
from qa.endpoint.keys import Keys
from qa.endpoint.observe import Observer
from qa.endpoint.problems import problem
from qa.memory import FREED
from qa.records import Answer, Event, Evidence, Turn
from qa.saved.asking import Asking
from qa.saved.kept import KeptQuestions
from qa.settings import Settings
from qa.writing.chooser import Chooser

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

T = TypeVar("T")
Left = Callable[[], Awaitable[bool]]
POLL = 0.25  # seconds between two looks at whether the client is still there
READERS = 2  # threads that look things up: SQLite takes milliseconds, and answers keep the cores
READS_WAITING = 200  # look-ups that may wait: at milliseconds each, less than a second


class Workers:
    """A thread pool with a bounded queue; what does not fit is refused at once with 503 and
    `Retry-After`."""

    def __init__(self, threads: int, waiting: int, deadline: float) -> None:
        self.threads, self.room = threads, threads + waiting
        self.deadline = deadline
        self.pending = 0
        self.usual = 1.0  # seconds a piece of work takes, the last ones counting most
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="footnote")

    def start(self, make: Callable[[], Iterator[T]], left: Left | None = None) -> AsyncGenerator[T]:
        """Consume `make()` in one worker thread; its items arrive on the event loop in order.

        Closing the returned generator, a client that `left`, or the deadline (504) ends the work
        before its next item. The slot stays taken until the thread is really free.
        """
        with self._lock:
            if self.pending >= self.room:
                wait = str(max(1, min(30, math.ceil(self.pending * self.usual / self.threads))))
                raise problem(
                    503,
                    "busy",
                    f"too many requests at once; try again in {wait} s",
                    headers={"Retry-After": wait},
                )
            self.pending += 1
        loop, items, gone = asyncio.get_running_loop(), asyncio.Queue[Any](), threading.Event()

        def post(item: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
                loop.call_soon_threadsafe(items.put_nowait, item)

        def work() -> None:
            if gone.is_set():
                return
            begun = time.monotonic()
            with contextlib.closing(cast(Any, make())) as steps:
                for step in steps:
                    post(step)
                    if gone.is_set():
                        break
            self.usual += 0.1 * (time.monotonic() - begun - self.usual)
            FREED.give_back()

        def finished(future: Future[None]) -> None:
            with self._lock:
                self.pending -= 1
            post(future)

        future = self._pool.submit(work)
        future.add_done_callback(finished)
        return self._items(future, items, gone, left)

    async def _items(
        self,
        future: Future[None],
        items: asyncio.Queue[Any],
        gone: threading.Event,
        left: Left | None,
    ) -> AsyncGenerator[Any]:
        end = time.monotonic() + self.deadline
        try:
            while (remaining := end - time.monotonic()) > 0:
                try:
                    item = await asyncio.wait_for(items.get(), min(POLL, remaining))
                except TimeoutError:
                    if left is not None and await left():
                        raise problem(
                            499, "client_left", "the client closed the connection"
                        ) from None
                    continue
                if item is future:
                    future.result()
                    return
                yield item
            raise problem(
                504,
                "deadline",
                f"not finished within {self.deadline:g} s; ask less or raise FOOTNOTE_DEADLINE",
            )
        finally:
            gone.set()
            future.cancel()

    async def run(
        self, call: Callable[..., T], *args: Any, left: Left | None = None, **kwargs: Any
    ) -> T:
        """One plain call in a worker thread, under the same bounds."""

        def once() -> Iterator[T]:
            yield call(*args, **kwargs)

        async with contextlib.aclosing(self.start(once, left)) as items:
            return await anext(items)

    def close(self) -> None:
        """Start nothing more; what runs, finishes."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Service:
    """The pipeline behind its workers: `answers` for questions, `reads` for what is looked up and
    told under any load, `writes`, one at a time, for articles."""

    def __init__(self, pipeline: "Pipeline", settings: Settings, observer: Observer) -> None:
        self.pipeline = pipeline
        self.settings = settings
        self.observer = observer
        self.answers = Workers(settings.concurrency, settings.queue, settings.deadline)
        self.reads = Workers(READERS, READS_WAITING, settings.deadline)
        self.writes = Workers(1, settings.queue, settings.deadline)
        self.saved = Asking(pipeline, KeptQuestions(settings.data), Keys(settings.data))
        self.models = Chooser(pipeline, settings)

    def busy(self) -> bool:
        """Whether somebody waits for an answer, or articles come in."""
        return bool(self.answers.pending or self.writes.pending)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        left: Left | None = None,
        **options: Any,
    ) -> AsyncGenerator[Event]:
        """The pipeline's events for one question; `options` are `filters` and `top_k`. Raises 503
        before it returns."""
        return self._watched(
            self.answers.start(lambda: self.pipeline.stream(question, history, **options), left)
        )

    async def _watched(self, events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
        async with contextlib.aclosing(events):
            async for event in events:
                if event.answer is not None:
                    self.observer.answered(event.answer)
                yield event

    async def answer(self, question: str, history: Sequence[Turn] = (), **options: Any) -> Answer:
        """The last event's answer; `options` as for `stream`."""
        async with contextlib.aclosing(self.stream(question, history, **options)) as events:
            async for event in events:
                if event.answer is not None:
                    return event.answer
        raise RuntimeError("the pipeline ended without an answer")

    async def search(
        self, question: str, *, left: Left | None = None, **options: Any
    ) -> list[Evidence]:
        return await self.answers.run(self.pipeline.search, question, left=left, **options)

    async def check(
        self, text: str, filters: Filters = Filters(), *, left: Left | None = None
    ) -> list[Checked]:
        """Each sentence of a text against the articles; a deadline or a client that left ends it
        between two sentences."""
        checker = Checker(self.pipeline.index, self.pipeline.verifier)
        steps = self.answers.start(lambda: checker.check(text, filters), left)
        async with contextlib.aclosing(steps):
            return [step async for step in steps]

    def close(self) -> None:
        for pool in (self.answers, self.reads, self.writes):
            pool.close()
