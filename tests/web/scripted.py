"""A service that says what a test wants, when it wants it; the element's files are real."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from onrecord.service.http import pages
from onrecord.service.http.headers import SecurityHeaders

PAUSE = b"pause"  # nothing is sent until the test goes on
CUT = b"cut"  # the connection breaks here
TICK_SECONDS = 0.005
EMPTY = {
    **{"articles": 0, "passages": 0, "published_from": None, "published_to": None},
    **{"outlets": [], "current_to": None, "sources": []},
}


@dataclass
class Script:
    """What the service says next, and what it was asked."""

    chat: Any = None  # steps of a stream, or a response
    verify: Any = None
    status: dict[str, Any] = field(default_factory=lambda: {**EMPTY})
    asked: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gone_on: int = 0
    left: int = 0  # clients that went away before the end
    over: bool = False

    def go_on(self) -> None:
        """End one pause."""
        self.gone_on += 1


def event(name: str, value: object) -> bytes:
    """One event on the wire."""
    return f"event: {name}\ndata: {json.dumps(value)}\n\n".encode()


def problem(status: int, detail: str = "", **headers: str) -> Response:
    """A refusal as the service words it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"type": "about:blank", "title": "refused", "status": status, "detail": detail}
    return JSONResponse(body, status, named, media_type="application/problem+json")


class _Stream(Response):
    """Steps as a stream of events."""

    def __init__(self, steps: Sequence[bytes], script: Script) -> None:
        super().__init__(media_type="text/event-stream")
        self._steps, self._script, self._paused = steps, script, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]  # no length: it is not known
        leaving = asyncio.ensure_future(_departure(receive))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for step in self._steps:
            if step == PAUSE:
                self._paused += 1
                while self._script.gone_on < self._paused and not self._script.over:
                    if leaving.done():
                        self._script.left += 1
                        return
                    await asyncio.sleep(TICK_SECONDS)
            elif step == CUT:
                leaving.cancel()
                raise ConnectionAbortedError("the script cuts the connection")
            else:
                await send({"type": "http.response.body", "body": step, "more_body": True})
        leaving.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@dataclass
class Scripted:
    """The service and the script of the test that runs."""

    script: Script = field(default_factory=Script)

    def app(self) -> FastAPI:
        """The application; any page may ask it."""
        app = FastAPI(openapi_url=None)
        app.include_router(pages.router)
        app.add_api_route("/chat", self._chat, methods=["POST"], response_model=None)
        app.add_api_route("/verify", self._verify, methods=["POST"], response_model=None)
        app.add_api_route("/status", self._status, response_model=None)
        app.add_middleware(
            CORSMiddleware,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After"],
        )
        app.add_middleware(SecurityHeaders)
        return app

    async def _chat(self, request: Request) -> Response:
        return await self._reply(request, self.script.chat)

    async def _verify(self, request: Request) -> Response:
        return await self._reply(request, self.script.verify)

    async def _status(self, request: Request) -> Response:
        return JSONResponse(self.script.status)

    async def _reply(self, request: Request, reply: Any) -> Response:
        script = self.script
        script.asked.append(await request.json())
        script.headers.append(dict(request.headers))
        if isinstance(reply, Response):
            return reply
        if callable(reply):
            reply = reply(script.asked[-1])
        return _Stream(reply, script) if isinstance(reply, list) else JSONResponse(reply)
