"""The same answers in OpenAI's shape, so that its clients and chat front ends work unchanged."""

import json
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, Response

from qa.endpoint.problems import problem
from qa.endpoint.reach import reach
from qa.endpoint.schemas import ANSWER, ERRORS, MAX_QUESTION, Body, Question, Text
from qa.endpoint.service import Service
from qa.endpoint.streams import EventStream
from qa.links import absolute
from qa.records import Answer, Citation, Claim, Event, Tokens, Turn

MODEL = "footnote"
QUESTION: TypeAdapter[str] = TypeAdapter(Question)


class Part(BaseModel):
    type: str
    text: Text | None = None


class ChatMessage(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[Part] | None = None

    def plain(self) -> str:
        parts = self.content or ""
        return (
            parts if isinstance(parts, str) else "\n".join(part.text for part in parts if part.text)
        )


class StreamOptions(BaseModel):
    include_usage: bool | None = False


class ChatRequest(Body):
    """Fields of OpenAI's that are not named here (temperature, tools, ...) are accepted and have no
    effect."""

    model: Text = Field(examples=[MODEL])
    messages: list[ChatMessage] = Field(min_length=1, max_length=500)
    stream: bool | None = False
    stream_options: StreamOptions | None = None

    def asked(self) -> tuple[str, list[Turn]]:
        """The last user message and the turns before it; system messages are instructions and are
        not followed."""
        said = [(m.role, m.plain()) for m in self.messages if m.role in ("user", "assistant")]
        if not said or said[-1][0] != "user":
            raise problem(422, "empty_question", "the last message must be the user's", "messages")
        try:
            question = QUESTION.validate_python(said[-1][1])
        except ValidationError:
            text = f"the last message must be a question of 1 to {MAX_QUESTION} characters"
            code = "question_too_long" if len(said[-1][1]) > MAX_QUESTION else "empty_question"
            raise problem(422, code, text, "messages") from None
        return question, [
            Turn("user" if role == "user" else "assistant", text) for role, text in said[-21:-1]
        ]


def annotations(
    claims: Sequence[Claim], citations: Sequence[Citation], base: str, shift: int = 0
) -> list[dict[str, Any]]:
    """A `url_citation` for each claim and citation: `content[start_index:end_index]` is the
    claim."""
    by_number = {citation.number: citation for citation in citations}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": claim.start + shift,
                "end_index": claim.end + shift,
                "title": source.title,
                "url": absolute(source.link, base),
            },
            "footnote": {"number": number, "article_id": source.article_id, "text": source.text}
            | {
                "start": source.start,
                "end": source.end,
                "source": source.source,
                "published": source.published,
                "page": absolute(source.page, base),
            },
        }
        for claim in claims
        for number in claim.citations
        if (source := by_number.get(number))
    ]


def usage(answer: Answer) -> dict[str, int] | None:
    """Tokens of the language model: zero when none was asked, null when its server does not count
    them."""
    told = answer.tokens or (Tokens(0, 0) if answer.draft is None else None)
    if told is None:
        return None
    total = told.prompt + told.completion
    return {
        "prompt_tokens": told.prompt,
        "completion_tokens": told.completion,
        "total_tokens": total,
    }


async def chunks(
    events: AsyncGenerator[Event], base: str, *, with_usage: bool
) -> AsyncGenerator[str]:
    """The answer as `chat.completion.chunk`s: each claim when it is checked, then what the answer
    has beyond."""
    head: dict[str, Any] = {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": "chat.completion.chunk"}
    head |= {"created": int(time.time()), "model": MODEL}
    sent = ""

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return f"data: {json.dumps(head | {'choices': [choice]} | more)}\n\n"

    async with aclosing(events):
        async for event in events:
            if event.kind == "evidence":
                yield chunk({"role": "assistant", "content": ""})
            elif event.claim is not None:
                marks = "".join(f"[{number}]" for number in event.claim.citations)
                gap = " " * (
                    event.claim.start - len(sent) - len(event.lead)
                )  # of the answer's text, where it may be a new line
                piece = f"{gap}{event.lead}{event.claim.text} {marks}"
                sent += piece
                yield chunk({"content": piece})
            elif event.answer is not None:
                answer, shift = event.answer, 0
                rest = answer.answer[len(sent) :]
                if (
                    answer.answer[: len(sent)].split() != sent.split()
                ):  # only white space may differ
                    rest, shift = "\n\n" + answer.answer, len(sent) + 2
                if rest:
                    yield chunk({"content": rest})
                places = annotations(answer.claims, answer.citations, base, shift)
                yield chunk(
                    {"annotations": places},
                    "stop",
                    footnote=ANSWER.dump_python(answer, mode="json"),
                )
                if with_usage:
                    yield f"data: {json.dumps(head | {'choices': [], 'usage': usage(answer)})}\n\n"
    yield "data: [DONE]\n\n"


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["OpenAI shape"], responses=ERRORS)
    card = {"id": MODEL, "object": "model", "created": 1_700_000_000, "owned_by": "footnote"}

    @router.get("/v1/models", operation_id="list_models")
    async def list_models() -> dict[str, Any]:
        """The one model there is: the pipeline with its writer."""
        return {"object": "list", "data": [card]}

    @router.get("/v1/models/{model}", operation_id="get_model")
    async def get_model(model: str) -> dict[str, Any]:
        """That model, or 404."""
        check_model(model)
        return card

    @router.post("/v1/chat/completions", operation_id="chat", response_class=JSONResponse)
    async def chat(body: ChatRequest, request: Request) -> Response:
        """The last user message is the question; citations come as `annotations`, the whole record
        as `footnote`."""
        check_model(body.model)
        question, history = body.asked()
        base, bounds = str(request.base_url), reach(request.state)
        if body.stream:
            events = service.stream(question, history, filters=bounds)
            with_usage = bool(body.stream_options and body.stream_options.include_usage)
            return EventStream(chunks(events, base, with_usage=with_usage))
        answer = await service.answer(
            question, history, left=request.is_disconnected, filters=bounds
        )
        message: dict[str, Any] = {"role": "assistant", "content": answer.answer, "refusal": None}
        message |= {"annotations": annotations(answer.claims, answer.citations, base)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        whole: dict[str, Any] = {"id": f"chatcmpl-{answer.id}", "object": "chat.completion"}
        whole |= {
            "created": int(time.time()),
            "model": MODEL,
            "choices": [choice],
            "usage": usage(answer),
            "footnote": ANSWER.dump_python(answer, mode="json"),
        }
        return JSONResponse(whole)

    return router


def check_model(name: str) -> None:
    if name != MODEL:
        raise problem(
            404, "model_not_found", f"there is no model {name!r} here; ask for {MODEL!r}", "model"
        )
