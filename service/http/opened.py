"""What the running service has opened, for the doors to use."""

from __future__ import annotations

from fastapi import Request

from service.answer import Answerer


def answerer(request: Request) -> Answerer:
    """The answerer that the application opened when it started."""
    opened: Answerer = request.app.state.answerer
    return opened
