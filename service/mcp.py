"""The Model Context Protocol: three tools for assistants, whatever carries their calls.

`onrecord mcp` serves them on standard input and output, `service/http/mcp.py` at `/mcp`. `search`
and `fetch` have the shapes that OpenAI's connectors and deep research are written against. `ask`
takes what `POST /query` takes, without the history: an assistant asks complete questions.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from importlib.metadata import version
from inspect import getdoc
from typing import Any, get_type_hints

from anyio import to_thread
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request

from onrecord.index.errors import UNUSABLE, QuestionTooLong
from onrecord.index.types import Answer, Article
from onrecord.service.answer import Query
from onrecord.service.archive import Archive
from onrecord.service.citations import place
from onrecord.service.schemas import (
    AnswerOut,
    ArticleOut,
    QueryOptions,
    Question,
    RequestBody,
    describe_faults,
)

# Several quotes of a search are of one article, so more are asked for than articles are listed.
SEARCHED_QUOTES, LISTED_ARTICLES = 50, 10
INSTRUCTIONS = (
    "A news archive that answers with verbatim quotes, each with its article and its date. Repeat "
    "quotes unchanged and name their source. Where `ask` says `no_answer`, the archive does not "
    "answer the question: `nearest` holds what came closest, which is no answer."
)
TITLES = {"search": "Search the archive", "fetch": "Read an article", "ask": "Ask the archive"}
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
Context = ServerRequestContext[Any, Request]
log = logging.getLogger(__name__)


class SearchIn(RequestBody):
    """What `search` takes."""

    query: Question
    """a question or a topic, in plain words"""


class FetchIn(RequestBody):
    """What `fetch` takes."""

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", strict=True)
    """an article's id, as `search` and `ask` give it"""


class AskIn(QueryOptions):
    """What `ask` takes."""

    question: Question
    """in plain words"""

    def query(self) -> Query:
        """The request as the answerer takes it."""
        return self._query(self.question, ())


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


class ToolRefusal(Exception):
    """A call that cannot be answered; its message is for the assistant."""


class ArchiveTools:
    """What assistants may call; the docstrings of the three tools are their descriptions.

    A tool takes its arguments and the HTTP request that carried the call, if there was one. It
    runs in a worker thread, so that the event loop stays free. `refuse_text` gives the reason why
    a request may not read an article in full, if there is one.
    """

    def __init__(
        self, archive: Archive, refuse_text: Callable[[Request, Article], str | None]
    ) -> None:
        self._archive, self._refuse_text = archive, refuse_text
        self._tools: dict[str, Callable[..., BaseModel]] = {
            name: getattr(self, name) for name in TITLES
        }

    def search(self, asked: SearchIn, request: Request | None) -> SearchOut:
        """Find articles of the news archive on a question or topic, the likeliest first.

        Gives ids for `fetch`. Words like "articles from 2024" or "reported last week" keep only
        articles published then.
        """
        answer = self._archive.answerer.answer(Query(asked.query, SEARCHED_QUOTES))
        found = _found(answer)[:LISTED_ARTICLES]
        return SearchOut(results=[FoundOut(**_name(article, request)) for article in found])

    def fetch(self, asked: FetchIn, request: Request | None) -> FetchOut:
        """Read one article of the news archive, whole, with its date and where that is known from.

        Where `metadata.terms` states a limit, no more than that may be quoted.
        """
        article = self._archive.article(asked.id)
        if article is None:
            raise ToolRefusal("the archive has no such article")
        if request is not None and (reason := self._refuse_text(request, article)):
            raise ToolRefusal(reason)
        named = _name(article, request)
        return FetchOut(**named, text=article.text, metadata=ArticleOut.of(article))

    def ask(self, asked: AskIn, request: Request | None) -> AnswerOut:
        """Ask the news archive a question; get what its articles say, word for word and dated.

        Either `quotes` that answer it, or the status `no_answer`, the reason and the `nearest`
        misses, which do not answer it.
        """
        began = time.perf_counter()
        answer = self._archive.answerer.answer(asked.query())
        return AnswerOut.of(answer, began, _base(request))

    async def list_tools(
        self, context: Context, params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        """The tools as the protocol declares them, with the schemas of what they take and give."""
        return ListToolsResult(
            tools=[
                Tool(
                    name=name,
                    title=TITLES[name],
                    description=getdoc(tool),
                    input_schema=_hints(tool)["asked"].model_json_schema(),
                    output_schema=_hints(tool)["return"].model_json_schema(),
                    annotations=READ_ONLY,
                )
                for name, tool in self._tools.items()
            ]
        )

    async def call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        """What the tool gives, as text and as structured content, or what was wrong."""
        tool = self._tools.get(params.name)
        if tool is None:
            return _refuse(f"there is no such tool; there are {', '.join(self._tools)}")
        try:
            asked = _hints(tool)["asked"].model_validate(params.arguments or {})
        except ValidationError as error:
            return _refuse(describe_faults(error))
        try:
            given = await to_thread.run_sync(tool, asked, context.request)
        except (ToolRefusal, QuestionTooLong) as error:
            return _refuse(str(error))
        except UNUSABLE as error:
            log.warning("tool %s refused: %s", params.name, error)
            return _refuse("the archive cannot be used just now; try again later")
        except Exception:  # the assistant learns that there was a fault, the log which
            log.exception("tool %s failed", params.name)
            return _refuse(f"Error executing tool {params.name}")
        text = TextContent(text=given.model_dump_json(indent=2))
        return CallToolResult(content=[text], structured_content=given.model_dump(mode="json"))


def create_server(
    archive: Archive,
    refuse_text: Callable[[Request, Article], str | None] = lambda request, article: None,
) -> Server[Any]:
    """A server with the tools `search`, `fetch` and `ask` over an open archive."""
    tools = ArchiveTools(archive, refuse_text)
    return Server(
        "onrecord",
        version=version("onrecord"),
        instructions=INSTRUCTIONS,
        on_list_tools=tools.list_tools,
        on_call_tool=tools.call_tool,
    )


async def serve_stdio(archive: Archive) -> None:
    """Answer on standard input and output until the input ends."""
    server = create_server(archive)
    async with stdio_server() as (messages, replies):
        await server.run(messages, replies, server.create_initialization_options())


def _hints(tool: Callable[..., BaseModel]) -> dict[str, type[BaseModel]]:
    """The models that a tool takes as `asked` and gives as `return`."""
    return get_type_hints(tool)


def _refuse(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=message)], is_error=True)


def _found(answer: Answer) -> list[Article]:
    """The articles of the quotes and those that say the same, each once, in the quotes' order.

    A list claims no answer, so near misses count, too, unless they are from outside the window
    that was asked for.
    """
    nearest = answer.nearest if answer.reason == "weak_evidence" else ()
    quotes = answer.quotes or nearest
    articles = [article for quote in quotes for article in (quote.article, *quote.also_in)]
    return list({article.id: article for article in articles}.values())


def _name(article: Article, request: Request | None) -> dict[str, str]:
    """An article's id, title and URL. Without one of its own it has its address in this service.

    Clients cite only what has a URL. On standard input and output there is none: it stays empty.
    """
    return {"id": article.id, "title": article.title, "url": place(article, _base(request)) or ""}


def _base(request: Request | None) -> str | None:
    """The service's address as the client sees it; None on standard input and output."""
    return str(request.base_url) if request else None
