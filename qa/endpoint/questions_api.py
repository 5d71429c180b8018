"""Questions over HTTP: one or many, the evidence alone, a text to check, and answers as a file."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from qa.endpoint.batch import answer_all
from qa.endpoint.example import EXAMPLE
from qa.endpoint.reach import reach
from qa.endpoint.schemas import (
    ANSWER,
    ERRORS,
    AnswerRequest,
    BatchRequest,
    BatchResponse,
    CheckRequest,
    CheckResponse,
    ExportRequest,
    SearchRequest,
    SearchResponse,
)
from qa.endpoint.service import Service
from qa.endpoint.streams import EventStream, server_sent
from qa.exporting import TYPES, exported
from qa.records import Answer

BOTH = {"application/json": {"example": EXAMPLE}, "text/event-stream": {}}
TYPICAL: dict[int | str, dict[str, Any]] = {200: {"model": Answer, "content": BOTH}}


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["Questions"])

    @router.post(
        "/v1/answer",
        operation_id="answer",
        responses={**TYPICAL, **ERRORS},
        response_model=None,
    )
    async def answer(body: AnswerRequest, request: Request) -> Response:
        """Answer a question. With `stream`, or `Accept: text/event-stream`: events evidence, claim
        (each), done."""
        options = body.options(reach(request.state))
        if body.stream or "text/event-stream" in request.headers.get("accept", ""):
            return EventStream(
                server_sent(service.stream(body.question, body.turns(), **options)),
                "event: error\n",
            )
        record = await service.answer(
            body.question, body.turns(), left=request.is_disconnected, **options
        )
        return Response(ANSWER.dump_json(record), media_type="application/json")

    @router.post("/v1/search", operation_id="search", responses=ERRORS)
    async def search(body: SearchRequest, request: Request) -> SearchResponse:
        """The evidence for a question, best first, without an answer."""
        options = body.options(reach(request.state))
        found = await service.search(body.question, left=request.is_disconnected, **options)
        return SearchResponse(evidence=found)

    @router.post("/v1/batch", operation_id="batch", responses=ERRORS)
    async def batch(body: BatchRequest, request: Request) -> BatchResponse:
        """Answer many questions, one after the other; one that fails, or finds no time left, keeps
        no other out."""
        options = body.options(reach(request.state))
        return await answer_all(service, body.questions, options, request.is_disconnected)

    @router.post(
        "/v1/export",
        operation_id="export",
        responses={200: {"content": {kind: {} for kind, _ in TYPES.values()}}, **ERRORS},
        response_class=Response,
    )
    async def export(body: ExportRequest, request: Request) -> Response:
        """Write answers as a file: Markdown, DOCX or JSON with the citations, or their articles as
        RIS, CSL-JSON or BibTeX."""
        base = str(request.base_url)
        file = await service.reads.run(exported, body.answers, body.format, base)
        kind, ending = TYPES[body.format]
        named = {"Content-Disposition": f'attachment; filename="answers.{ending}"'}
        return Response(file, media_type=kind, headers=named)

    @router.post("/v1/check", operation_id="check", responses=ERRORS)
    async def check(body: CheckRequest, request: Request) -> CheckResponse:
        """Each sentence of a text of one's own: supported, partly, contradicted or not_found, why,
        and by which sources."""
        left = request.is_disconnected
        filters = body.filters(reach(request.state))
        return CheckResponse(sentences=await service.check(body.text, filters, left=left))

    return router
