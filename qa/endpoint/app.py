"""The answer endpoint: one FastAPI app over one pipeline, which the page is mounted on."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from index.store import StoreError
from qa.endpoint import (
    articles_api,
    collections_api,
    health_api,
    model_api,
    openai_api,
    questions_api,
    saved_api,
)
from qa.endpoint.access import Gate
from qa.endpoint.bodies import Countable
from qa.endpoint.exposure import check_exposure
from qa.endpoint.keys import Keys
from qa.endpoint.mcp_server import create_mcp
from qa.endpoint.observe import Observed, Observer
from qa.endpoint.place import Addressed, Placed
from qa.endpoint.problems import invalid, refused, unmatched, unusable
from qa.endpoint.service import Service
from qa.endpoint.sessions import Sessions
from qa.saved.rounds import Rounds
from qa.saved.webhook import Webhooks
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.pipeline import Pipeline


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
    app.router.routes.extend(questions_api.routes(service).routes)
    app.router.routes.extend(health_api.routes(service, app.state.run).routes)
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
