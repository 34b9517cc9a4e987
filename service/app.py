"""Put the service together: what it opens, its doors, and which fault is which status."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from math import nan
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from onrecord.index.errors import UNUSABLE
from onrecord.service.answer import Answerer
from onrecord.service.http import (
    articles,
    chat,
    health,
    openai,
    pages,
    query,
    verify,
)
from onrecord.service.http.auth import AllowedHosts, Authentication
from onrecord.service.http.contract import describe
from onrecord.service.http.headers import SecurityHeaders
from onrecord.service.http.limits import BodyLimits, LimitedBodies, LoadShedding, running, waiting
from onrecord.service.http.mcp import McpEndpoint
from onrecord.service.http.monitoring import AccessLog, Metrics
from onrecord.service.http.problems import HANDLERS
from onrecord.service.keys import KeyFile
from onrecord.service.origins import match_origins
from onrecord.service.settings import Settings

ARCHIVE_NUMBERS = {
    "archive_generation": "The archive's generation.",
    "archive_articles": "Articles in the archive.",
    "archive_passages": "Passages in the archive.",
}


def create_app(opened: Answerer, settings: Settings) -> FastAPI:
    """The application over an open archive, which whoever opened it closes."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        at_once = (os.cpu_count() or 1) + 1
        to_thread.current_default_thread_limiter().total_tokens = at_once
        async with mcp.run():
            yield

    app = FastAPI(
        title="onrecord",
        version=version("onrecord"),
        description="Ask a news archive a question; get back what its articles say, word for word.",
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        docs_url=None,
        redoc_url=None,
    )
    answers = replace(opened, observer=metrics, max_question_chars=settings.max_question_chars)
    app.state.answerer = answers
    app.state.settings, app.state.metrics = settings, metrics
    for module in (query, chat, verify, articles, openai, health, pages):
        app.include_router(module.router)
    mcp = McpEndpoint(answers, settings.allowed_origins)
    app.router.routes.append(Route("/mcp", mcp, methods=["POST"], include_in_schema=False))
    _guard(app, settings, metrics)
    _watch(opened, metrics)
    _describe(app, settings.readers_need_keys)
    return app


def _describe(app: FastAPI, readers_need_keys: bool) -> None:
    """Let the OpenAPI document say what FastAPI does not know."""
    contract = app.openapi

    def described() -> dict[str, Any]:
        return describe(contract(), readers_need_keys)

    app.openapi = described  # type: ignore[method-assign]


def _guard(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Add the middleware; what is added last runs first."""
    bodies = BodyLimits(settings.max_body_bytes, settings.max_upload_bytes, settings.body_seconds)
    app.add_middleware(LimitedBodies, limits=bodies)
    app.add_middleware(LoadShedding, max_waiting=settings.max_waiting, metrics=metrics)
    app.add_middleware(
        Authentication,
        keys=KeyFile(settings.keys_file),
        readers_need_keys=settings.readers_need_keys,
        per_minute=settings.rate_limit,
    )
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=match_origins(settings.allowed_origins) or None,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )
    app.add_middleware(AllowedHosts, allowed=settings.hosts)
    app.add_middleware(AccessLog, metrics=metrics)
    app.add_middleware(SecurityHeaders, framers=settings.framers)


def _watch(opened: Answerer, metrics: Metrics) -> None:
    """What every scrape reads anew; while the archive cannot be asked, its numbers are NaN."""

    def archive() -> tuple[float, float, float]:
        try:
            with opened.store.snapshot() as snapshot:
                stats = snapshot.stats()
        except UNUSABLE:
            return nan, nan, nan
        return stats.generation, stats.articles, stats.passages

    metrics.watch_together(ARCHIVE_NUMBERS, archive)
    metrics.watch("requests_waiting", "Requests that wait for a thread.", waiting)
    metrics.watch("requests_running", "Requests that a thread is at work on.", running)
