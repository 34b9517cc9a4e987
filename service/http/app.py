"""The application: its routes, its middleware and its OpenAPI document."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from onrecord.service.archive import Archive
from onrecord.service.http import articles, health, openai, pages, questions
from onrecord.service.http.auth import AllowedHosts, Authentication, is_open, writes
from onrecord.service.http.headers import SecurityHeaders
from onrecord.service.http.limits import LimitedBodies, LoadShedding, Refusing
from onrecord.service.http.mcp import McpEndpoint
from onrecord.service.http.monitoring import AccessLog, Metrics
from onrecord.service.http.problems import HANDLERS, MEDIA_TYPE, OPENAI_PREFIX, OpenAIFault
from onrecord.service.keys import KeyFile
from onrecord.service.settings import Settings

# Threads that all compute hinder each other in Python: on two cores and without a reranker, eight
# clients get a quarter more answers per second from three threads than from eight.
WORKERS = (os.cpu_count() or 1) + 1
KEY = "key"
# What any call may answer; FastAPI knows only what a route's own code answers.
ANY_CALL: dict[int | str, dict[str, Any]] = {
    401: {"description": "the key is missing or unknown"},
    413: {"description": "the request is too large"},
    421: {"description": "the service does not answer to that host name"},
    429: {"description": "too many requests; `Retry-After` says when to come back"},
    503: {"description": "too many requests are waiting, or the archive is being written to"},
}


def create_app(archive: Archive) -> FastAPI:
    """The application over an open archive, which whoever opened it closes."""
    metrics, settings = Metrics(), archive.settings
    archive.observe(metrics)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = WORKERS
        async with mcp.run():
            yield

    app = FastAPI(
        title="onrecord",
        version=version("onrecord"),
        description="Ask a news archive a question; get back what its articles say, word for word.",
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        responses=ANY_CALL,
        docs_url=None,
        redoc_url=None,
    )
    app.state.archive, app.state.metrics = archive, metrics
    for module in (questions, articles, openai, health, pages):
        app.include_router(module.router)
    mcp = McpEndpoint(archive)
    app.router.routes.append(Route("/mcp", mcp, methods=["POST"], include_in_schema=False))
    _add_middleware(app, settings, metrics)
    _describe(app, settings.readers_need_keys)
    return app


def _add_middleware(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Add the middleware; what is added last runs first."""
    app.add_middleware(
        LimitedBodies,
        max_bytes=settings.max_body_bytes,
        max_upload_bytes=settings.max_upload_bytes,
        max_seconds=settings.body_seconds,
    )
    shedding = LoadShedding(settings.max_waiting, metrics)
    keys = KeyFile(settings.keys_file)
    authentication = Authentication(keys, settings.readers_need_keys, settings.rate_limit)
    app.add_middleware(Refusing, check=shedding.check)
    app.add_middleware(Refusing, check=authentication.check)
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=settings.origin_pattern or None,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )
    app.add_middleware(Refusing, check=AllowedHosts(settings.hosts).check)
    app.add_middleware(AccessLog, metrics=metrics)
    app.add_middleware(SecurityHeaders, framers=settings.framers)


def _describe(app: FastAPI, readers_need_keys: bool) -> None:
    """Add to the OpenAPI document what FastAPI does not know: keys, faults and their shapes."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        scheme = {"type": "http", "scheme": "bearer", "description": "made by `onrecord key new`"}
        document["components"]["securitySchemes"] = {KEY: scheme}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _describe_key(path, method, operation, readers_need_keys)
                _describe_faults(path, operation)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_key(
    path: str, method: str, operation: dict[str, Any], readers_need_keys: bool
) -> None:
    """Writing needs a key; reading may do so, as the service is set."""
    if not is_open(path):
        needed = readers_need_keys or writes(method.upper(), path)
        operation["security"] = [{KEY: []}] if needed else [{}, {KEY: []}]


def _describe_faults(path: str, operation: dict[str, Any]) -> None:
    """Faults come in OpenAI's shape, or as problems under a media type of their own."""
    openai = path.startswith(OPENAI_PREFIX)
    media_type = "application/json" if openai else MEDIA_TYPE
    name = OpenAIFault.__name__ if openai else "Problem"
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    for status, answer in operation["responses"].items():
        if status >= "400":
            answer["content"] = content
