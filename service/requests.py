"""What the HTTP contract takes: every request is checked here, at the edge.

Clients are written against these names; the answers' shapes are in `service/schemas.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from onrecord.index.types import Filter, Published
from onrecord.service.answer import Query

Question = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, strict=True)
]

MOST_EARLIER = 20  # questions that a follow-up is read against
MOST_MESSAGES = 1_000  # a conversation is sent whole each time; one of 500 turns has long lost it


def _as_day(given: object) -> object:
    """Let a day through that is written YYYY-MM-DD; a time stamp is not one."""
    if type(given) is date or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise ValueError("expected a day as YYYY-MM-DD")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_as_day)]


def _check_published(given: str | None) -> str | None:
    """Let a calendar date of any precision through."""
    if given is not None:
        precision = {4: "year", 7: "month", 10: "day"}.get(len(given))
        try:
            Published(given, precision)  # type: ignore[arg-type]
        except ValueError as error:  # its text repeats what was given
            raise ValueError("expected a calendar date as YYYY-MM-DD, YYYY-MM or YYYY") from error
    return given


class RequestBody(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Asking(RequestBody):
    """What every question is asked with: how many quotes, from which articles, in which order."""

    top_k: Annotated[int, Field(ge=1, le=50, strict=True, description="the most quotes")] = 5
    published_from: Annotated[Day | None, Field(description="first day of publication")] = None
    published_to: Annotated[Day | None, Field(description="last day of publication")] = None
    outlets: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=200, strict=True)]] | None,
        Field(min_length=1, max_length=50, description="only these outlets, in any case"),
    ] = None
    sort: Annotated[
        Literal["relevance", "newest", "oldest"],
        Field(description="the order of the `top_k` most relevant quotes"),
    ] = "relevance"
    today: Annotated[
        Day | None, Field(description='what "last week" is read against; null: the UTC date')
    ] = None

    @model_validator(mode="after")
    def _window_runs_forward(self) -> Self:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError("published_from is after published_to")
        return self

    def _ask(self, question: str, history: Sequence[str]) -> Query:
        """A question with its history, and all that it is asked with."""
        return Query(
            question=question,
            top_k=self.top_k,
            where=Filter(
                self.published_from,
                self.published_to,
                tuple(self.outlets) if self.outlets else None,
            ),
            sort=self.sort,
            history=tuple(history),
            today=self.today,
        )


class QueryIn(Asking):
    """What `POST /query` takes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "How many people were drafted in Crimea in 2024?", "top_k": 3}
            ]
        }
    )

    question: Annotated[Question, Field(description="in plain words")]
    history: Annotated[
        list[Question],
        Field(
            max_length=MOST_EARLIER,
            description="the conversation's earlier questions, oldest first",
        ),
    ] = []

    def query(self) -> Query:
        """The request as the answerer takes it."""
        return self._ask(self.question, self.history)


class ArticleIn(RequestBody):
    """One article as `POST /articles` takes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Night ferry stops",
                    "text": "The night ferry between Varnholm and the island of Lys sails no more.",
                    "published": "2024-03-04",
                    "outlet": "Harbour Post",
                }
            ]
        }
    )

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    text: Annotated[str, StringConstraints(min_length=1)]
    id: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="its own id, if it has one"),
    ] = None
    published: Annotated[
        str | None,
        AfterValidator(_check_published),
        Field(
            description="YYYY-MM-DD, YYYY-MM or YYYY, as far as it is known",
            json_schema_extra={"pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
        ),
    ] = None
    outlet: Annotated[str | None, StringConstraints(min_length=1, max_length=200)] = None
    authors: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] | None,
        Field(max_length=50),
    ] = None
    url: Annotated[
        HttpUrl | None,
        Field(
            description="where it was published; never fetched",
            json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"},
        ),
    ] = None


class ChatMessage(RequestBody):
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[
        str,
        Field(
            strict=True,
            description="of a user: a question of 1 to 1000 characters; of the assistant: ignored",
        ),
    ]

    @field_validator("content")
    @classmethod
    def _users_ask(cls, content: str, info: ValidationInfo) -> str:
        if info.data.get("role") != "user":
            return content
        try:
            return _QUESTION.validate_python(content)
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"]) from error


_QUESTION = TypeAdapter(Question)


class ChatIn(Asking):
    """What `POST /chat` takes: a conversation, whose last message is the question.

    The user's messages before it are its history, of which the newest 20 count.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "messages": [
                        {"role": "user", "content": "How many were drafted in Crimea in 2024?"},
                        {"role": "assistant", "content": "… (ignored)"},
                        {"role": "user", "content": "And in 2023?"},
                    ]
                }
            ]
        }
    )

    messages: Annotated[
        list[ChatMessage],
        Field(
            min_length=1,
            max_length=MOST_MESSAGES,
            description="oldest first; the last is the user's",
        ),
    ]

    @field_validator("messages")
    @classmethod
    def _a_question_comes_last(cls, messages: list[ChatMessage]) -> list[ChatMessage]:
        if messages[-1].role != "user":
            raise ValueError("the last message must be the user's")
        return messages

    def query(self) -> Query:
        """The request as the answerer takes it."""
        *earlier, question = (turn.content for turn in self.messages if turn.role == "user")
        return self._ask(question, earlier[-MOST_EARLIER:])


class VerifyIn(RequestBody):
    """What `POST /verify` takes: the quote as it was read or heard, white space included."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"quote": "Russia drafted nearly 5,500 people from occupied Crimea into its army"}
            ]
        }
    )

    quote: Annotated[
        str,
        StringConstraints(min_length=1, max_length=5_000, strict=True),
        Field(description="the sentence that an article is said to hold"),
    ]
