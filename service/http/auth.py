"""Which requests are let in: the host they name, the key they carry and how often they come.

What is not listed as open needs a reader's key where readers need keys, and what changes the
archive always needs a writer's. A writer is not limited in rate. An unknown key is refused even
where none is needed, except under `/v1/`: OpenAI's clients always send one.

Everything that gives an article's full text asks `refuse_text` first: the JSON and the page at
`/articles/{id}`, and `fetch` over MCP. On standard input and output there is no request, and
whoever can start the process can read the archive's files.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import Response
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from onrecord.index.types import Article
from onrecord.service.http.headers import prefers
from onrecord.service.http.pages import ASSETS, HTML, WIDGET, render_key
from onrecord.service.http.problems import OPENAI_PREFIX, problem
from onrecord.service.keys import ApiKey, KeyFile

# What a browser or a probe must reach before it could hold a key.
PAGES = frozenset(["/", WIDGET, "/embed"])
PROBES = frozenset(["/healthz", "/readyz"])
OPEN = PAGES | PROBES | {"/openapi.json"}
WRITES = frozenset(["POST", "DELETE"])  # no other method writes
WRITTEN = "/articles"
ANY_HOST = "*"
TERMS_DETAIL = "the article's page sets terms of reuse: a key is needed to read it whole"
_PORT = re.compile(r":\d*$")


class AllowedHosts:
    """A request for another host is a 421.

    A name stands for itself, `*.news.example` for its subdomains, `*` for any host. Otherwise a
    page elsewhere could give a local service a name of its own and read it.
    Source: "DNS rebinding", https://en.wikipedia.org/wiki/DNS_rebinding.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = frozenset(name.lower() for name in allowed)

    def check(self, request: Request) -> Response | None:
        """The refusal, if any."""
        if self.allows(request.headers.get("host", "")):
            return None
        return problem(request, 421, "this service does not answer to that host name")

    def allows(self, host: str) -> bool:
        """Whether a Host header names an allowed host."""
        name = _PORT.sub("", host.lower())
        return any(
            allowed in (ANY_HOST, name) or (allowed.startswith("*.") and name.endswith(allowed[1:]))
            for allowed in self._allowed
        )


class Authentication:
    """Checks keys, roles and rates: 401, 403 or 429; `per_minute` 0 is no limit."""

    def __init__(self, keys: KeyFile, readers_need_keys: bool, per_minute: int) -> None:
        self._keys, self._readers_need_keys = keys, readers_need_keys
        self._per_minute = per_minute
        self._rates = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, request: Request) -> Response | None:
        """The refusal, if any."""
        if request.method == "OPTIONS":
            return None
        given = _bearer(request)
        key = self._keys.find(given) if given is not None else None
        if given is not None and key is None and not self._is_ignored(request):
            return unauthorised(request, "the key is not known")
        request.state.key = key  # for `refuse_text`
        refusal = self._check_role(request, key)
        if refusal is not None or _costs_nothing(request.scope["path"]):
            return refusal
        if key is not None and key.role == "writer":
            return None
        return self._check_rate(request, key)

    def _is_ignored(self, request: Request) -> bool:
        """Whether a key plays no part here, so that an unknown one does no harm."""
        return request.scope["path"].startswith(OPENAI_PREFIX) and not self._readers_need_keys

    def _check_role(self, request: Request, key: ApiKey | None) -> Response | None:
        if writes(request.method, request.scope["path"]):
            if not self._keys.any_writer():
                return problem(request, 403, "no writer's key is set: writing is closed")
            if key is None:
                return unauthorised(request, "a writer's key is needed")
            if key.role != "writer":
                return problem(request, 403, "a writer's key is needed, a reader's was given")
        elif self._readers_need_keys and key is None and not is_open(request.scope["path"]):
            return unauthorised(request, "a key is needed")
        return None

    def _check_rate(self, request: Request, key: ApiKey | None) -> Response | None:
        """Requests are counted per client, over a sliding minute and in this process."""
        address = request.client.host if request.client else "unknown"
        client = f"{key.name if key else ''} {address}"
        limit = RateLimitItemPerMinute(self._per_minute)
        if not self._per_minute or self._rates.hit(limit, client):
            return None
        wait = self._rates.get_window_stats(limit, client).reset_time - time.time()
        detail = f"more than {self._per_minute} requests a minute; come back later"
        headers = {"Retry-After": str(max(1, math.ceil(wait)))}
        return problem(request, 429, detail, headers=headers)


def is_open(path: str) -> bool:
    """Whether no key is needed, even where readers need keys."""
    return path in OPEN or path.startswith(ASSETS)


def refuse_text(request: Request, article: Article) -> str | None:
    """Why the article's full text needs a key, where its terms say so and none was given."""
    if article.terms is None or not request.app.state.archive.settings.terms_need_keys:
        return None
    return TERMS_DETAIL if getattr(request.state, "key", None) is None else None


def _costs_nothing(path: str) -> bool:
    """Whether the path is not limited in rate: pages are cheap and load dozens of files."""
    return path in PROBES or path in PAGES or path.startswith(ASSETS)


def writes(method: str, path: str) -> bool:
    """Whether a writer's key is needed."""
    return method in WRITES and (path == WRITTEN or path.startswith(f"{WRITTEN}/"))


def _bearer(request: Request) -> str | None:
    """The key that was given, empty where the header holds none; None where there is no header."""
    given = request.headers.get("authorization")
    if given is None:
        return None
    scheme, _, key = given.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def unauthorised(request: Request, detail: str) -> Response:
    """401; a person who follows a link to an article is asked for the key."""
    is_page = request.method == "GET" and request.scope["path"].startswith(f"{WRITTEN}/")
    if is_page and prefers(request, HTML):
        return render_key()
    return problem(request, 401, detail, headers={"WWW-Authenticate": "Bearer"})
