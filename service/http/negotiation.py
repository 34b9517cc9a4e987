"""What kind of response a client prefers.

Source: RFC 9110, section 12.5, "Content Negotiation Fields".
"""

from __future__ import annotations

from starlette.requests import Request

JSON = "application/json"


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
