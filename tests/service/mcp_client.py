"""The official client of the Model Context Protocol, as tests want it: one call, within bounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
from mcp import Client
from mcp.types import CallToolResult, Tool

from onrecord.service.answer import Answerer
from onrecord.service.http.app import create_app
from tests.conftest import archive_of
from tests.service.clients import app_settings
from tests.serving import serving

CALL_SECONDS = 30
# The newest revision of the protocol, and the handshake of those before 2026.
MODES = ["auto", "legacy"]


@contextmanager
def served(answers: Answerer, **changes: Any) -> Iterator[str]:
    """A real server's base URL, over an open archive."""
    settings = app_settings(allowed_hosts=("127.0.0.1",), **changes)
    with serving(create_app(archive_of(answers, settings))) as base:
        yield base


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What the coroutine gives, within bounds."""

    async def bounded() -> Any:
        with anyio.fail_after(CALL_SECONDS):
            return await work()

    return anyio.run(bounded)


def call(base: str, tool: str, mode: str = "auto", **arguments: Any) -> CallToolResult:
    """One call over HTTP, by a client of its own."""

    async def work() -> CallToolResult:
        async with Client(f"{base}/mcp", mode=mode) as client:
            return await client.call_tool(tool, arguments)

    return run(work)


def listed(base: str, mode: str = "auto") -> dict[str, Tool]:
    async def work() -> dict[str, Tool]:
        async with Client(f"{base}/mcp", mode=mode) as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    return run(work)


def said(result: CallToolResult) -> str:
    assert len(result.content) == 1
    return result.content[0].text


def given(result: CallToolResult) -> dict[str, Any]:
    """The structured content, which the text repeats."""
    assert not result.is_error, said(result)
    assert json.loads(said(result)) == result.structured_content
    return result.structured_content


def found(base: str, query: str) -> list[str]:
    return [one["id"] for one in given(call(base, "search", query=query))["results"]]
