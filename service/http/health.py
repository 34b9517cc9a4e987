"""`GET /healthz`, `GET /readyz` and `GET /metrics`: alive, able to answer, and how busy."""

from __future__ import annotations

import logging
from typing import Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from onrecord.index.errors import OnrecordError
from onrecord.service.answer import Answerer
from onrecord.service.http.monitoring import Metrics
from onrecord.service.http.problems import Problem

router = APIRouter()
log = logging.getLogger(__name__)
# Threads of their own: probes do not wait for questions, nor questions for probes.
_probes, _scrapes = CapacityLimiter(1), CapacityLimiter(1)


class Alive(BaseModel):
    """The process runs."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The archive is open and the encoder loaded."""

    status: Literal["ready"] = "ready"
    generation: int
    articles: int


@router.get("/healthz", summary="Alive?")
async def healthz() -> Alive:
    """Whether the process runs."""
    return Alive()


@router.get("/readyz", summary="Ready to answer?", responses={503: {"model": Problem}})
async def readyz(request: Request) -> Ready:
    """Whether the archive opens and the encoder encodes, which are both tried."""
    try:
        return await to_thread.run_sync(_try, request.app.state.answerer, limiter=_probes)
    except Exception as error:  # whatever it is, the truth is that no question can be answered
        foreseen = isinstance(error, OnrecordError)  # else the log shows where it came from
        log.warning("not ready: %s", error, exc_info=None if foreseen else error)
        raise HTTPException(
            503, "the archive or the encoder cannot be used", headers={"Retry-After": "5"}
        ) from error


@router.get("/metrics", summary="Counts and times, for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """Counts and times since the process started, in Prometheus' text format."""
    counted: Metrics = request.app.state.metrics
    await to_thread.run_sync(counted.read_gauges, limiter=_scrapes)
    return Response(counted.write(), media_type=CONTENT_TYPE_LATEST)


def _try(opened: Answerer) -> Ready:
    opened.encoder.encode_question("ready?")
    with opened.store.snapshot() as snapshot:
        stats = snapshot.stats()
    return Ready(generation=stats.generation, articles=stats.articles)
