"""`GET /healthz` and `GET /readyz`: is the process alive, can it answer."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from service.answer import Answerer
from service.http.opened import answerer

router = APIRouter()


class Alive(BaseModel):
    """The process runs."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The archive is open and the encoder loaded."""

    status: Literal["ready"] = "ready"
    generation: int
    articles: int


@router.get("/healthz", summary="Alive?")
def healthz() -> Alive:
    """Whether the process runs."""
    return Alive()


@router.get("/readyz", summary="Ready to answer?")
def readyz(opened: Annotated[Answerer, Depends(answerer)]) -> Ready:
    """Whether the archive opens and the encoder encodes, tried out."""
    opened.encoder.encode_question("ready?")
    with opened.store.snapshot() as snapshot:
        stats = snapshot.stats()
    return Ready(generation=stats.generation, articles=stats.articles)
