"""One line of log and one measurement a request, and a request id on every answer."""

from __future__ import annotations

import logging
import re
import time
import uuid
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.service.metrics import Metrics

log = logging.getLogger("onrecord.access")
UNKNOWN = "other"  # a path that is none of ours names itself nowhere
METHODS = frozenset(["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class AccessLog:
    """ASGI middleware; a client's own `X-Request-ID` is kept where it is a plain name."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; log method, path, status and milliseconds when it ends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started
            _log(scope, status, seconds, request_id)
            route = getattr(scope.get("route"), "path", UNKNOWN)
            method = scope["method"] if scope["method"] in METHODS else UNKNOWN
            self._metrics.count_request(method, route, status, seconds)


def _log(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    """One line; where lines are JSON objects, its parts are fields of their own."""
    parts = {
        "method": scope["method"],
        "path": quote(scope["path"], errors="replace"),  # one word, whatever was sent
        "status": status,
        "ms": round(seconds * 1000, 1),
        "request_id": request_id,
    }
    log.info("%s %s %d %.1f ms %s", *parts.values(), extra=parts)
