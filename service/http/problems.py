"""Every fault as a response: RFC 9457 problem details, and OpenAI's error shape under `/v1/`.

Handlers and middleware all make their responses here, so that the path alone decides the shape.
Nothing that a client sent is echoed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from onrecord.index.errors import UNUSABLE, ArchiveBusy, Conflict, QuestionTooLong, UnreadablePage

MEDIA_TYPE = "application/problem+json"
OPENAI_PREFIX = "/v1/"
OPENAI_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
RETRY_SECONDS = 5  # after which an archive that is being written to is worth another try
# What a request asks for and cannot have; the error's text says why.
REFUSED: dict[type[Exception], int] = {QuestionTooLong: 422, UnreadablePage: 422, Conflict: 409}
log = logging.getLogger(__name__)


class FieldFault(BaseModel):
    """One wrong field: where it is, as a JSON pointer, and what is wrong with it."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """A fault, in the terms of RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldFault] | None = None


class OpenAIError(BaseModel):
    """A fault in OpenAI's terms; `param` names the wrong field, `code` the kind if it has one."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIFault(BaseModel):
    """The body of a faulty response, as OpenAI's clients read it."""

    error: OpenAIError


def problem(
    request: Request,
    status: int,
    detail: str,
    errors: list[FieldFault] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The response to a fault; `detail` is for people and holds nothing that was sent."""
    path = request.scope["path"]
    if path.startswith(OPENAI_PREFIX):
        return _openai_fault(path, status, detail, errors, headers)
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=quote(path, errors="replace"),
        errors=errors,
    )
    content = body.model_dump(exclude_none=True)
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


def _openai_fault(
    path: str,
    status: int,
    detail: str,
    errors: list[FieldFault] | None,
    headers: dict[str, str] | None,
) -> JSONResponse:
    """OpenAI's clients know a wrong field as a 400 that names the first such field."""
    code = OPENAI_CODES.get(status)
    if status == HTTPStatus.NOT_FOUND:
        is_model = path.startswith(f"{OPENAI_PREFIX}models/")
        code = "model_not_found" if is_model else "unknown_url"
    error = OpenAIError(
        message=errors[0].detail if errors else detail,
        type="server_error" if status >= 500 else "invalid_request_error",
        param=_param(errors[0].pointer) if errors else None,
        code=code,
    )
    status = 400 if status == 422 else status
    return JSONResponse(OpenAIFault(error=error).model_dump(), status, headers)


def _param(pointer: str) -> str | None:
    """`messages[0].content` for `/messages/0/content`; None for the whole body."""
    parts = [part for part in pointer.split("/") if part]
    named = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts)
    return named.removeprefix(".") or None


def respond(request: Request, error: Exception) -> JSONResponse:
    """The response to an exception, whichever it is."""
    if isinstance(error, RequestValidationError):
        return _respond_to_fields(request, error)
    if isinstance(error, HTTPException):
        return _respond_to_status(request, error)
    if type(error) in REFUSED:
        return problem(request, REFUSED[type(error)], str(error))
    request_id = request.state.request_id
    if isinstance(error, UNUSABLE):
        log.warning("request %s refused: %s", request_id, error)
        busy = isinstance(error, ArchiveBusy)
        detail = str(error) if busy else "the archive cannot be used just now"
        return problem(request, 503, detail, headers={"Retry-After": str(RETRY_SECONDS)})
    log.error("request %s failed", request_id, exc_info=error)
    return problem(request, 500, "an unforeseen error; the log has it under this request's id")


async def handle(request: Request, error: Exception) -> JSONResponse:
    """`respond`, as FastAPI calls its handlers."""
    return respond(request, error)


HANDLERS: dict[int | type[Exception], Any] = dict.fromkeys(
    (RequestValidationError, HTTPException, *REFUSED, *UNUSABLE), handle
)


def _respond_to_fields(request: Request, error: RequestValidationError) -> JSONResponse:
    """Malformed JSON is a 400, a wrong field a 422 that names the field."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(request, 400, "the body is not valid JSON")
    if _is_not_json(request, faults):
        return problem(request, 415, "send JSON, with Content-Type: application/json")
    errors = [
        FieldFault(pointer=_pointer(fault), detail=fault["msg"].removeprefix("Value error, "))
        for fault in faults
    ]
    return problem(request, 422, "; ".join(f"{e.pointer}: {e.detail}" for e in errors[:5]), errors)


def _respond_to_status(request: Request, error: HTTPException) -> JSONResponse:
    """What routes raise, and what Starlette raises itself: no such path, no such method."""
    headers = dict(error.headers) if error.headers else {}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _documented_methods(request) or headers["Allow"]
    return problem(request, error.status_code, str(error.detail), headers=headers)


def _documented_methods(request: Request) -> str:
    """What may be done at a path; Starlette names the methods of the first route alone."""
    path = getattr(request.scope.get("route"), "path", None)
    operations = request.app.openapi()["paths"].get(path, {})
    return ", ".join(sorted(method.upper() for method in operations))


def _is_not_json(request: Request, faults: Sequence[Any]) -> bool:
    """Whether a body was not parsed because it was not announced as JSON."""
    announced = request.headers.get("content-type", "")
    return "json" not in announced and any(
        tuple(fault["loc"]) == ("body",) and fault["type"] != "missing" for fault in faults
    )


def _pointer(fault: dict[str, Any]) -> str:
    parts: Sequence[object] = fault["loc"]
    if fault["type"] == "extra_forbidden":
        parts = parts[:-1]
    known = [str(part) for part in parts[1:] if _is_ours(part)]
    return "/" + "/".join(known)


def _is_ours(part: object) -> bool:
    """Names of the client's own making are left out of the pointer."""
    return isinstance(part, int) or (
        isinstance(part, str) and part.isidentifier() and len(part) < 40
    )
