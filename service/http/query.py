"""`POST /query`: a question in, quotes out."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends

from service.answer import Answerer
from service.http.opened import answerer
from service.http.problems import Problem
from service.requests import QueryIn
from service.schemas import AnswerOut

router = APIRouter()


@router.post(
    "/query",
    summary="Ask the archive a question",
    responses={400: {"model": Problem}, 422: {"model": Problem}},
)
def query(asked: QueryIn, answers: Annotated[Answerer, Depends(answerer)]) -> AnswerOut:
    """The best passages word for word, or `no_answer` with the nearest misses."""
    started = time.perf_counter()
    answer = answers.answer(asked.inquiry())
    return AnswerOut.of(answer, (time.perf_counter() - started) * 1000)
