"""Server-sent events that a worker thread makes; a client that goes away frees it.

The thread never waits for the client: what it has made is kept until it can be sent. Whenever it
tells something, it learns whether anybody is left to be told; if not, it ends there.

Source: WHATWG HTML, "Server-sent events".
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial

from anyio import (
    CancelScope,
    EndOfStream,
    create_memory_object_stream,
    create_task_group,
    fail_after,
    from_thread,
    to_thread,
)
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi.responses import Response
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.types import Receive, Scope, Send

from onrecord.index.types import Answer
from onrecord.service.answer import Stage, Stages

MEDIA_TYPE = "text/event-stream"
PING_SECONDS = 15.0  # proxies close a connection that was silent for a minute, some for half
# Of one event, for the OpenAPI document.
EVENT_SCHEMA = {
    "type": "object",
    "required": ["data"],
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
}
# nginx would hold events back until a buffer is full.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# Line ends to some clients, if not to the specification; JSON may escape them.
_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}

Tell = Callable[[bytes], None]


class EventStream(Response):
    """A response whose events `make` tells, in a worker thread; a fault is told by `tell_fault`."""

    media_type = MEDIA_TYPE

    def __init__(
        self, make: Callable[[Tell], None], tell_fault: Callable[[Exception], Awaitable[bytes]]
    ) -> None:
        self._make, self._tell_fault = make, tell_fault
        self.status_code = 200
        self.background = None
        self.init_headers(HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events as they are made, until the last or until the client leaves."""
        told, events = create_memory_object_stream[bytes](math.inf)
        with told, events:
            async with create_task_group() as tasks:
                tasks.start_soon(self._run, told)
                tasks.start_soon(_await_departure, receive, tasks.cancel_scope)
                await self._send(events, send)
                tasks.cancel_scope.cancel()

    async def _run(self, told: MemoryObjectSendStream[bytes]) -> None:
        with told:
            try:
                await to_thread.run_sync(self._make, partial(_tell, told))
            except Exception as error:
                told.send_nowait(await self._tell_fault(error))

    async def _send(self, events: MemoryObjectReceiveStream[bytes], send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        try:
            await send(start)
            while event := await _next(events):
                await send({"type": "http.response.body", "body": event, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:  # some servers say so that nobody listens
            return


def event(data: str, name: str | None = None) -> bytes:
    """One event on the wire; `data` is JSON, or one line of text."""
    return format_sse_event(data_str=data.translate(_BREAKS), event=name)


def check_listened(stage: object = None) -> None:
    """End the worker thread's task where its client has left; to be called in that thread."""
    from_thread.check_cancelled()


def _tell(told: MemoryObjectSendStream[bytes], made: bytes) -> None:
    check_listened()
    from_thread.run_sync(told.send_nowait, made)


async def _next(events: MemoryObjectReceiveStream[bytes]) -> bytes:
    """The next event, a comment where none comes for a while, nothing after the last."""
    try:
        with fail_after(PING_SECONDS):
            return await events.receive()
    except TimeoutError:
        return KEEPALIVE_COMMENT
    except EndOfStream:
        return b""


async def _await_departure(receive: Receive, scope: CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def exhaust(stages: Stages, on_stage: Callable[[Stage], None] | None) -> Answer:
    """The answer at the end of the stages, each of which is told of first."""
    with closing(stages):
        while True:
            try:
                stage = next(stages)
            except StopIteration as finished:
                answer: Answer = finished.value
                return answer
            if on_stage is not None:
                on_stage(stage)
