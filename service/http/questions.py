"""`POST /query`, `/chat` and `/verify`: the quotes that answer, and whether a quote is one."""

from __future__ import annotations

import time

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sse_starlette import ServerSentEvent

from onrecord.index.types import Answer
from onrecord.service.answer import Answerer, Stage
from onrecord.service.archive import Archive
from onrecord.service.http.headers import prefers
from onrecord.service.http.problems import Problem
from onrecord.service.http.stream import EVENT_SCHEMA, MEDIA_TYPE, EventStream, event
from onrecord.service.schemas import AnswerOut, ChatIn, QueryIn, VerifyIn, VerifyOut

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

router = APIRouter(responses={400: {"model": Problem}, 422: {"model": Problem}})


@router.post("/query", summary="Ask the archive a question", response_model=AnswerOut)
def query(asked: QueryIn, request: Request) -> Response:
    """The best passages word for word, or `no_answer` with the nearest misses."""
    began = time.perf_counter()
    archive: Archive = request.app.state.archive
    answer = archive.answerer.answer(asked.query())
    return as_json(AnswerOut.of(answer, began, str(request.base_url)))


@router.post(
    "/chat",
    summary="Ask the archive within a conversation",
    response_model=AnswerOut,
    responses={
        200: {
            "description": DESCRIPTION,
            "content": {MEDIA_TYPE: {"itemSchema": EVENT_SCHEMA, "example": EXAMPLE}},
        },
    },
)
async def chat(asked: ChatIn, request: Request) -> Response:
    """The last message is the question; the user's earlier ones say what a follow-up is about."""
    answerer: Answerer = request.app.state.archive.answerer
    query, base = asked.query(), str(request.base_url)
    began = time.perf_counter()

    def send_answer() -> Response:
        return as_json(AnswerOut.of(answerer.answer(query), began, base))

    def write_events(found: Stage | Answer) -> list[ServerSentEvent]:
        if not isinstance(found, Answer):
            return [event(f'{{"stage":"{found}"}}', "status")]
        answered = AnswerOut.of(found, began, base)
        quotes = [event(quote.model_dump_json(), "quote") for quote in answered.quotes]
        return [*quotes, event(answered.model_dump_json(), "answer"), event("{}", "done")]

    if prefers(request, MEDIA_TYPE):
        return EventStream(answerer.stages(query), write_events, request, "error")
    return await to_thread.run_sync(send_answer)


@router.post(
    "/verify",
    summary="Is this sentence in the archive, word for word?",
    response_model=VerifyOut,
)
def verify_quote(asked: VerifyIn, request: Request) -> Response:
    """`verbatim`, `altered` with what differs, or `not_found`; at most ten matches, best first.

    In a `diff`, equal and deleted pieces joined are the quote, equal and inserted ones the `text`.
    Headlines are searched too: such a match has `headline` and no offsets. The form of quotation
    marks, white space, ligatures and invisible characters do not count against `verbatim`, and
    marks around the quote are set aside; case, dashes and punctuation count. `similarity` compares
    words without case and punctuation. Where an article limits quotation, its matches together
    show no more than that: a text is cut, and the rest of the quote is deleted in its diff.
    """
    archive: Archive = request.app.state.archive
    return as_json(VerifyOut.of(archive.verify(asked.quote)))


def as_json(shape: BaseModel) -> Response:
    """The response, written in the thread that answers; FastAPI would wait for another one."""
    return Response(shape.model_dump_json(), media_type="application/json")
