"""What kind of answer a client would rather have.

Source: RFC 9110, section 12.5, "Content Negotiation Fields".
"""

from __future__ import annotations

from starlette.requests import Request

JSON = "application/json"


def prefers(request: Request, media_type: str) -> bool:
    """Whether the client names this type, and wants JSON no more than it."""
    wanted = dict(_ranges(",".join(request.headers.getlist("accept"))))
    return wanted.get(media_type, 0.0) > 0 and wanted[media_type] >= wanted.get(JSON, 0.0)


def takes_gzip(request: Request) -> bool:
    """Whether the client can unpack gzip."""
    codings = dict(_ranges(",".join(request.headers.getlist("accept-encoding"))))
    return codings.get("gzip", codings.get("*", 0.0)) > 0


def _ranges(accept: str) -> list[tuple[str, float]]:
    """What an Accept header names, with its weights; a weight that is none is 0."""
    ranges = []
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weights = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
        try:
            ranges.append((kind, float(weights[0]) if weights else 1.0))
        except ValueError:
            ranges.append((kind, 0.0))
    return ranges
