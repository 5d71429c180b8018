"""The answer endpoint: one FastAPI app over one pipeline, which the page is mounted on."""

import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Route

from index.store import StoreError
from qa.endpoint import articles_api, collections_api, model_api, openai_api, saved_api
from qa.endpoint.access import Gate
from qa.endpoint.batch import answer_all
from qa.endpoint.bodies import Countable
from qa.endpoint.example import EXAMPLE
from qa.endpoint.exposure import check_exposure
from qa.endpoint.keys import Keys
from qa.endpoint.mcp_server import create_mcp
from qa.endpoint.observe import Observed, Observer
from qa.endpoint.place import Addressed, Placed
from qa.endpoint.problems import invalid, problem, refused, unmatched, unusable
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
    Health,
    SearchRequest,
    SearchResponse,
)
from qa.endpoint.service import Service
from qa.endpoint.sessions import Sessions
from qa.endpoint.streams import EventStream, server_sent
from qa.exporting import TYPES, exported
from qa.records import Answer
from qa.saved.rounds import Rounds
from qa.saved.webhook import Webhooks
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.pipeline import Pipeline

BOTH = {"application/json": {"example": EXAMPLE}, "text/event-stream": {}}
TYPICAL: dict[int | str, dict[str, Any]] = {200: {"model": Answer, "content": BOTH}}


def create_app(pipeline: "Pipeline", settings: Settings) -> FastAPI:
    """The app, ready to serve; raises SettingsError when it would be open to others without anybody
    having said so.

    The pipeline stays the caller's to close. `app.state.service` and `app.state.keys` are for what
    is mounted on it; `app.state.run` is a random name of this run, which `/health/live` tells."""
    keys = Keys(settings.data)
    check_exposure(settings, keys)
    observer = Observer(settings)
    service = Service(pipeline, settings, observer)
    server = create_mcp(service)
    no_rebinding_check = TransportSecuritySettings(
        enable_dns_rebinding_protection=False
    )  # the gate has done it
    protocol = server.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=no_rebinding_check
    )

    webhooks = Webhooks(service.saved.kept, allow_private=settings.allow_private)
    rounds = Rounds(service.saved, webhooks, service.busy)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pipeline.index.listeners.append(rounds.wake)
        rounds.start()
        async with server.session_manager.run():
            yield
        pipeline.index.listeners.remove(rounds.wake)
        rounds.end()
        service.close()
        observer.traces.close()

    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    cors = (
        [
            Middleware(
                CORSMiddleware, allow_origins=origins, allow_methods=["*"], allow_headers=["*"]
            )
        ]
        if origins
        else []
    )
    app = FastAPI(
        title="Footnote",
        version="1",
        description="Questions about news articles, answered in sentences that cite their exact "
        "source sentence.",
        docs_url=None,  # the documentation page loads its scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=observer.traces.telemetry(),
        middleware=[
            Middleware(Placed, root_path=settings.root_path),
            Middleware(Observed, observer=observer),
            *cors,
            Middleware(Gate, settings=settings, keys=keys, sessions=Sessions(settings.data, keys)),
            Middleware(
                RequestBodyLimitMiddleware, max_body_size=settings.max_body
            ),  # for bodies that hide their size
            Middleware(Countable),
            Middleware(Addressed),
        ],
        exception_handlers={
            RequestValidationError: invalid,
            HTTPException: refused,
            StoreError: unusable,
        },
    )
    app.state.service, app.state.keys, app.state.run = service, keys, uuid.uuid4().hex
    add_questions(app, service)
    add_health(app, service)
    app.router.routes.extend(articles_api.routes(service).routes)
    app.router.routes.extend(collections_api.routes(service).routes)
    app.router.routes.extend(saved_api.routes(service).routes)
    app.router.routes.extend(model_api.routes(service).routes)
    app.router.routes.extend(openai_api.routes(service).routes)
    app.router.routes.extend(protocol.routes)
    for path in (
        "/v1/{rest:path}",
        "/health",
        "/health/{rest:path}",
    ):  # else a page mounted at / would answer
        route = Route(path, unmatched)
        route.methods = None  # whichever
        app.router.routes.append(route)
    return app


def add_questions(app: FastAPI, service: Service) -> None:
    @app.post(
        "/v1/answer",
        operation_id="answer",
        responses={**TYPICAL, **ERRORS},
        response_model=None,
        tags=["Questions"],
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

    @app.post("/v1/search", operation_id="search", responses=ERRORS, tags=["Questions"])
    async def search(body: SearchRequest, request: Request) -> SearchResponse:
        """The evidence for a question, best first, without an answer."""
        options = body.options(reach(request.state))
        found = await service.search(body.question, left=request.is_disconnected, **options)
        return SearchResponse(evidence=found)

    @app.post("/v1/batch", operation_id="batch", responses=ERRORS, tags=["Questions"])
    async def batch(body: BatchRequest, request: Request) -> BatchResponse:
        """Answer many questions, one after the other; one that fails, or finds no time left, keeps
        no other out."""
        options = body.options(reach(request.state))
        return await answer_all(service, body.questions, options, request.is_disconnected)

    @app.post(
        "/v1/export",
        operation_id="export",
        responses={200: {"content": {kind: {} for kind, _ in TYPES.values()}}, **ERRORS},
        response_class=Response,
        tags=["Questions"],
    )
    async def export(body: ExportRequest, request: Request) -> Response:
        """Write answers as a file: Markdown, DOCX or JSON with the citations, or their articles as
        RIS, CSL-JSON or BibTeX."""
        base = str(request.base_url)
        file = await service.reads.run(exported, body.answers, body.format, base)
        kind, ending = TYPES[body.format]
        named = {"Content-Disposition": f'attachment; filename="answers.{ending}"'}
        return Response(file, media_type=kind, headers=named)

    @app.post("/v1/check", operation_id="check", responses=ERRORS, tags=["Questions"])
    async def check(body: CheckRequest, request: Request) -> CheckResponse:
        """Each sentence of a text of one's own: supported, partly, contradicted or not_found, why,
        and by which sources."""
        left = request.is_disconnected
        filters = body.filters(reach(request.state))
        return CheckResponse(sentences=await service.check(body.text, filters, left=left))


def add_health(app: FastAPI, service: Service) -> None:
    async def health(request: Request) -> Health:
        """Whether questions can be answered: the models are loaded and the index opens (else
        503)."""
        index, pipeline = service.pipeline.index, service.pipeline
        try:
            bounds = reach(request.state)
            count, generation = await service.reads.run(
                lambda: (index.count(bounds), index.generation)
            )
        except (StoreError, OSError, sqlite3.Error) as error:
            raise problem(
                503, "unready", f"the index does not open: {type(error).__name__}"
            ) from error
        writer, model = pipeline.writer, pipeline.model
        return Health(
            status="ok",
            version=installed(),
            articles=count,
            generation=generation,
            writer=writer,
            model=model,
        )

    for path in ("/health", "/health/ready"):
        app.get(
            path, operation_id=path.strip("/").replace("/", "_"), responses=ERRORS, tags=["Health"]
        )(health)

    @app.head("/health/live", include_in_schema=False)
    @app.get("/health/live", operation_id="health_live", tags=["Health"])
    async def live() -> dict[str, str]:
        """Whether the process answers at all; needs no key."""
        return {"status": "ok", "run": app.state.run}

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        pending = {name: getattr(service, name).pending for name in ("answers", "reads", "writes")}
        articles = await service.reads.run(service.pipeline.index.count, reach(request.state))
        text = service.observer.metrics(articles, pending)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def installed() -> str:
    try:
        return version("footnote-qa")
    except PackageNotFoundError:
        return "0"
