"""Who may pass: keys and the rate limit, before anything else of the service is reached.

What is not listed as open needs a reader's key where readers need keys, and what changes the
archive needs a writer's in any case. A writer's key is not limited in its rate. An unknown key is
refused even where none is needed, except under `/v1/`: OpenAI's clients always send one.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from onrecord.service.http.accepting import prefers
from onrecord.service.http.article_page import render_key
from onrecord.service.http.assets import FOLDER, WIDGET
from onrecord.service.http.pages import HTML
from onrecord.service.http.problems import problem
from onrecord.service.keys import Key, Keys

# What a browser or a probe must reach before it could hold a key.
PAGES = frozenset(["/", WIDGET, "/embed"])
PROBES = frozenset(["/healthz", "/readyz"])
OPEN = PAGES | PROBES | {"/openapi.json"}
WRITES = frozenset(["POST", "DELETE"])  # no other method writes
WRITTEN = "/articles"
OPENAI = "/v1/"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a client; `per_minute` 0 is no limit."""

    keys: Keys
    readers_need_keys: bool = False
    per_minute: int = 0


@dataclass(slots=True)
class RateLimit:
    """So many requests a minute and client, counted over a sliding minute in this process."""

    per_minute: int
    _limiter: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )

    def wait(self, client: str) -> int:
        """Seconds until the client may come again; 0 where it may pass now, which then counts."""
        if not self.per_minute:
            return 0
        limit: RateLimitItem = RateLimitItemPerMinute(self.per_minute)
        if self._limiter.hit(limit, client):
            return 0
        stats = self._limiter.get_window_stats(limit, client)
        return max(1, math.ceil(stats.reset_time - time.time()))


class Gate:
    """ASGI middleware that lets a request pass or answers for it."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules
        self._rate = RateLimit(rules.per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401, 403 or 429."""
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            await self._app(scope, receive, send)
            return
        refusal = self._judge(Request(scope))
        await (refusal or self._app)(scope, receive, send)

    def _judge(self, request: Request) -> Response | None:
        """The refusal, if any."""
        given = _bearer(request)
        key = self._rules.keys.find(given) if given is not None else None
        if given is not None and key is None and not self._is_ignored(request):
            return _unauthorised(request, "the key is not known")
        request.state.key = key  # for the doors that ask more of some articles
        refusal = self._refuse_role(request, key)
        if refusal is not None or _costs_nothing(request.scope["path"]):
            return refusal
        if key is not None and key.role == "writer":
            return None
        return self._refuse_rate(request, key)

    def _is_ignored(self, request: Request) -> bool:
        """Whether a key plays no part here, so that an unknown one does no harm."""
        return request.scope["path"].startswith(OPENAI) and not self._rules.readers_need_keys

    def _refuse_role(self, request: Request, key: Key | None) -> Response | None:
        if _writes(request):
            if not self._rules.keys.any_writer():
                return problem(request, 403, "no writer's key is set: writing is closed")
            if key is None:
                return _unauthorised(request, "a writer's key is needed")
            if key.role != "writer":
                return problem(request, 403, "a writer's key is needed, a reader's was given")
        elif self._rules.readers_need_keys and key is None and not is_open(request.scope["path"]):
            return _unauthorised(request, "a key is needed")
        return None

    def _refuse_rate(self, request: Request, key: Key | None) -> Response | None:
        address = request.client.host if request.client else "unknown"
        wait = self._rate.wait(f"{key.name if key else ''} {address}")
        if not wait:
            return None
        detail = f"more than {self._rules.per_minute} requests a minute; come back later"
        return problem(request, 429, detail, headers={"Retry-After": str(wait)})


def is_open(path: str) -> bool:
    """Whether no key is needed, even where readers need keys."""
    return path in OPEN or path.startswith(FOLDER)


def _costs_nothing(path: str) -> bool:
    """Pages and their two dozen modules are no work, and one visit asks for all of them."""
    return path in PROBES or path in PAGES or path.startswith(FOLDER)


def _writes(request: Request) -> bool:
    path = request.scope["path"]
    return request.method in WRITES and (path == WRITTEN or path.startswith(f"{WRITTEN}/"))


def _bearer(request: Request) -> str | None:
    """The key that was given, empty where the header holds none; None where there is no header."""
    given = request.headers.get("authorization")
    if given is None:
        return None
    scheme, _, key = given.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _unauthorised(request: Request, detail: str) -> Response:
    """401; a person who follows a link to an article is asked for the key."""
    page = request.method == "GET" and request.scope["path"].startswith(f"{WRITTEN}/")
    if page and prefers(request, HTML):
        return render_key()
    return problem(request, 401, detail, headers={"WWW-Authenticate": "Bearer"})
