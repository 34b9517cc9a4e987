"""Say a problem under `/v1/` in the shape and with the status that OpenAI's clients know."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.service.http.problems import MEDIA_TYPE, Problem
from onrecord.service.http.refuse import refuse

PREFIX = "/v1/"
CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


class Fault(BaseModel):
    """What went wrong; `param` names the field at fault, `code` the kind where it has a name."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIFault(BaseModel):
    """A fault, as OpenAI says it."""

    error: Fault


def reshape(body: bytes) -> OpenAIFault:
    """The fault that a problem's JSON describes; nothing that was sent is echoed here either."""
    problem = Problem.model_validate_json(body)
    first = problem.errors[0] if problem.errors else None
    return OpenAIFault(
        error=Fault(
            message=first.detail if first else problem.detail,
            type="server_error" if problem.status >= 500 else "invalid_request_error",
            param=_param(first.pointer) if first else None,
            code=_code(problem),
        )
    )


class OpenAIFaults:
    """ASGI middleware that reshapes every problem under `/v1/`, whoever answered with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a wrong field is a 400 here and not a 422."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def send_reshaped(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message
            elif start is None:
                await send(message)
            else:  # a problem's body comes in one piece
                await _answer(start, message["body"])(scope, receive, send)

        try:
            await self._app(scope, receive, send_reshaped)
        except Exception as error:
            response = await refuse(Request(scope), error)
            await response(scope, receive, send_reshaped)


def describe_faults(contract: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI contract with every fault under `/v1/` in its own shape, changed in place."""
    schema = {"$ref": f"#/components/schemas/{OpenAIFault.__name__}"}
    for path, operations in contract["paths"].items():
        if path.startswith(PREFIX):
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if status >= "400":
                        answer["content"] = {"application/json": {"schema": schema}}
    return contract


def _answer(start: Message, body: bytes) -> Response:
    status = 400 if start["status"] == 422 else start["status"]
    response = Response(reshape(body).model_dump_json(), status, media_type="application/json")
    headers = MutableHeaders(raw=[*start["headers"]])
    for name in ("content-type", "content-length"):
        headers[name] = response.headers[name]
    response.raw_headers = headers.raw
    return response


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == MEDIA_TYPE


def _param(pointer: str) -> str | None:
    """`messages[0].content` for `/messages/0/content`; None for the whole body."""
    parts = [part for part in pointer.split("/") if part]
    named = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts)
    return named.removeprefix(".") or None


def _code(problem: Problem) -> str | None:
    if problem.status == 404:
        is_model = problem.instance.startswith(f"{PREFIX}models/")
        return "model_not_found" if is_model else "unknown_url"
    return CODES.get(problem.status)
