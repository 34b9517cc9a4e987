"""`POST /chat`: the quotes that answer a conversation, in one response or as server-sent events."""

from __future__ import annotations

import time

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from sse_starlette import ServerSentEvent

from onrecord.index.types import Answer
from onrecord.service.answer import Answerer, Stage
from onrecord.service.http.headers import prefers
from onrecord.service.http.problems import Problem
from onrecord.service.http.stream import EVENT_SCHEMA, MEDIA_TYPE, EventStream, event, write_stages
from onrecord.service.schemas import AnswerOut, ChatIn

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
    "The answer; with `Accept: text/event-stream` it comes as events. `status` names each stage "
    "as it begins: `reading` the question, `searching`, `quoting`. Then each Quote is a `quote`, "
    "in the answer's order, the full answer is an `answer`, and `done` is the last. A fault is an "
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
    answerer: Answerer = request.app.state.archive.answerer
    query = asked.query()
    began = time.perf_counter()

    def send_answer() -> Response:
        answered = AnswerOut.of(answerer.answer(query), began)
        return Response(answered.model_dump_json(), media_type="application/json")

    def on_stage(stage: Stage) -> list[ServerSentEvent]:
        return [event(f'{{"stage":"{stage}"}}', "status")]

    def on_answer(answer: Answer) -> list[ServerSentEvent]:
        answered = AnswerOut.of(answer, began)
        quotes = [event(quote.model_dump_json(), "quote") for quote in answered.quotes]
        return [*quotes, event(answered.model_dump_json(), "answer"), event("{}", "done")]

    if prefers(request, MEDIA_TYPE):
        return EventStream(write_stages(answerer, query, on_stage, on_answer), request, "error")
    return await to_thread.run_sync(send_answer)
