"""What the HTTP contract takes: every request is checked here, at the edge.

Clients are written against these names; the answers' shapes are in `service/schemas.py`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from index.types import Filter
from service.answer import Inquiry

Question = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, strict=True)
]


def _as_day(given: object) -> object:
    """Let a day through that is written YYYY-MM-DD; a time stamp is not one."""
    if type(given) is date or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise ValueError("expected a day as YYYY-MM-DD")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_as_day)]


class Request(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class QueryIn(Request):
    """What `POST /query` takes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "How many people were drafted in Crimea in 2024?", "top_k": 3}
            ]
        }
    )

    question: Annotated[Question, Field(description="in plain words")]
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
    history: Annotated[
        list[Question],
        Field(max_length=20, description="the conversation's earlier questions, oldest first"),
    ] = []
    today: Annotated[
        Day | None, Field(description='what "last week" is read against; null: the UTC date')
    ] = None

    @model_validator(mode="after")
    def _window_runs_forward(self) -> Self:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError("published_from is after published_to")
        return self

    def inquiry(self) -> Inquiry:
        """The request as the answerer takes it."""
        return Inquiry(
            question=self.question,
            top_k=self.top_k,
            where=Filter(
                self.published_from,
                self.published_to,
                tuple(self.outlets) if self.outlets else None,
            ),
            sort=self.sort,
            history=tuple(self.history),
            today=self.today,
        )
