"""What a client may cost: how much it sends, how slowly it sends and reads, how many wait."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass

from anyio import to_thread
from fastapi import HTTPException, Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from onrecord.service.http.monitoring import Metrics
from onrecord.service.http.problems import problem

NEVER_SHED = frozenset(["/healthz", "/readyz", "/metrics"])
UPLOADS = "/articles"
RETRY_SECONDS = 2


class Refusing:
    """ASGI middleware: answers with the refusal that a check gives, or passes the request on."""

    def __init__(self, app: ASGIApp, check: Callable[[Request], Response | None]) -> None:
        self._app, self._check = app, check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request before anything of its body is read."""
        refusal = self._check(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


class LimitedBodies:
    """ASGI middleware: a body that is too large is a 413, one that is too slow a 408."""

    def __init__(
        self, app: ASGIApp, max_bytes: int, max_upload_bytes: int, max_seconds: float
    ) -> None:
        self._app, self._max_seconds = app, max_seconds
        self._max_bytes, self._max_upload_bytes = max_bytes, max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted and timed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._max_upload_bytes if scope["path"] == UPLOADS else self._max_bytes
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            await problem(Request(scope), 413, _too_large(most))(scope, receive, send)
            return
        await self._app(scope, self._counted(receive, most), send)

    def _counted(self, receive: Receive, most: int) -> Receive:
        loop = asyncio.get_running_loop()
        until, taken, complete = loop.time() + self._max_seconds, 0, False

        async def receive_counted() -> Message:
            nonlocal taken, complete
            if complete:  # only the disconnect is left to come, and it has no deadline
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, "the request took too long to arrive") from error
            taken += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if taken > most:
                raise HTTPException(413, _too_large(most))
            return message

        return receive_counted


@dataclass(frozen=True, slots=True)
class LoadShedding:
    """Where too many requests wait for a thread, the next is a 503 at once; probes always pass."""

    max_waiting: int
    metrics: Metrics

    def check(self, request: Request) -> Response | None:
        """The refusal, if any."""
        if request.scope["path"] in NEVER_SHED or waiting() <= self.max_waiting:
            return None
        self.metrics.refused.inc()
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return problem(request, 503, "too many requests are waiting", headers=headers)


def waiting() -> int:
    """How many requests wait for a thread; to be called in the event loop."""
    return to_thread.current_default_thread_limiter().statistics().tasks_waiting


def running() -> int:
    """How many requests a thread is at work on; to be called in the event loop."""
    return int(to_thread.current_default_thread_limiter().borrowed_tokens)


def _too_large(most: int) -> str:
    return f"the request is larger than {most:,} bytes"


class TimedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, to clients that neither send nor read too slowly.

    Uvicorn closes a connection that is silent after a response, but neither one that never sends
    a full head nor one that reads nothing of its response. `LimitedBodies` times the body.
    """

    limit_seconds: float
    _head: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected: the time for its first head begins."""
        super().connection_made(transport)
        self._time_head()

    def data_received(self, data: bytes) -> None:
        """A piece of a head or of a body has come; only a head has a time here."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._time_head()
        else:
            _cancel(self._head)

    def pause_writing(self) -> None:
        """The client reads its response more slowly than it is made."""
        super().pause_writing()
        self._check_stall(math.inf)

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        _cancel(self._stall)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        _cancel(self._head)
        _cancel(self._stall)
        super().connection_lost(exc)

    def _time_head(self) -> None:
        """Close the connection where no full head comes in time, however it trickles."""
        if self._head is None or self._head.cancelled():
            self._head = self.loop.call_later(self.limit_seconds, self.transport.abort)

    def _check_stall(self, unread: float) -> None:
        """Close the connection where the client has read nothing since, else check again later."""
        now = self.transport.get_write_buffer_size()
        if now >= unread:
            self.transport.abort()
        else:
            self._stall = self.loop.call_later(self.limit_seconds, self._check_stall, now)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def timed_protocol(seconds: float) -> type[TimedProtocol]:
    """The protocol for uvicorn, with the seconds that a client may take."""
    return type("TimedProtocol", (TimedProtocol,), {"limit_seconds": seconds})
