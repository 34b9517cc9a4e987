"""What OpenAI's chat completions take, as far as an archive has a use for it, and what they give.

Source: OpenAI API reference, "Chat completions", as the official Python client 3.54 reads it.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from onrecord.index.defaults import MAX_QUESTION_CHARS
from onrecord.index.tokens import count_tokens
from onrecord.index.types import Answer
from onrecord.service.answer import Query
from onrecord.service.openai.markdown import Markdown, UrlCitation
from onrecord.service.schemas import MOST_EARLIER, MOST_MESSAGES, with_example

MODEL: Final = "onrecord"
Switch = Annotated[bool, Field(strict=True)]  # 0 and "yes" are refused
ROLES = Literal["system", "developer", "user", "assistant", "tool", "function"]
PARTS = {"type": "array", "items": {"type": "object"}}
CONTENT = {"anyOf": [{"type": "string"}, PARTS, {"type": "null"}]}


class OpenAIBody(BaseModel):
    """What a client sends; the many fields that an archive has no use for are ignored."""

    model_config = ConfigDict(
        extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True
    )


class MessageIn(OpenAIBody):
    """One turn of a conversation, its text as one string; parts are joined by line ends."""

    role: ROLES
    content: Annotated[
        str,
        StringConstraints(min_length=0),  # pydantic refuses a lone surrogate only where it counts
        WithJsonSchema(CONTENT),
    ] = ""
    """text, or parts of which text is read"""

    @field_validator("content", mode="before")
    @classmethod
    def _join_parts(cls, content: object, info: ValidationInfo) -> object:
        if content is None:
            return ""
        if not isinstance(content, list):
            return content
        texts = [_text(part) for part in content]
        if info.data.get("role") == "user" and None in texts:
            raise ValueError("expected parts of type text: an archive reads nothing else")
        return "\n".join(text for text in texts if text is not None)


class StreamOptionsIn(OpenAIBody):
    """What a stream holds besides its content."""

    include_usage: Switch | None = None


class CompletionIn(OpenAIBody):
    """A conversation whose last message is the question; what sets up a model is ignored."""

    model_config = with_example(
        model=MODEL,
        messages=[{"role": "user", "content": "How many were drafted in Crimea?"}],
    )

    messages: list[MessageIn] = Field(min_length=1, max_length=MOST_MESSAGES)
    model: str = Field(MODEL, max_length=200)
    """any: the archive answers, and says so"""
    n: Literal[1] | None = None
    """there is one answer"""
    stream: Switch | None = None
    stream_options: StreamOptionsIn | None = None

    @field_validator("messages")
    @classmethod
    def _a_question_comes_last(cls, messages: list[MessageIn]) -> list[MessageIn]:
        turns = [turn for turn in messages if turn.role not in ("system", "developer")]
        if not turns or turns[-1].role != "user":
            raise ValueError("the last message must be the user's")
        if not _is_question(turns[-1]):
            raise ValueError(
                f"the last message must be a question of 1 to {MAX_QUESTION_CHARS} characters"
            )
        return messages

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with the number of tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def query(self) -> Query:
        """The question, with the user's earlier ones; a message that is too long is left out."""
        *earlier, question = (turn.content.strip() for turn in self.messages if _is_question(turn))
        return Query(question, history=tuple(earlier[-MOST_EARLIER:]))

    def count_tokens(self) -> int:
        """The tokens of all messages."""
        return sum(count_tokens(turn.content) for turn in self.messages)


class Annotation(BaseModel):
    """A citation in the content of an article that has a URL."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class MessageOut(BaseModel):
    """Quotes, citations and fixed phrases, in Markdown."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one answer."""

    index: Literal[0] = 0
    message: MessageOut
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens of the archive's own vocabulary."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionOut(BaseModel):
    """An answer; on one day the same `system_fingerprint` and messages give the same content."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: Literal["onrecord"] = MODEL
    choices: list[Choice]
    usage: Usage
    system_fingerprint: str

    @classmethod
    def of(cls, answer: Answer, written: Markdown, prompt_tokens: int) -> Self:
        """The answer, written as Markdown, to messages of so many tokens."""
        tokens = count_tokens(written.text)
        annotations = [Annotation(url_citation=citation) for citation in written.citations]
        return cls(
            id=f"chatcmpl-{uuid.uuid4().hex}",
            created=int(time.time()),
            choices=[Choice(message=MessageOut(content=written.text, annotations=annotations))],
            usage=Usage(
                prompt_tokens=prompt_tokens,
                completion_tokens=tokens,
                total_tokens=prompt_tokens + tokens,
            ),
            system_fingerprint=answer.fingerprint,
        )


def cut_chunks(completion: CompletionOut, blocks: Sequence[str], *, with_usage: bool) -> list[str]:
    """The chunks of a stream as JSON: the role, each block, the annotations if any, the end.

    With usage each chunk has it as null, and one more chunk without choices has the numbers.
    """
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": block} for block in blocks]
    annotations = completion.choices[0].message.annotations
    if annotations:
        deltas.append({"annotations": [one.model_dump() for one in annotations]})
    choices: list[dict[str, Any]] = [
        {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None} for delta in deltas
    ]
    choices.append({"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"})
    head: dict[str, Any] = completion.model_dump(
        include={"id", "created", "model", "system_fingerprint"}
    )
    head |= {"object": "chat.completion.chunk"} | ({"usage": None} if with_usage else {})
    chunks = [head | {"choices": [choice]} for choice in choices]
    if with_usage:
        chunks.append(head | {"choices": [], "usage": completion.usage.model_dump()})
    return [json.dumps(chunk, ensure_ascii=False, separators=(",", ":")) for chunk in chunks]


def _text(part: object) -> str | None:
    """The text of a part of a message; None where the part is something else."""
    if not isinstance(part, dict) or part.get("type") != "text":
        return None
    text = part.get("text")
    return text if isinstance(text, str) else None


def _is_question(turn: MessageIn) -> bool:
    return turn.role == "user" and 1 <= len(turn.content.strip()) <= MAX_QUESTION_CHARS
