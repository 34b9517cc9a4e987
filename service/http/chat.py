"""`POST /chat`: a conversation in, quotes out, all at once or as server-sent events."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from onrecord.service.answer import Answerer, Query, Stage
from onrecord.service.http.negotiation import prefers
from onrecord.service.http.problems import Problem, respond
from onrecord.service.http.stream import EVENT_SCHEMA, MEDIA_TYPE, EventStream, Tell, event, exhaust
from onrecord.service.requests import ChatIn
from onrecord.service.schemas import AnswerOut

EXAMPLE = """event: status
data: {"stage": "reading"}

event: status
data: {"stage": "searching"}

event: status
data: {"stage": "quoting"}

event: quote
data: {"id": "crane:0-157", "text": "…", "start": 0, "end": 157, "…": "…"}

event: answer
data: {"question": "…", "status": "answered", "quotes": ["…"], "…": "…"}

event: done
data: {}

"""
DESCRIPTION = (
    "The answer; with `Accept: text/event-stream` it comes as events. `status` tells each stage "
    "as it begins: `reading` the question, `searching`, `quoting`. Then each Quote is a `quote`, "
    "in the answer's order, the whole is an `answer`, and `done` is the last. A fault is an "
    "`error` with a problem, after which nothing comes. Lines that begin with a colon keep the "
    "connection alive."
)

router = APIRouter()


@router.post(
    "/chat",
    summary="Ask the archive within a conversation",
    response_model=AnswerOut,
    responses={
        200: {
            "description": DESCRIPTION,
            "content": {MEDIA_TYPE: {"itemSchema": EVENT_SCHEMA, "example": EXAMPLE}},
        },
        400: {"model": Problem},
        422: {"model": Problem},
    },
)
async def chat(asked: ChatIn, request: Request) -> Response:
    """The last message is the question; the user's earlier ones say what a follow-up is about."""
    answers: Answerer = request.app.state.answerer
    query = asked.query()
    if prefers(request, MEDIA_TYPE):
        return EventStream(partial(_tell_answer, answers, query), partial(_fault, request))
    return await to_thread.run_sync(_send_answer, answers, query)


def _send_answer(answers: Answerer, query: Query) -> Response:
    answered = _answer(answers, query)
    return Response(answered.model_dump_json(), media_type="application/json")


def _tell_answer(answers: Answerer, query: Query, tell: Tell) -> None:
    """Tell the stages while they last, then the quotes, the answer and the end."""

    def tell_stage(stage: Stage) -> None:
        tell(event(f'{{"stage":"{stage}"}}', "status"))

    answer = _answer(answers, query, tell_stage)
    for quote in answer.quotes:
        tell(event(quote.model_dump_json(), "quote"))
    tell(event(answer.model_dump_json(), "answer"))
    tell(event("{}", "done"))


def _answer(
    answers: Answerer, query: Query, on_stage: Callable[[Stage], None] | None = None
) -> AnswerOut:
    started = time.perf_counter()
    stages = answers.stages(query)
    answer = exhaust(stages, on_stage)
    return AnswerOut.of(answer, (time.perf_counter() - started) * 1000)


async def _fault(request: Request, error: Exception) -> bytes:
    """The event that tells a fault: the problem that would have been the answer."""
    return event(bytes(respond(request, error).body).decode(), "error")
