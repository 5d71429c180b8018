"""What the chat does: asks the service and grows a session's answers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from html import unescape
from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException

from index.records import Filters
from qa.endpoint.schemas import MAX_QUESTION
from qa.endpoint.service import Service
from qa.records import Answer, Note
from ui import texts
from ui.feedback import Feedback
from ui.filters import filters, without
from ui.guard import bounds
from ui.offers import Offers
from ui.turns import Turns, grown, history, messages, refused, turn_of


class Chat:
    """The chat's events over one service; it keeps nothing, a session's answers come in and go out.

    `limits` are the search's sources, first and last day and collections, as the page has them."""

    def __init__(self, service: Service, feedback: Feedback, offers: Offers) -> None:
        self.service, self.pipeline = service, service.pipeline
        self.feedback = feedback
        self.offers = offers

    def shown(self, request: gr.Request, turns: Sequence[Answer]) -> list[dict[str, Any]]:
        """The finished conversation with questions to go on with; reads SQLite."""
        offers = self.offers.within(bounds(request))
        return messages(turns, texts.of(request), offers=offers)

    async def ask(
        self, request: gr.Request, question: str, turns: Turns | None, *limits: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Yields the chat, the session's answers, the question box and whether the reader has
        opened a source since."""
        turns = list(turns or ())
        question = question.strip()[
            :MAX_QUESTION
        ]  # the box holds no more; who forges an event might
        if not question or (turns and not turns[-1].id):
            return  # an answer still grows; nothing is yielded, so nothing of the page changes
        chosen = filters(request, *limits)
        async for step in self._steps(request, question, turns, chosen):
            yield step

    async def _steps(
        self,
        request: gr.Request,
        question: str,
        turns: Turns,
        chosen: Filters,
        *,
        alone: bool = False,
    ) -> AsyncIterator[tuple[Any, ...]]:
        """What `ask` yields; the chosen limits hold `alone`, or with those that the question
        names."""
        say = texts.of(request)
        partial = Answer("", question, question, "answered", 0.0, "", writer=self.pipeline.writer)
        box = gr.Textbox(value="", submit_btn=False, stop_btn=say.stop)
        yield messages([*turns, partial], say, done=False), [*turns, partial], box, False
        try:
            async with aclosing(
                self.service.stream(question, history(turns), filters=chosen, alone=alone)
            ) as events:
                async for event in events:
                    if event.claim or event.evidence:
                        partial = grown(partial, event)
                        yield (
                            messages([*turns, partial], say, done=False),
                            [*turns, partial],
                            gr.skip(),
                            gr.skip(),
                        )
                    elif event.answer:
                        turns.append(event.answer)
        except HTTPException as error:
            yield *self.stop(request, [*turns, partial], refused(error)), gr.skip()
            return
        box = gr.Textbox(submit_btn=say.ask, stop_btn=False)
        yield await asyncio.to_thread(self.shown, request, turns), turns, box, gr.skip()

    async def again(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None, *limits: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        """The same question once more; what came after it goes."""
        at = turn_of(event, turns)
        if turns and at is not None:
            async for step in self.ask(request, turns[at].question, turns[:at], *limits):
                yield step

    async def unlimited(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None, *limits: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        """The same question once more without one of its limits, which leaves the page's own too;
        yields what `ask` does, then the sources, first and last day and collections of the page."""
        at, sent = turn_of(event, turns), event._data or {}
        if not turns or at is None or not turns[-1].id:
            return
        limit, value = str(sent.get("limit")), str(sent.get("value"))
        chosen = replace(without(turns[at].filters, limit, value), within=bounds(request).within)
        own = without(filters(request, *limits), limit, value)
        boxes = (
            list(own.sources),
            own.published_after,
            own.published_before,
            list(own.collections),
        )
        async for step in self._steps(request, turns[at].question, turns[:at], chosen, alone=True):
            yield *step, *boxes

    async def edit(
        self, request: gr.Request, event: gr.EditData, turns: Turns, *limits: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        async for step in self.ask(
            request, unescape(str(event.value)), turns[: _turn(event.index)], *limits
        ):
            yield step

    async def follow(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None, *limits: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        """A question that was offered: an example of the empty page or a follow-up."""
        question = str((event._data or {}).get("question") or "")
        async for step in self.ask(request, question, turns, *limits):
            yield step

    def stop(
        self, request: gr.Request, turns: Turns | None, code: str = "stopped"
    ) -> tuple[Any, ...]:
        """Leaves what was answered so far, with a note that it `stopped` or `failed`, or why it was
        `refused`."""
        say, turns = texts.of(request), list(turns or ())
        if turns and not turns[-1].id:
            turns[-1] = replace(
                turns[-1], id=code, status="partial", notes=(Note(code, getattr(say, code)),)
            )
        return self.shown(request, turns), turns, gr.Textbox(submit_btn=say.ask, stop_btn=False)

    def failed(self, request: gr.Request, turns: Turns | None) -> tuple[Any, ...]:
        return self.stop(request, turns, "failed")

    def report(self, request: gr.Request, event: gr.EventData, turns: Turns | None) -> None:
        """Keeps a reader's judgement; one about an answer that is not there is dropped, it can only
        be forged."""
        data: dict[str, Any] = event._data or {}
        turn = turn_of(event, turns)
        if turns and turn is not None:
            before = [{"role": t.role, "content": t.content} for t in history(turns[:turn])]
            say = texts.of(request)
            kept = self.feedback.add(
                str(data.get("kind")), str(data.get("note") or ""), turns[turn], before
            )
            gr.Info(say.feedback_thanks if kept else say.feedback_full, duration=3)


def _turn(index: int | tuple[int, int]) -> int:
    """Two messages make a turn; a grouped message carries its place in the group too."""
    return (index if isinstance(index, int) else index[0]) // 2
