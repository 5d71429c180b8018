"""Errors in the endpoint's one shape, `{error: {code, message, field?}}`, whoever raised them."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from qa.endpoint.schemas import MAX_QUESTION

LOG = logging.getLogger("footnote")
CODES = {404: "not_found", 405: "wrong_method", 413: "too_large", 422: "bad_value", 503: "busy"}
OURS = (
    "bad_text",
    "bad_date",
    "bad_dates",
    "empty_question",
    "too_much",
    "many_faults",
)  # complaints of schemas
# Pydantic's name for a complaint, or that of the field and its complaint: our code and words.
OWN = {
    "extra_forbidden": ("unknown_field", "not a field of this request"),
    "missing": ("missing_field", "needed"),
    "string_unicode": ("bad_text", "holds half a surrogate pair; send whole Unicode characters"),
    "question.string_too_long": (
        "question_too_long",
        f"a question may have {MAX_QUESTION} characters",
    ),
    "question.string_too_short": ("empty_question", "a question needs at least one word"),
    "question.string_pattern_mismatch": ("empty_question", "a question needs at least one word"),
}


def problem(
    status: int,
    code: str,
    message: str,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTTPException:
    """An error with the endpoint's one shape; raise it, the app renders it."""
    body = {"code": code, "message": message} | ({"field": field} if field else {})
    return HTTPException(status, body, dict(headers or {}))  # type: ignore[arg-type]


def shown(
    status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """The same as a response, for where nothing catches what is raised."""
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def first_problem(errors: Sequence[Any]) -> HTTPException:
    """Pydantic's first complaint as a problem: bad JSON is 400, a bad value 422."""
    kind, message, place = (
        errors[0]["type"],
        errors[0]["msg"],
        [str(part) for part in errors[0]["loc"]],
    )
    if kind == "json_invalid":
        return problem(
            400,
            "bad_json",
            "the body is not JSON: " + str(errors[0].get("ctx", {}).get("error", message)),
        )
    code = kind if kind in OURS else "bad_value"
    code, message = OWN.get(f"{place[-1]}.{kind}") or OWN.get(kind) or (code, message)
    return problem(422, code, message, ".".join(place[1:]) or None)


async def invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return await refused(request, first_problem(error.errors()))


async def refused(request: Request, error: Exception) -> Response:
    """Every error in the endpoint's one shape, whoever raised it."""
    assert isinstance(error, HTTPException)
    detail: Any = error.detail
    if not isinstance(detail, dict):
        bound = request.scope.get(MAX_BODY_SIZE_SCOPE_KEY)
        message = f"a body may have {bound} bytes" if error.status_code == 413 and bound else detail
        return shown(
            error.status_code,
            CODES.get(error.status_code, "refused"),
            message,
            headers=error.headers,
        )
    return JSONResponse({"error": detail}, error.status_code, error.headers)


async def unusable(request: Request, error: Exception) -> Response:
    """503 for an index that cannot be used; why stands in the log, for it names files."""
    LOG.error(str(error))
    return shown(503, "index_unusable", "the index cannot be used; the server's log says why")


async def unmatched(request: Request) -> Response:
    """404 or 405 for a path of the endpoint that no route took."""
    app, here = request.app, request.scope
    others = {
        method
        for route in app.routes
        if route.matches(here)[0] is Match.PARTIAL
        for method in getattr(route, "methods", None) or ()
    }
    if others:
        raise HTTPException(
            405, "this path does not take that method", {"Allow": ", ".join(sorted(others))}
        )
    raise HTTPException(404, "there is nothing at this path")
