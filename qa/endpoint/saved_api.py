"""Saved questions over HTTP: save, list, look at what is new, remove."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Request
from starlette.responses import Response

from index.fetch import FetchError, check_address
from qa.endpoint.problems import problem
from qa.endpoint.saved_for import Who, who
from qa.endpoint.saved_schemas import (
    SavedLine,
    SavedList,
    SavedMade,
    SavedRecord,
    SaveRequest,
    line,
    record,
)
from qa.endpoint.schemas import ERRORS
from qa.endpoint.service import Service
from qa.saved.kept import MOST
from qa.saved.question import SavedQuestion, drafted
from qa.settings import SettingsError

LOG = logging.getLogger("footnote")


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["Saved questions"], responses=ERRORS)
    add_saving(router, service)
    add_looks(router, service)
    return router


def add_saving(router: APIRouter, service: Service) -> None:
    saved = service.saved

    @router.get("/v1/saved", operation_id="list_saved")
    async def list_saved(request: Request) -> SavedList:
        """The saved questions, the oldest first, and how much is new for each."""
        asker = who(request.state)

        def read() -> list[SavedLine]:
            with kept():
                rows = [row for row in saved.kept.all() if asker.sees(row)]
                return [SavedLine(**line(row, saved.new(row))) for row in rows]

        return SavedList(saved=await service.reads.run(read))

    @router.post("/v1/saved", operation_id="save_question", status_code=201)
    async def save_question(body: SaveRequest, request: Request) -> SavedMade:
        """Save a question. It is asked once before this replies: what is cited now is not new."""
        asker = who(request.state)
        owner = body.owner or asker.name
        allow = service.settings.allow_private

        def save() -> SavedMade:
            with kept():
                key = owner_of(body, asker)
                draft = drafted(
                    body.question, body.filters(), owner=owner, key=key, webhook=body.webhook
                )
                if saved.kept.full(key):
                    text = f"{MOST} questions are saved already; remove one first"
                    raise problem(422, "too_many_saved", text)
                if draft.webhook:
                    check_webhook(draft.webhook, allow)
                return SavedMade(**record(saved.save(draft), []), secret=draft.secret)

        return await service.answers.run(save)

    def owner_of(body: SaveRequest, asker: Who) -> str | None:
        """The id of the key it is saved for; raises 403 where this key may not, 422 for a key that
        is not there."""
        if body.webhook and not asker.write:
            text = f"the key {asker.name!r} may read only; a webhook needs one that may write"
            raise problem(403, "read_only", text, "webhook")
        if body.owner in (None, asker.name):
            return asker.id
        if not asker.everybody:
            text = f"the key {asker.name!r} may save for itself only; leave owner out"
            raise problem(403, "foreign_owner", text, "owner")
        key = next((key for key in saved.keys.all() if key.name == body.owner), None)
        if key is None:
            text = f"there is no key {body.owner!r}; leave owner out or add the key"
            raise problem(422, "unknown_owner", text, "owner")
        return key.id


def add_looks(router: APIRouter, service: Service) -> None:
    """What is done with one question."""
    saved = service.saved

    def found(saved_id: str, asker: Who) -> SavedQuestion:
        row = saved.kept.get(saved_id)
        if row is None or not asker.sees(row):
            raise missing(saved_id)
        return row

    @router.get("/v1/saved/{saved_id}", operation_id="get_saved")
    async def get_saved(saved_id: str, request: Request) -> SavedRecord:
        """One question with the sentences that are new; it stays as it is."""
        asker = who(request.state)

        def read() -> SavedRecord:
            with kept():
                row = found(saved_id, asker)
                return SavedRecord(**record(row, saved.new(row)))

        return await service.reads.run(read)

    @router.post("/v1/saved/{saved_id}/look", operation_id="look_at_saved")
    async def look_at_saved(saved_id: str, request: Request) -> SavedRecord:
        """What is new, once more and for the last time: it is asked again first if articles came in
        since."""
        asker = who(request.state)

        def look() -> SavedRecord:
            with kept():
                looked = saved.look(found(saved_id, asker).id)
            if looked is None:  # somebody removed it meanwhile
                raise missing(saved_id)
            return SavedRecord(**record(*looked))

        return await service.answers.run(look)

    @router.delete("/v1/saved/{saved_id}", operation_id="remove_saved", status_code=204)
    async def remove_saved(saved_id: str, request: Request) -> Response:
        """Save it no more; 404 when there is none."""
        asker = who(request.state)

        def remove() -> None:
            with kept():
                saved.kept.remove(found(saved_id, asker).id)

        await service.reads.run(remove)
        return Response(status_code=204)


def missing(saved_id: str) -> Exception:
    return problem(404, "not_found", f"there is no saved question {saved_id!r}")


@contextmanager
def kept() -> Iterator[None]:
    """503 when the file of saved questions cannot be used; why stands in the log."""
    try:
        yield
    except SettingsError as error:
        LOG.error(str(error))
        text = "the saved questions cannot be read or written; the log says why"
        raise problem(503, "saved_unusable", text) from None


def check_webhook(address: str, allow_private: bool) -> None:
    try:
        check_address(address, allow_private=allow_private)
    except FetchError as error:
        raise problem(422, "bad_webhook", f"the address {error}", "webhook") from None
