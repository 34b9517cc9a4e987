"""What OpenAI's chat completions take, as far as an archive has a use for it.

Source: OpenAI API reference, "Chat completions", as the official Python client 3.54 reads it.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from onrecord.index.tokens import count_tokens
from onrecord.service.answer import Query
from onrecord.service.requests import MOST_EARLIER, MOST_MESSAGES

MODEL: Final = "onrecord"
QUESTION_CHARS = 1_000
Switch = Annotated[bool, Field(strict=True)]  # 0 and "yes" are none
ROLES = Literal["system", "developer", "user", "assistant", "tool", "function"]
CONTENT = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "object"}},
        {"type": "null"},
    ]
}


class Given(BaseModel):
    """What a client sends; the many fields that an archive has no use for are passed over."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class MessageIn(Given):
    """One turn of a conversation, its text as one string; parts are joined by line ends."""

    role: ROLES
    content: Annotated[
        str,
        StringConstraints(min_length=0),  # pydantic refuses half a character only where it counts
        WithJsonSchema(CONTENT),
        Field(description="text, or parts of which text is read"),
    ] = ""

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


class StreamOptionsIn(Given):
    """What a stream says besides its content."""

    include_usage: Switch | None = None


class CompletionIn(Given):
    """A conversation whose last message is the question; what sets up a model is ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [{"role": "user", "content": "How many were drafted in Crimea?"}],
                }
            ]
        }
    )

    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=MOST_MESSAGES)]
    model: Annotated[
        str, Field(max_length=200, description="any: the archive answers, and says so")
    ] = MODEL
    n: Annotated[Literal[1] | None, Field(description="there is one answer")] = None
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
                f"the last message must be a question of 1 to {QUESTION_CHARS} characters"
            )
        return messages

    @property
    def tells_usage(self) -> bool:
        """Whether a stream ends with the tokens that were counted."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def query(self) -> Query:
        """The question, with the user's earlier ones; a message too long to be one is none."""
        *earlier, question = (turn.content.strip() for turn in self.messages if _is_question(turn))
        return Query(question, history=tuple(earlier[-MOST_EARLIER:]))

    def count_tokens(self) -> int:
        """The tokens of all messages."""
        return sum(count_tokens(turn.content) for turn in self.messages)


def _text(part: object) -> str | None:
    """The text of a part of a message; None where the part is something else."""
    if not isinstance(part, dict) or part.get("type") != "text":
        return None
    text = part.get("text")
    return text if isinstance(text, str) else None


def _is_question(turn: MessageIn) -> bool:
    return turn.role == "user" and 1 <= len(turn.content.strip()) <= QUESTION_CHARS
