"""Server-sent events: a client that leaves closes the generator that makes them.

Source: WHATWG HTML, "Server-sent events".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import closing, suppress

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from onrecord.index.types import Answer
from onrecord.service.answer import Stage, Stages
from onrecord.service.http.problems import respond

MEDIA_TYPE = "text/event-stream"
PING_SECONDS = 15.0  # proxies close a connection that was silent for a minute, some for half
GRACE_SECONDS = 7.0  # for streams that run when the server ends, which waits one second longer
# Of one event, for the OpenAPI document.
EVENT_SCHEMA = {
    "type": "object",
    "required": ["data"],
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
}
# Some clients end lines at these characters, against the specification; JSON may escape them.
_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}

WriteEvents = Callable[[Stage | Answer], Iterable[ServerSentEvent]]


class EventStream(EventSourceResponse):
    """What `write` makes of each stage and of the answer; a fault is the last event.

    Both run in worker threads, and no thread waits for the client. When the client leaves, the
    work ends with the stage that runs.
    """

    def __init__(
        self, stages: Stages, write: WriteEvents, request: Request, fault: str | None = None
    ) -> None:
        super().__init__(
            _events(stages, write, request, fault),
            sep="\n",
            ping=PING_SECONDS,
            ping_message_factory=lambda: ServerSentEvent(comment="ping", sep="\n"),
            shutdown_grace_period=GRACE_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until the last, or until the client leaves, which is no fault."""
        with suppress(OSError):  # by which some servers tell that the client has left
            await super().__call__(scope, receive, send)


def event(data: str, name: str | None = None) -> ServerSentEvent:
    """One event; `data` is JSON, or one line of text."""
    return ServerSentEvent(data.translate(_BREAKS), event=name, sep="\n")


async def _events(
    stages: Stages, write: WriteEvents, request: Request, fault: str | None
) -> AsyncIterator[ServerSentEvent]:
    """The events, stage by stage. A stream waits for its turn once and not at every stage.

    Otherwise all streams would be under way at a time, each with a snapshot of its own. The
    answer, which may be too large for a slow client to take at once, is sent when the turn is over.
    """
    own = CapacityLimiter(1)

    def advance() -> tuple[bool, Iterable[ServerSentEvent]]:
        found = next(stages)
        return isinstance(found, Answer), write(found)

    with closing(stages):
        try:
            async with to_thread.current_default_thread_limiter():
                is_answer, events = await to_thread.run_sync(advance, limiter=own)
                while not is_answer:
                    for one in events:
                        yield one
                    is_answer, events = await to_thread.run_sync(advance, limiter=own)
            for one in events:
                yield one
        except Exception as error:  # the status is sent already, so the stream says it
            yield event(bytes(respond(request, error).body).decode(), fault)
