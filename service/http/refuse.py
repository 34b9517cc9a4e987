"""Answer a fault outside the usual path of a request, as the application would have."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response


async def refuse(request: Request, error: Exception) -> Response:
    """What the application's own handler makes of the fault; raises it where there is none."""
    handlers = request.app.exception_handlers
    for kind in type(error).__mro__:
        if kind in handlers:
            response: Response = await handlers[kind](request, error)
            return response
    raise error
