"""What OpenAI's chat completions give: an answer as Markdown, whole or in chunks.

Source: OpenAI API reference, "Chat completions", as the official Python client 3.54 reads it.
"""

from __future__ import annotations

import time
import uuid
from typing import Literal, Self

from pydantic import BaseModel

from onrecord.index.tokens import count_tokens
from onrecord.index.types import Answer
from onrecord.service.openai.markdown import Citation, Markdown
from onrecord.service.openai.requests import MODEL


class UrlCitation(BaseModel):
    """Code points of the content, half-open, that name an article, and where to read it."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation in the content of an article that has a URL."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """The citation as OpenAI shows it."""
        span = citation.span
        return cls(
            url_citation=UrlCitation(
                start_index=span.start,
                end_index=span.end,
                title=citation.title,
                url=citation.url,
            )
        )


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
    """An answer; the same `system_fingerprint` and messages give the same content on a day."""

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
        annotations = [Annotation.of(citation) for citation in written.citations]
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
