"""Which host names the service answers to, so that no page elsewhere can pass itself off as local.

Source: "DNS rebinding", https://en.wikipedia.org/wiki/DNS_rebinding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from onrecord.service.http.problems import problem

ANY = "*"
_PORT = re.compile(r":\d*$")


class Hosts:
    """ASGI middleware: a request for another host is a 421.

    A name stands for itself, `*.news.example` for its subdomains, `*` for any host.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(name.lower() for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer for it."""
        if scope["type"] != "http" or self.allows(Request(scope).headers.get("host", "")):
            await self._app(scope, receive, send)
            return
        refusal = problem(Request(scope), 421, "this service does not answer to that host name")
        await refusal(scope, receive, send)

    def allows(self, host: str) -> bool:
        """Whether a Host header names a host that is answered to."""
        if ANY in self._allowed:
            return True
        name = _PORT.sub("", host.lower())
        parents = (f"*.{name[dot + 1 :]}" for dot, mark in enumerate(name) if mark == ".")
        return name in self._allowed or any(parent in self._allowed for parent in parents)
