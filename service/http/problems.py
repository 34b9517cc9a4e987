"""Faults as RFC 9457 problem details; what was sent is never echoed."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


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


def problem(
    request: Request,
    status: int,
    detail: str,
    errors: list[FieldFault] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem response; `detail` is for people and holds nothing that was sent."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=quote(request.scope["path"], errors="replace"),
        errors=errors,
    )
    content = body.model_dump(exclude_none=True)
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


async def refuse_request(request: Request, error: Exception) -> JSONResponse:
    """Malformed JSON is a 400, a wrong field a 422 that names the field."""
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(request, 400, "the body is not valid JSON")
    if _is_not_json(request, faults):
        return problem(request, 415, "send JSON, with Content-Type: application/json")
    errors = [FieldFault(pointer=_pointer(fault), detail=_detail(fault)) for fault in faults]
    return problem(request, 422, "; ".join(f"{e.pointer}: {e.detail}" for e in errors[:5]), errors)


async def refuse_http(request: Request, error: Exception) -> JSONResponse:
    """What Starlette and FastAPI raise by themselves: no such path, no such method."""
    assert isinstance(error, HTTPException)
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
    """Whether a body was not even looked at, because it was not announced as JSON."""
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


def _detail(fault: dict[str, Any]) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")
