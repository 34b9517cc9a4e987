"""OpenAI chat completions: what they take, as far as an archive uses it, and what they give.

The answer is Markdown that holds quotes, citations and fixed phrases and nothing else. A quote is a
blockquote: its characters as they stand in the article, each line after `> `. The line below names
the article and links to it. Nearest misses are shown but not cited: a reader that lists an answer's
citations must not take them for its sources.

Source: OpenAI API reference, "Chat completions", as the official Python client 3.54 reads it.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from onrecord.index.types import Answer, Article, Quote
from onrecord.service.answer import Query
from onrecord.service.citations import (
    ALSO_IN,
    NEAREST,
    REASONS,
    SOURCE,
    link,
    place,
    say_source,
    say_terms,
)
from onrecord.service.schemas import MOST_EARLIER, MOST_MESSAGES, RequestBody, with_example

# What would end a link in Markdown too early.
_CLOSING = {ord(mark): f"%{ord(mark):02X}" for mark in "()<> "}
Switch = Annotated[bool, Field(strict=True)]  # 0 and "yes" are refused
ROLES = Literal["system", "developer", "user", "assistant", "tool", "function"]
PARTS = {"type": "array", "items": {"type": "object"}}
CONTENT = {"anyOf": [{"type": "string"}, PARTS, {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class UrlCitation:
    """Code points of the content, half-open, that name an article, and where to read it."""

    start_index: int
    end_index: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """An answer's blocks, which joined are its text, and the citations in it, in order."""

    blocks: tuple[str, ...]
    citations: tuple[UrlCitation, ...]

    @property
    def text(self) -> str:
        """The blocks joined."""
        return "".join(self.blocks)


def write_markdown(answer: Answer, base: str | None = None) -> Markdown:
    """The reason if there is no answer, then a block for each quote.

    `base` is the service's own address, to which articles without one of their own are linked.
    """
    blocks = [] if answer.reason is None else [REASONS[answer.reason]]
    citations: list[UrlCitation] = []
    if answer.nearest:
        blocks.append(f"\n\n{NEAREST}")
    reached = sum(map(len, blocks))
    for quote in answer.quotes or answer.nearest:
        block = "\n\n" if reached else ""
        for text, cited in _pieces(quote, base):
            start = reached + len(block)
            block += text
            if cited is not None and answer.quotes:
                citations.append(UrlCitation(start, start + len(text), *cited))
        blocks.append(block)
        reached += len(block)
    return Markdown(tuple(blocks), tuple(citations))


def name_source(article: Article) -> str:
    """Outlet, “Title”, 5 December 2024, on one line whatever the title holds."""
    return " ".join(say_source(article).split())


def _pieces(quote: Quote, base: str | None) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """A quote in Markdown, piece by piece; one that can be followed has a title and a link."""
    yield "\n".join(f"> {line}" for line in quote.text.split("\n")), None
    yield "\n\n— ", None
    yield from _source(quote.article, link(quote, base))
    if quote.article.terms is not None:
        yield f"\n\n{say_terms(quote.article.terms)}", None
    for article in quote.also_in:
        yield f"\n\n{ALSO_IN} ", None
        yield from _source(article, place(article, base))


def _source(article: Article, url: str | None) -> Iterator[tuple[str, tuple[str, str] | None]]:
    yield name_source(article), None if url is None else (article.title, url)
    if url is not None:
        yield f" ([{SOURCE}]({url.translate(_CLOSING)}))", None


MODEL: Final = "onrecord"


class OpenAIBody(RequestBody):
    """What a client sends; the many fields that an archive has no use for are ignored."""

    model_config = ConfigDict(extra="ignore")


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
