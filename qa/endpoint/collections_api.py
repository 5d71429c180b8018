"""Collections over HTTP: which there are, and taking one away."""

from fastapi import APIRouter, Request

from qa.endpoint.article_schemas import CollectionLine, CollectionList, CollectionRemoved
from qa.endpoint.problems import problem
from qa.endpoint.reach import reach
from qa.endpoint.schemas import ERRORS
from qa.endpoint.service import Service


def routes(service: Service) -> APIRouter:
    index = service.pipeline.index
    router = APIRouter(tags=["Collections"], responses=ERRORS)

    @router.get("/v1/collections", operation_id="list_collections")
    async def list_collections(request: Request) -> CollectionList:
        """The collections by name, and how many articles each has."""
        held = await service.reads.run(index.collections, reach(request.state))
        lines = [CollectionLine(name=name, articles=count) for name, count in held.items()]
        return CollectionList(collections=lines)

    @router.delete("/v1/collections/{name:path}", operation_id="remove_collection")
    async def remove_collection(name: str, request: Request) -> CollectionRemoved:
        """Remove the articles of one collection; those in another too only leave it. 404 when it
        has none."""
        bounds = reach(request.state)

        def write() -> CollectionRemoved:
            with index.alone():
                if name not in index.collections(bounds):
                    raise problem(404, "not_found", f"there is no collection {name!r}")
                removed, kept = index.remove_collection(name)
                return CollectionRemoved(removed=removed, kept=kept)

        return await service.writes.run(write)

    return router
