"""`POST /query`: a question in, quotes out."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from onrecord.service.answer import Answerer
from onrecord.service.http.opened import answerer
from onrecord.service.http.problems import Problem
from onrecord.service.http.sending import send_json
from onrecord.service.requests import QueryIn
from onrecord.service.schemas import AnswerOut

router = APIRouter()


@router.post(
    "/query",
    summary="Ask the archive a question",
    response_model=AnswerOut,
    responses={400: {"model": Problem}, 422: {"model": Problem}},
)
def query(asked: QueryIn, answers: Annotated[Answerer, Depends(answerer)]) -> Response:
    """The best passages word for word, or `no_answer` with the nearest misses."""
    started = time.perf_counter()
    answer = answers.answer(asked.inquiry())
    return send_json(AnswerOut.of(answer, (time.perf_counter() - started) * 1000))
