"""`POST /query`: the quotes that answer a question."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response

from onrecord.service.archive import Archive
from onrecord.service.http.problems import Problem
from onrecord.service.schemas import AnswerOut, QueryIn

router = APIRouter()


@router.post(
    "/query",
    summary="Ask the archive a question",
    response_model=AnswerOut,
    responses={400: {"model": Problem}, 422: {"model": Problem}},
)
def query(asked: QueryIn, request: Request) -> Response:
    """The best passages word for word, or `no_answer` with the nearest misses."""
    began = time.perf_counter()
    archive: Archive = request.app.state.archive
    answer = archive.answerer.answer(asked.query())
    answered = AnswerOut.of(answer, began)
    return Response(answered.model_dump_json(), media_type="application/json")
