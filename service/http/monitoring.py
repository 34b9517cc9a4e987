"""What the service tells its operator: Prometheus metrics, the access log and request ids.

Each application counts for itself. Labels are the service's own words, never what a client sent.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from urllib.parse import quote

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.service.http.problems import respond

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
GAUGES = {
    "archive_generation": "The archive's generation.",
    "archive_articles": "Articles in the archive.",
    "archive_passages": "Passages in the archive.",
    "archive_current_to_seconds": "When all watched sources had been read, in Unix time.",
    "sources_silent": "Watched sources that have brought nothing for longer than they may.",
    "requests_waiting": "Requests that wait for a thread.",
    "requests_running": "Requests that a thread is at work on.",
}
METHODS = frozenset(["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
UNKNOWN = "other"  # the label of a path or method that is none of the service's
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = logging.getLogger("onrecord.access")


class Metrics:
    """The counters and histograms of one application. Safe to use from several threads."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._gauges = {
            name: Gauge(f"onrecord_{name}", meaning, registry=self._registry)
            for name, meaning in GAUGES.items()
        }
        self.requests = Histogram(
            "onrecord_http_request_seconds",
            "Time to answer a request, by route and status.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "onrecord_stage_seconds",
            "Time that each stage of an answer takes.",
            ("stage",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "onrecord_answers",
            "Questions by outcome: answered, or the reason why not.",
            ("outcome",),
            registry=self._registry,
        )
        self.refused = Counter(
            "onrecord_overload_refusals",
            "Requests told to come back later because too many were waiting.",
            registry=self._registry,
        )

    def set_gauges(self, **numbers: float) -> None:
        """Report the numbers, named as in `GAUGES`, until they are set again."""
        for name, number in numbers.items():
            self._gauges[name].set(number)

    def count_stage(self, stage: str, seconds: float) -> None:
        """Record how long one stage of an answer took."""
        self._stages.labels(stage).observe(seconds)

    def count_answer(self, outcome: str) -> None:
        """Count one question's outcome."""
        self._answers.labels(outcome).inc()

    def write(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)


class AccessLog:
    """ASGI middleware: an id on every response, and one line of log and one measurement for it.

    A client's own `X-Request-ID` is used where it is a plain name. An exception that nothing else
    handles becomes a response here, so that it is logged and measured like any other.
    """

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
        started, status = time.perf_counter(), None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            response = respond(Request(scope), error)  # also writes it to the log
            if status is None:
                await response(scope, receive, send_with_id)
        finally:
            self._record(scope, status or 500, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        """Where log lines are JSON objects, the parts of the line are fields of their own."""
        parts = {
            "method": scope["method"],
            "path": quote(scope["path"], errors="replace"),  # one word, whatever was sent
            "status": status,
            "ms": round(seconds * 1000, 1),
            "request_id": scope["state"]["request_id"],
        }
        log.info("%s %s %d %.1f ms %s", *parts.values(), extra=parts)
        route = getattr(scope.get("route"), "path", UNKNOWN)
        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        self._metrics.requests.labels(method, route, str(status)).observe(seconds)
