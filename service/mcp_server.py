"""The Model Context Protocol: three tools for assistants, whatever carries their calls.

`onrecord mcp` serves them on standard input and output, `service/http/mcp.py` at `/mcp`. The tools
are plain methods, which the SDK runs in worker threads: the event loop stays free.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from inspect import getdoc
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from onrecord.index.errors import UNUSABLE
from onrecord.index.types import Answer, Article
from onrecord.service.answer import Answerer
from onrecord.service.http.auth import TERMS_DETAIL, needs_key
from onrecord.service.mcp_shapes import (
    Arguments,
    AskIn,
    FetchIn,
    FetchOut,
    FoundOut,
    SearchIn,
    SearchOut,
)
from onrecord.service.requests import QueryIn
from onrecord.service.schemas import AnswerOut, ArticleOut

# Several quotes of a search are of one article, so more are asked for than articles are listed.
SEARCHED_QUOTES, LISTED_ARTICLES = 50, 10
NAMES = ("search", "fetch", "ask")
INSTRUCTIONS = (
    "A news archive that answers with verbatim quotes, each with its article and its date. Repeat "
    "quotes unchanged and name their source. Where `ask` says `no_answer`, the archive does not "
    "answer the question: `nearest` holds what came closest, which is no answer."
)
Called = Context[Any, Request]


class PlainServer(MCPServer[Any]):
    """A server whose refusals say what is wrong in plain words and repeat nothing that was sent."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Called | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The tool's result. Raises `ToolError` for what cannot be called so."""
        if name not in NAMES:
            raise ToolError(f"there is no such tool; there are {', '.join(NAMES)}")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, UNUSABLE):
                raise ToolError("the archive cannot be used just now; try again later") from cause
            if type(error) is ToolError and isinstance(cause, ValidationError):
                raise ToolError(_say(cause)) from cause
            if type(cause) is ToolError:
                raise cause from None
            raise


@dataclass(frozen=True, slots=True)
class Tools:
    """What assistants may call; the docstrings are what they are told of it."""

    answers: Answerer

    def search(self, context: Called, query: str) -> SearchOut:
        """Find articles of the news archive on a question or topic, the likeliest first.

        Gives ids for `fetch`. Words like "articles from 2024" or "reported last week" keep only
        articles published then.
        """
        asked = QueryIn(question=query, top_k=SEARCHED_QUOTES)
        found = _found(self.answers.answer(asked.inquiry()))[:LISTED_ARTICLES]
        return SearchOut(results=[_listed(article, context) for article in found])

    def fetch(self, context: Called, id: str) -> FetchOut:
        """Read one article of the news archive, whole, with its date and where that is known from.

        Where `metadata.terms` states a limit, no more than that may be quoted.
        """
        with self.answers.store.snapshot() as snapshot:
            article = snapshot.article(id)
        if article is None:
            raise ToolError("the archive has no such article")
        request = context.request_context.request
        if request is not None and needs_key(request, article):
            raise ToolError(TERMS_DETAIL)
        listed = _listed(article, context).model_dump()
        return FetchOut(**listed, text=article.text, metadata=ArticleOut.of(article))

    def ask(self, context: Called, **asked: Any) -> AnswerOut:
        """Ask the news archive a question; get what its articles say, word for word and dated.

        Either `quotes` that answer it, or the status `no_answer`, the reason and the `nearest`
        misses, which do not answer it.
        """
        started = time.perf_counter()
        answer = self.answers.answer(QueryIn(**asked).inquiry())
        return AnswerOut.of(answer, (time.perf_counter() - started) * 1000)


def create_mcp(answers: Answerer) -> PlainServer:
    """A server with the tools `search`, `fetch` and `ask` over an open archive."""
    tools = Tools(answers)
    return PlainServer(
        "onrecord",
        version=version("onrecord"),
        instructions=INSTRUCTIONS,
        tools=[
            _tool(tools.search, "Search the archive", SearchIn, SearchOut),
            _tool(tools.fetch, "Read an article", FetchIn, FetchOut),
            _tool(tools.ask, "Ask the archive", AskIn, AnswerOut),
        ],
        subscriptions=False,
        log_level="WARNING",  # heeded only where nobody has started logging
    )


def _tool(
    function: Callable[..., BaseModel],
    title: str,
    takes: type[Arguments],
    gives: type[BaseModel],
) -> Tool:
    """The tool as the SDK declares it: the schemas are those of the shapes, not of the function."""
    return Tool(
        fn=function,
        name=function.__name__,
        title=title,
        description=getdoc(function) or "",
        parameters=takes.model_json_schema(),
        fn_metadata=FuncMetadata(arg_model=takes, output_model=gives),
        is_async=False,
        context_kwarg="context",
        annotations=ToolAnnotations(
            read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


def _found(answer: Answer) -> list[Article]:
    """The articles of the quotes, each once. A list claims no answer, so near misses count, too.

    Not those from outside the window that was asked for, though.
    """
    nearest = answer.nearest if answer.reason == "weak_evidence" else ()
    articles = [quote.article for quote in answer.quotes or nearest]
    return list({article.id: article for article in articles}.values())


def _listed(article: Article, context: Called) -> FoundOut:
    """An article by name. Without a URL of its own it has the one at which this service shows it.

    Clients cite only what has a URL. On standard input and output there is none: it stays empty.
    """
    request = context.request_context.request
    ours = f"{request.base_url}articles/{article.id}" if request else ""
    return FoundOut(id=article.id, title=article.title, url=article.url or ours)


def _say(error: ValidationError) -> str:
    """The faults of the arguments, without what was given: no values, no unknown names."""
    return "; ".join(
        ": ".join(filter(None, (".".join(_place(fault)), fault["msg"]))) for fault in error.errors()
    ).replace("Value error, ", "")


def _place(fault: Any) -> list[str]:
    known = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return [str(part) for part in known]
