"""What the chat does: asks the service, keeps one session's answers, and shows them and their
sources."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace
from datetime import date
from html import escape, unescape
from typing import Any

import gradio as gr
from starlette.exceptions import HTTPException

from index.records import Filters
from qa.endpoint.reach import sees
from qa.endpoint.schemas import MAX_QUESTION
from qa.endpoint.service import Service
from qa.records import Answer, Citation, Event, Evidence, Note, Turn
from ui import suggest, texts
from ui.feedback import Feedback
from ui.guard import bounds
from ui.offers import Offers
from ui.panel import Panel
from ui.render import Render
from ui.suggest import Offer
from ui.texts import Texts

Turns = list[Answer]


def messages(
    turns: Sequence[Answer], say: Texts, *, done: bool = True, offers: Sequence[Offer] = ()
) -> list[dict[str, Any]]:
    """The conversation for gr.Chatbot, questions escaped (it renders HTML in them), the last answer
    with follow-ups."""
    shown: list[dict[str, Any]] = []
    show, asked = Render(say), [record.question for record in turns]
    for number, record in enumerate(turns):
        last = number == len(turns) - 1
        html = show.answer(record, number, done=done or not last)
        if last and done:
            html += show.follow_ups(suggest.follow_ups(record, offers, asked))
            html += show.follow_ups(suggest.instead(record, offers, asked), say.instead)
        shown.append({"role": "user", "content": escape(record.question, quote=False)})
        content = gr.HTML(html, apply_default_css=False, js_on_load=None)
        shown.append({"role": "assistant", "content": content})
    return shown


def history(turns: Sequence[Answer]) -> list[Turn]:
    pairs = ((Turn("user", t.question), Turn("assistant", t.answer)) for t in turns if t.answer)
    return [turn for pair in pairs for turn in pair]


def _grow(partial: Answer, event: Event) -> Answer:
    """The answer so far: a claim goes where it says it stands, whatever separates it from the last
    one."""
    if event.kind == "evidence":
        return replace(partial, evidence=event.evidence)
    if event.claim is None:
        return partial
    markers = "".join(f" [{number}]" for number in event.claim.citations)
    start = event.claim.start - len(event.lead)
    return replace(
        partial,
        answer=partial.answer.ljust(start)[:start] + event.lead + event.claim.text + markers,
        claims=(*partial.claims, event.claim),
        citations=(*partial.citations, *event.citations),
    )


def filters(
    request: gr.Request,
    sources: list[str] | None,
    after: str | None,
    before: str | None,
    collections: list[str] | None = None,
) -> Filters:
    """Raises gr.Error for a date that is not one; empty boxes limit nothing but what the visitor's
    key does."""
    say = texts.of(request)
    edges = [(edge or "").strip() or None for edge in (after, before)]
    for edge in edges:
        try:
            date.fromisoformat(edge or "2000-01-01")
        except ValueError:
            raise gr.Error(say.bad_date.format(edge), duration=8, print_exception=False) from None
    within = bounds(request).within
    return Filters(edges[0], edges[1], tuple(sources or ()), tuple(collections or ()), within)


def refused(error: HTTPException) -> str:
    """The name of the text that says why: too many ask at once, it took too long, or something
    else."""
    detail: Any = error.detail
    return next((code for code in ("busy", "deadline") if detail["code"] == code), "failed")


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
                        partial = _grow(partial, event)
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
        at = _asked(event, turns)
        if turns and at is not None:
            async for step in self.ask(request, turns[at].question, turns[:at], *limits):
                yield step

    async def unlimited(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None, *limits: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        """The same question once more without one of its limits, which leaves the page's own too;
        yields what `ask` does, then the sources, first and last day and collections of the page."""
        at, sent = _asked(event, turns), event._data or {}
        if not turns or at is None or not turns[-1].id:
            return
        limit, value = str(sent.get("limit")), str(sent.get("value"))
        chosen = replace(_without(turns[at].filters, limit, value), within=bounds(request).within)
        own = _without(filters(request, *limits), limit, value)
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

    def read(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None
    ) -> tuple[str, bool]:
        """The article of a citation or passage, with that place marked; the reader has opened
        something."""
        show = Panel(texts.of(request))
        data: dict[str, Any] = event._data or {}
        article = self.pipeline.index.article(str(data.get("article")))
        if article is None or not sees(bounds(request), article):
            return show.message(show.say.gone), True
        if "start" not in data:  # chosen from the list of articles
            return show.article(article, {}), True
        turn, start, end = (int(data.get(key) or 0) for key in ("turn", "start", "end"))
        record = turns[turn] if turns and 0 <= turn < len(turns) else None
        text = _known(record, article.id).get((start, end), article.text[start:end])
        if article.text[start:end] != text:
            start = article.text.find(text)
            end = start + len(text)
        if start < 0:
            return show.message(show.say.changed) + show.article(article, {}, turn), True
        spans = {"mark": (start, end), "near": self._neighbours(article.id, start, end)}
        return show.article(article, spans, turn), True

    def _neighbours(self, article_id: str, start: int, end: int) -> tuple[int, int]:
        """From the sentence before a place to the one after it."""
        sentences = self.pipeline.index.sentences(article_id)
        before = [one.start for one in sentences if one.end <= start]
        after = [one.end for one in sentences if one.start >= end]
        return max(before, default=start), min(after, default=end)

    def sources(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None
    ) -> tuple[str, bool]:
        """The sources of the answer that was asked for; nothing, which shows the articles, when
        there is none."""
        show, turn = Panel(texts.of(request)), _asked(event, turns)
        if not turns or turn is None:
            return "", True
        return show.sources(turns[turn], turn), True

    async def search(
        self, request: gr.Request, event: gr.EventData, turns: Turns | None, *limits: Any
    ) -> tuple[str, bool]:
        show, turn = Panel(texts.of(request)), _asked(event, turns)
        if not turns or turn is None:
            return "", True
        chosen = filters(request, *limits)
        try:
            found = await self.service.search(turns[turn].standalone_question, filters=chosen)
        except HTTPException as error:
            return show.message(getattr(show.say, refused(error))), True
        return show.found(turns[turn].question, found, turn), True

    def last_sources(self, request: gr.Request, turns: Turns | None, opened: bool) -> Any:
        """The last answer's sources, unless the reader is reading one already; the articles after a
        refusal, whose nearest sentences stand in it."""
        if opened or not turns:
            return gr.skip()
        if not turns[-1].citations:
            return ""
        return Panel(texts.of(request)).sources(turns[-1], len(turns) - 1)

    def report(self, request: gr.Request, event: gr.EventData, turns: Turns | None) -> None:
        """Keeps a reader's judgement; one about an answer that is not there is dropped, it can only
        be forged."""
        data: dict[str, Any] = event._data or {}
        turn = _asked(event, turns)
        if turns and turn is not None:
            before = [{"role": t.role, "content": t.content} for t in history(turns[:turn])]
            say = texts.of(request)
            kept = self.feedback.add(
                str(data.get("kind")), str(data.get("note") or ""), turns[turn], before
            )
            gr.Info(say.feedback_thanks if kept else say.feedback_full, duration=3)


def _known(record: Answer | None, article_id: str) -> dict[tuple[int, int], str]:
    """The texts that an answer took from an article, by their places."""
    if record is None:
        return {}
    taken: list[Citation | Evidence] = [*record.evidence, *record.citations]
    return {(one.start, one.end): one.text for one in taken if one.article_id == article_id}


def _without(chosen: Filters, limit: str, value: str) -> Filters:
    """The filters without this value of the field named `limit`; as they are for anything else."""
    fields = asdict(chosen)
    if limit in ("sources", "collections", "authors"):
        fields[limit] = tuple(one for one in fields[limit] if one != value)
    if limit in ("published_after", "published_before"):
        fields[limit] = None
    return Filters(**fields)


def _asked(event: gr.EventData, turns: Turns | None) -> int | None:
    """The turn that an event of the page is about, when there is such a one."""
    turn = int((event._data or {}).get("turn") or 0)
    return turn if turns and 0 <= turn < len(turns) else None


def _turn(index: int | tuple[int, int]) -> int:
    """Two messages make a turn; a grouped message carries its place in the group too."""
    return (index if isinstance(index, int) else index[0]) // 2
