"""`GET /healthz`, `GET /readyz` and `GET /metrics`: is it alive, can it answer, how busy is it."""

from __future__ import annotations

import logging
from math import nan
from typing import Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from onrecord.index.errors import UNUSABLE, OnrecordError
from onrecord.index.store import Stats
from onrecord.service.archive import Archive
from onrecord.service.http.limits import running, waiting
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
        return await to_thread.run_sync(_try, request.app.state.archive, limiter=_probes)
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
    counted.set_gauges(requests_waiting=waiting(), requests_running=running())
    try:
        stats = await to_thread.run_sync(_read_stats, request.app.state.archive, limiter=_scrapes)
        numbers: tuple[float, ...] = (stats.generation, stats.articles, stats.passages)
    except UNUSABLE:
        numbers = (nan, nan, nan)
    names = ("archive_generation", "archive_articles", "archive_passages")
    counted.set_gauges(**dict(zip(names, numbers, strict=True)))
    return Response(counted.write(), media_type=CONTENT_TYPE_LATEST)


def _try(archive: Archive) -> Ready:
    archive.encoder.encode_question("ready?")
    stats = _read_stats(archive)
    return Ready(generation=stats.generation, articles=stats.articles)


def _read_stats(archive: Archive) -> Stats:
    with archive.store.snapshot() as snapshot:
        return snapshot.stats()
