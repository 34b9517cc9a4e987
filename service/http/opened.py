"""What the running service has opened, for the doors to use.

Dependencies are coroutines: FastAPI waits for a thread to call anything else.
"""

from __future__ import annotations

from fastapi import Request

from onrecord.service.answer import Answerer
from onrecord.service.http.monitoring import Metrics
from onrecord.service.settings import Settings


async def answerer(request: Request) -> Answerer:
    """The answerer that the application opened when it started."""
    opened: Answerer = request.app.state.answerer
    return opened


def settings_of(request: Request) -> Settings:
    """The settings that the application was started with."""
    settings: Settings = request.app.state.settings
    return settings


async def metrics_of(request: Request) -> Metrics:
    """The application's counters and clocks."""
    metrics: Metrics = request.app.state.metrics
    return metrics
