"""Headers: which response a client prefers, and what a browser may do with the one it gets.

Source: RFC 9110, section 12.5, "Content Negotiation Fields".
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON = "application/json"
EMBEDDED = "/embed"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware: a content policy without inline code, framing by allowed origins only."""

    def __init__(self, app: ASGIApp, framers: Sequence[str] = ()) -> None:
        self._app = app
        self._framers = " ".join(["'self'", *framers])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; headers that the response has already are left as they are."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        framers = self._framers if scope["path"] == EMBEDDED else "'none'"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", POLICY + framers)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def prefers(request: Request, media_type: str) -> bool:
    """Whether the client names this type, and prefers JSON no more than it."""
    weights = _weights(request, "accept")
    return weights.get(media_type, 0.0) > 0 and weights[media_type] >= weights.get(JSON, 0.0)


def takes_gzip(request: Request) -> bool:
    """Whether the client can unpack gzip."""
    weights = _weights(request, "accept-encoding")
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weights(request: Request, header: str) -> dict[str, float]:
    """What an Accept header names, with its weights; a weight that is no number is 0."""
    weights = {}
    for part in ",".join(request.headers.getlist(header)).lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        given = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
        try:
            weights[name] = float(given[0]) if given else 1.0
        except ValueError:
            weights[name] = 0.0
    return weights
