"""What the tools of the Model Context Protocol take and give.

`search` and `fetch` have the shapes that OpenAI's connectors and deep research are written against.
`ask` takes what `POST /query` takes, without the history: an assistant asks whole questions.
"""

from __future__ import annotations

from typing import Annotated

from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase
from pydantic import BaseModel, Field, StringConstraints

from onrecord.service.requests import Asking, Question, Request
from onrecord.service.schemas import ArticleOut


class Arguments(Request, ArgModelBase):
    """A tool's arguments: unknown ones are refused."""


class SearchIn(Arguments):
    """What `search` takes."""

    query: Annotated[Question, Field(description="a question or a topic, in plain words")]


class FetchIn(Arguments):
    """What `fetch` takes."""

    id: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$", strict=True),
        Field(description="an article's id, as `search` and `ask` give it"),
    ]


class AskIn(Arguments, Asking):
    """What `ask` takes."""

    question: Annotated[Question, Field(description="in plain words")]


class FoundOut(BaseModel):
    """An article that was found; `url` is empty where it cannot be opened anywhere."""

    id: str
    title: str
    url: str


class SearchOut(BaseModel):
    """Articles, each once, the likeliest first."""

    results: list[FoundOut]


class FetchOut(FoundOut):
    """An article with its whole text; `metadata` is the article as quotes carry it."""

    text: str
    metadata: ArticleOut
