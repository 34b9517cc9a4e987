"""What a line of a data set's file may say; what it holds beside is left alone."""

from __future__ import annotations

import datetime
from typing import Annotated, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1)]


class Line(BaseModel):
    """A line of a file; what it holds beside is left alone."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class QueryMetadata(Line):
    """What a BEIR query may say of itself."""

    answers: list[str] | None = None
    answerable: bool | None = None
    date: datetime.date | None = None
    split: str | None = None
    context_doc: str | None = None
    editor_linked: object = None  # whatever is not empty counts


class QueryLine(Line):
    """A line of `queries.jsonl`."""

    id: Id = Field(validation_alias=AliasChoices("_id", "id"))
    text: Annotated[str, Field(min_length=1)]
    metadata: QueryMetadata = QueryMetadata()


class AskedLine(Line):
    """A line of a file of questions."""

    id: Id | None = None
    question: Annotated[str, Field(min_length=1, pattern=r"\S")]
    article: Id | None = None
    articles: list[Id] = []
    answers: list[str] = []
    answerable: bool | None = None
    history: list[str] = []
    today: datetime.date | None = None
    kind: str | None = None
    topic: str | None = None


class TruthLine(Line):
    """A line of `articles.jsonl`."""

    id: Id
    article: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None


LineModel = TypeVar("LineModel", bound=Line)
