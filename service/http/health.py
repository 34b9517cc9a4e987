"""`GET /healthz`, `/readyz`, `/metrics` and `/status`: does it work, and what does it hold."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from math import nan
from typing import Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from onrecord.index.errors import UNUSABLE, OnrecordError
from onrecord.index.store import Stats
from onrecord.service.archive import Archive, Status
from onrecord.service.http.limits import running, waiting
from onrecord.service.http.monitoring import Metrics
from onrecord.service.http.problems import Problem
from onrecord.service.intake import current_to, find_silent

router = APIRouter()
log = logging.getLogger(__name__)
# Threads of their own: probes do not wait for questions, nor questions for probes.
_probes, _scrapes = CapacityLimiter(1), CapacityLimiter(1)


class Alive(BaseModel):
    """The process runs."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The archive is open and the encoder loaded; `degraded` where a watched source is silent."""

    status: Literal["ready", "degraded"] = "ready"
    generation: int
    articles: int


class SourceOut(BaseModel):
    """A folder or feed, or what clients posted: when it was read last, and last brought something.

    A watched source is `failing` while it cannot be read, and `silent` where it has brought
    nothing for longer than its alarm says.
    """

    name: str
    watched: bool
    checked: datetime | None
    taken_in: datetime | None
    failing: bool
    silent: bool


class StatusOut(BaseModel):
    """What the archive holds, and until when it has all that its sources have."""

    articles: int
    passages: int
    published_from: date | None
    published_to: date | None
    outlets: list[str]
    current_to: datetime | None
    sources: list[SourceOut]

    @classmethod
    def of(cls, status: Status) -> StatusOut:
        """The status as clients see it."""
        now = datetime.now(UTC)
        sources = [
            SourceOut(
                name=source.name,
                watched=source.watched,
                checked=source.checked,
                taken_in=source.taken_in,
                failing=source.fault is not None,
                silent=source.is_silent(now),
            )
            for source in status.sources
        ]
        return cls(
            articles=status.stats.articles,
            passages=status.stats.passages,
            published_from=status.holdings.first,
            published_to=status.holdings.last,
            outlets=list(status.holdings.outlets),
            current_to=status.current_to,
            sources=sources,
        )


@router.get("/healthz", summary="Alive?")
async def healthz() -> Alive:
    """Whether the process runs."""
    return Alive()


@router.get("/readyz", summary="Ready to answer?", responses={503: {"model": Problem}})
async def readyz(request: Request) -> Ready:
    """Whether the archive opens and the encoder encodes, which are both tried.

    Where a watched source is silent it is ready all the same, and says `degraded`.
    """
    try:
        return await to_thread.run_sync(_try, request.app.state.archive, limiter=_probes)
    except Exception as error:  # whatever it is, the truth is that no question can be answered
        foreseen = isinstance(error, OnrecordError)  # else the log shows where it came from
        log.warning("not ready: %s", error, exc_info=None if foreseen else error)
        raise HTTPException(
            503, "the archive or the encoder cannot be used", headers={"Retry-After": "5"}
        ) from error


@router.get("/status", summary="What the archive holds, and until when it is current")
def read_status(request: Request) -> StatusOut:
    """Articles, days, outlets and sources. Reading them is not for free in a large archive."""
    archive: Archive = request.app.state.archive
    return StatusOut.of(archive.status())


@router.get("/metrics", summary="Counts and times, for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """Counts and times since the process started, in Prometheus' text format."""
    counted: Metrics = request.app.state.metrics
    counted.set_gauges(requests_waiting=waiting(), requests_running=running())
    archive = request.app.state.archive
    counted.set_gauges(**await to_thread.run_sync(_measure, archive, limiter=_scrapes))
    return Response(counted.write(), media_type=CONTENT_TYPE_LATEST)


def _try(archive: Archive) -> Ready:
    archive.encoder.encode_question("ready?")
    stats = _read_stats(archive)
    silent = find_silent(archive.intake.sources())
    return Ready(
        status="degraded" if silent else "ready",
        generation=stats.generation,
        articles=stats.articles,
    )


def _measure(archive: Archive) -> dict[str, float]:
    """The gauges of the archive; those that nobody knows are not a number."""
    sources = archive.intake.sources()
    current = current_to(sources)
    gauges = {
        "sources_silent": len(find_silent(sources)),
        "archive_current_to_seconds": current.timestamp() if current else nan,
    }
    try:
        stats = _read_stats(archive)
        numbers: tuple[float, ...] = (stats.generation, stats.articles, stats.passages)
    except UNUSABLE:
        numbers = (nan, nan, nan)
    names = ("archive_generation", "archive_articles", "archive_passages")
    return gauges | dict(zip(names, numbers, strict=True))


def _read_stats(archive: Archive) -> Stats:
    with archive.store.snapshot() as snapshot:
        return snapshot.stats()
