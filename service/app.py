"""Put the service together: what it opens, its doors, and which fault is which status."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import ArchiveBusy
from service.answer import Answerer
from service.http import articles, health, query
from service.http.access import AccessLog
from service.http.problems import name_media_type, problem, refuse_http, refuse_request

log = logging.getLogger(__name__)


def create_app(opened: Answerer) -> FastAPI:
    """The application over an open archive, which it closes when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        opened.store.close()

    app = FastAPI(
        title="onrecord",
        version=version("onrecord"),
        description="Ask a news archive a question; get back what its articles say, word for word.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.answerer = opened
    for module in (query, articles, health):
        app.include_router(module.router)
    app.add_middleware(AccessLog)
    app.add_exception_handler(RequestValidationError, refuse_request)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_exception_handler(ArchiveBusy, refuse_busy)
    app.add_exception_handler(Exception, refuse_unforeseen)
    contract = app.openapi
    app.openapi = lambda: name_media_type(contract())  # type: ignore[method-assign]
    return app


async def refuse_busy(request: Request, error: Exception) -> JSONResponse:
    """Another process is writing: come back in a moment."""
    return problem(request, 503, str(error), headers={"Retry-After": "5"})


async def refuse_unforeseen(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours; its text stays in the log."""
    request_id = request.state.request_id  # this answer does not pass through `AccessLog`
    log.error("request %s failed", request_id, exc_info=error)
    return problem(
        request,
        500,
        "an unforeseen error; the log has it under this request's id",
        headers={"X-Request-ID": request_id},
    )
