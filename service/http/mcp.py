"""`POST /mcp`: the Model Context Protocol over streamable HTTP, without sessions."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.types import Message, Receive, Scope, Send

from onrecord.service.archive import Archive
from onrecord.service.http.auth import refuse_text
from onrecord.service.http.problems import problem

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager


class McpEndpoint:
    """ASGI endpoint at `/mcp`; pages of the allowed origins may call it from a browser.

    By GET and DELETE the protocol opens streams and ends sessions; there are none, so its route
    takes POST alone. It answers while `run` is entered.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive, self._origins = archive, archive.settings.origin_pattern
        self._manager: StreamableHTTPSessionManager

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Answer calls until the context ends. The SDK is imported here: it takes half a second."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from onrecord.service.mcp import create_server

        server = create_server(self._archive, refuse_text)
        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a message, or refuse it before the SDK reads it."""
        request = Request(scope, receive)
        refusal = self._refuse_origin(request)
        body = b"" if refusal else await request.body()
        refusal = refusal or _refuse_message(body)
        if refusal is None:
            await self._manager.handle_request(scope, _replay(body, receive), send)
        else:
            await refusal(scope, receive, send)

    def _refuse_origin(self, request: Request) -> JSONResponse | None:
        """403 for a page of another site, as the protocol wants it; 415 for what is not JSON."""
        origin = request.headers.get("origin", "").lower()
        is_own = origin.partition("://")[2] == request.headers.get("host", "").lower()
        if origin and not is_own and re.fullmatch(self._origins, origin) is None:
            return problem(request, 403, "pages of that origin may not call this service")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            return problem(request, 415, "send JSON, with Content-Type: application/json")
        return None


def _refuse_message(body: bytes) -> JSONResponse | None:
    """400 for what is no message of JSON-RPC; the SDK's own refusal would repeat what was sent."""
    from mcp.types.jsonrpc import INVALID_REQUEST, PARSE_ERROR, jsonrpc_message_adapter

    try:
        jsonrpc_message_adapter.validate_json(body, by_name=False)
    except ValidationError as error:
        is_json = all(fault["type"] != "json_invalid" for fault in error.errors())
        fault = (
            {"code": INVALID_REQUEST, "message": "Invalid Request"}
            if is_json
            else {"code": PARSE_ERROR, "message": "Parse error"}
        )
        return JSONResponse({"jsonrpc": "2.0", "id": None, "error": fault}, 400)
    return None


def _replay(body: bytes, receive: Receive) -> Receive:
    """What was received before, and then what comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
