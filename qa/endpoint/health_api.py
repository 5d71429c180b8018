"""How the service does, over HTTP: health and figures."""

import sqlite3

from fastapi import APIRouter, Request
from starlette.responses import Response

from index.store import StoreError
from qa.endpoint.problems import problem
from qa.endpoint.reach import reach
from qa.endpoint.schemas import ERRORS, Health
from qa.endpoint.service import Service
from qa.version import installed


def routes(service: Service, run: str) -> APIRouter:
    """`run` is the random name that `/health/live` tells."""
    router = APIRouter()

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
        router.get(
            path, operation_id=path.strip("/").replace("/", "_"), responses=ERRORS, tags=["Health"]
        )(health)

    @router.head("/health/live", include_in_schema=False)
    @router.get("/health/live", operation_id="health_live", tags=["Health"])
    async def live() -> dict[str, str]:
        """Whether the process answers at all; needs no key."""
        return {"status": "ok", "run": run}

    @router.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        pending = {name: getattr(service, name).pending for name in ("answers", "reads", "writes")}
        articles = await service.reads.run(service.pipeline.index.count, reach(request.state))
        text = service.observer.metrics(articles, pending)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return router
