"""Many questions in one request, within the time that one request may take."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from starlette.exceptions import HTTPException

from qa.endpoint.schemas import BatchLine, BatchResponse, ErrorBody
from qa.endpoint.service import Left, Service

LATE = ErrorBody(code="deadline", message="no time was left; ask it again in another request")
GONE = 499


async def answer_all(
    service: Service, questions: Sequence[str], options: dict[str, Any], left: Left
) -> BatchResponse:
    """The answers in the questions' order; raises 503 when the service is too busy to begin, 499
    when the client left."""
    end = monotonic() + service.settings.deadline
    lines: list[BatchLine] = []
    for question in questions:
        if monotonic() > end:
            lines.append(BatchLine(question=question, answer=None, error=LATE))
            continue
        try:
            answer = await service.answer(question, left=left, **options)
            lines.append(BatchLine(question=question, answer=answer, error=None))
        except HTTPException as refused:
            if refused.status_code == GONE or not lines:
                raise
            detail: Any = refused.detail
            error = ErrorBody(code=detail["code"], message=detail["message"])
            lines.append(BatchLine(question=question, answer=None, error=error))
    return BatchResponse(answers=lines)
