"""Cut a completion into the chunks of OpenAI's streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel

from onrecord.service.openai.requests import MODEL
from onrecord.service.openai.schemas import CompletionOut, Usage


class ChunkChoice(BaseModel):
    """What a chunk adds to the message; the last has the reason to finish."""

    index: Literal[0] = 0
    delta: dict[str, Any]
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Chunk(BaseModel):
    """A piece of a completion. `usage` is there where it was asked for, and set in the last."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: Literal["onrecord"] = MODEL
    choices: list[ChunkChoice]
    system_fingerprint: str
    usage: Usage | None = None


def cut_chunks(whole: CompletionOut, blocks: tuple[str, ...], *, tell_usage: bool) -> Iterator[str]:
    """The chunks as JSON: the role, each block, the annotations if any, the end, the usage."""

    def chunk(choices: list[ChunkChoice], usage: Usage | None) -> str:
        made = Chunk(
            id=whole.id,
            created=whole.created,
            choices=choices,
            system_fingerprint=whole.system_fingerprint,
            usage=usage,
        )
        return made.model_dump_json(exclude=None if tell_usage else {"usage"})

    for choice in _choices(whole, blocks):
        yield chunk([choice], None)
    if tell_usage:
        yield chunk([], whole.usage)


def _choices(whole: CompletionOut, blocks: tuple[str, ...]) -> Iterator[ChunkChoice]:
    yield ChunkChoice(delta={"role": "assistant", "content": ""})
    for block in blocks:
        yield ChunkChoice(delta={"content": block})
    annotations = whole.choices[0].message.annotations
    if annotations:
        yield ChunkChoice(delta={"annotations": [one.model_dump() for one in annotations]})
    yield ChunkChoice(delta={}, finish_reason="stop")
