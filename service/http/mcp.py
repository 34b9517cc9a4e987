"""`POST /mcp`: the Model Context Protocol over streamable HTTP, without sessions.

The SDK takes half a second to import, so the first call opens it and not the start of the service.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from onrecord.service.answer import Answerer
from onrecord.service.http.problems import problem
from onrecord.service.origins import match_origins

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager


def mount_mcp(app: FastAPI, answers: Answerer, origins: Sequence[str]) -> None:
    """Let the application answer at `/mcp`; pages of `origins` may call it from a browser.

    By GET and DELETE the protocol opens streams and ends sessions; there are none, so 405.
    """
    door = McpDoor(answers, origins)
    app.router.routes.append(Route("/mcp", door, methods=["POST"], include_in_schema=False))


class McpDoor:
    """ASGI endpoint for one message at a time. Which host was named has been checked before."""

    def __init__(self, answers: Answerer, origins: Sequence[str]) -> None:
        self._answers, self._origins = answers, match_origins(origins)
        self._server: MCPServer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a message; no other has prepared the way for it."""
        request = Request(scope, receive)
        refusal = self._refuse(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        body = await request.body()  # here, where the application answers what is wrong with it
        if self._server is None:
            self._server = await to_thread.run_sync(self._open)
        refusal = _refuse_message(body)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        manager = _manager(self._server)
        async with manager.run():
            await manager.handle_request(scope, _replay(body, receive), send)

    def _open(self) -> MCPServer:
        from onrecord.service.mcp_server import create_mcp

        return create_mcp(self._answers)

    def _refuse(self, request: Request) -> JSONResponse | None:
        """403 for a page of another site, as the protocol wants it; 415 for what is not JSON."""
        origin = request.headers.get("origin", "").lower()
        if origin and not self._may_call(origin, request.headers.get("host", "").lower()):
            return problem(request, 403, "pages of that origin may not call this service")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            return problem(request, 415, "send JSON, with Content-Type: application/json")
        return None

    def _may_call(self, origin: str, host: str) -> bool:
        own = origin.partition("://")[2] == host
        return own or re.fullmatch(self._origins, origin) is not None


def _refuse_message(body: bytes) -> JSONResponse | None:
    """400 for what is no message of JSON-RPC; the SDK's words for it would repeat what was sent."""
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


def _manager(server: MCPServer) -> StreamableHTTPSessionManager:
    """A manager for one message: the SDK means it to last as long as the application.

    Without sessions nothing is left for it to keep, and so nothing has to be started and ended.
    """
    from mcp.server.transport_security import TransportSecuritySettings

    server.streamable_http_app(
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return server.session_manager


def _replay(body: bytes, receive: Receive) -> Receive:
    """What was received before, and then what comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
