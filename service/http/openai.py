"""`POST /v1/chat/completions` and `GET /v1/models`: the archive, for OpenAI's clients.

Completions are made of quotes, citations and fixed phrases, whatever the messages ask for.
"""

from __future__ import annotations

from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel
from sse_starlette import ServerSentEvent

from onrecord.index.types import Answer
from onrecord.service.answer import Answerer, Stage
from onrecord.service.http.problems import OpenAIFault
from onrecord.service.http.questions import as_json
from onrecord.service.http.stream import EVENT_SCHEMA, MEDIA_TYPE, EventStream, event
from onrecord.service.openai import MODEL, CompletionIn, CompletionOut, cut_chunks, write_markdown

RELEASED = 1_767_225_600  # a model has a date, in Unix seconds: 1 January 2026
ANY_FAULT = {"model": OpenAIFault, "description": "Any other fault."}

router = APIRouter(prefix="/v1", responses={"default": ANY_FAULT})


class Model(BaseModel):
    """What answers."""

    id: Literal["onrecord"] = MODEL
    object: Literal["model"] = "model"
    created: int = RELEASED
    owned_by: Literal["onrecord"] = MODEL


class Models(BaseModel):
    """All that answers: one."""

    object: Literal["list"] = "list"
    data: list[Model]


@router.get("/models", summary="List the models")
def list_models() -> Models:
    """The archive, under a model's name."""
    return Models(data=[Model()])


@router.get(
    "/models/{model}",
    summary="Describe a model",
    responses={404: {"model": OpenAIFault, "description": "There is no such model."}},
)
def read_model(model: str) -> Model:
    """The archive, under a model's name."""
    if model != MODEL:
        raise HTTPException(404, f"there is no such model; the only one is {MODEL}")
    return Model()


@router.post(
    "/chat/completions",
    summary="Ask the archive as OpenAI's clients do",
    response_model=CompletionOut,
    responses={
        200: {
            "description": "The answer as Markdown; with `stream` in OpenAI's chunks.",
            "content": {MEDIA_TYPE: {"itemSchema": EVENT_SCHEMA}},
        },
        400: {
            "model": OpenAIFault,
            "description": "The request is wrong; `param` names the field.",
        },
    },
)
async def complete(asked: CompletionIn, request: Request) -> Response:
    """Quotes for the last message; the user's earlier ones say what a follow-up is about."""
    answerer: Answerer = request.app.state.archive.answerer
    base = str(request.base_url)

    def write(answer: Answer) -> tuple[CompletionOut, tuple[str, ...]]:
        written = write_markdown(answer, base)
        return CompletionOut.of(answer, written, asked.count_tokens()), written.blocks

    def send_completion() -> Response:
        completion, _ = write(answerer.answer(asked.query()))
        return as_json(completion)

    def write_events(found: Stage | Answer) -> list[ServerSentEvent]:
        if not isinstance(found, Answer):
            return []
        chunks = cut_chunks(*write(found), with_usage=asked.wants_usage)
        return [*map(event, chunks), event("[DONE]")]

    if asked.stream:
        return EventStream(answerer.stages(asked.query()), write_events, request)
    return await to_thread.run_sync(send_completion)
