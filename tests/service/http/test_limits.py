"""What a client may send, how slowly, and how many may wait."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from anyio import CapacityLimiter, to_thread
from fastapi import HTTPException
from httpx2 import ASGITransport, AsyncClient
from starlette.responses import Response
from starlette.types import ASGIApp, Message

from onrecord.service.answer import Answerer
from onrecord.service.http.app import create_app
from onrecord.service.http.limits import LimitedBodies
from tests.conftest import archive_of
from tests.service.clients import app_settings, client_of
from tests.service.http.conversations import EVENTS, read_events, user

SECONDS = 0.05


def limited(app: ASGIApp) -> LimitedBodies:
    return LimitedBodies(app, max_bytes=10, max_upload_bytes=20, max_seconds=SECONDS)


def test_an_announced_body_that_is_too_large_is_a_413(paper: Answerer) -> None:
    client = client_of(paper, max_body_bytes=1_000)
    refused = client.post("/query", json={"question": "q" * 1_000})
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_body_that_keeps_coming_is_a_413(paper: Answerer) -> None:
    client = client_of(paper, max_body_bytes=1_000)
    pieces = (b" " * 300 for _ in range(10))
    refused = client.post("/query", content=pieces, headers={"Content-Type": "application/json"})
    assert refused.status_code == 413


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [("/query", 10, 204), ("/query", 11, 413), ("/articles", 20, 204), ("/articles", 21, 413)],
)
def test_an_upload_may_be_larger(path: str, length: int, status: int) -> None:
    started: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message["status"])

    headers = [(b"content-length", str(length).encode())]
    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(limited(Response(status_code=204))(scope, None, send))  # type: ignore[arg-type]
    assert started == [status]


def test_a_body_that_does_not_come_is_a_408() -> None:
    async def never() -> Any:
        await asyncio.sleep(60)

    async def read(scope: Any, receive: Any, send: Any) -> None:
        await receive()

    scope = {"type": "http", "path": "/query", "headers": []}
    with pytest.raises(HTTPException) as caught:
        asyncio.run(limited(read)(scope, never, None))  # type: ignore[arg-type]
    assert caught.value.status_code == 408


def test_who_has_sent_everything_may_listen_as_long_as_it_takes() -> None:
    heard: list[str] = []

    async def read(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        heard.append((await receive())["type"])

    messages: list[dict[str, Any]] = [{"type": "http.request", "body": b"all", "more_body": False}]

    async def slow() -> Any:
        if messages:
            return messages.pop()
        await asyncio.sleep(3 * SECONDS)
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": "/query", "headers": []}
    asyncio.run(limited(read)(scope, slow, None))  # type: ignore[arg-type]
    assert heard == ["http.disconnect"]


def test_where_too_many_wait_the_next_is_sent_away_and_probes_pass(paper: Answerer) -> None:
    app = create_app(archive_of(paper, app_settings(max_waiting=0)))

    async def overload() -> tuple[int, str, int]:
        limiter = to_thread.current_default_thread_limiter()
        limiter.total_tokens = 1
        client = AsyncClient(transport=ASGITransport(app), base_url="http://testserver")
        async with limiter, _waiting_one(), client:
            refused = await client.get("/articles")
            probe = await client.get("/healthz")
        return refused.status_code, refused.headers["retry-after"], probe.status_code

    assert asyncio.run(overload()) == (503, "2", 200)


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/"])
def test_what_needs_no_thread_waits_for_none(paper: Answerer, path: str) -> None:
    app = create_app(archive_of(paper, app_settings()))

    async def ask() -> int:
        limiter = to_thread.current_default_thread_limiter()
        limiter.total_tokens = 1
        client = AsyncClient(transport=ASGITransport(app), base_url="http://testserver")
        async with limiter, client, asyncio.timeout(10):
            return (await client.get(path)).status_code

    assert asyncio.run(ask()) == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/query", {"question": "Who runs it?"}),
        ("/chat", {"messages": [{"role": "user", "content": "Who runs it?"}]}),
        ("/verify", {"quote": "Who runs it?"}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "Who runs it?"}]}),
    ],
)
def test_a_question_waits_for_a_thread_once(
    paper: Answerer, path: str, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(archive_of(paper, app_settings()))
    waits: list[object] = []

    async def ask() -> int:
        limiter = to_thread.current_default_thread_limiter()
        acquire = type(limiter).acquire_on_behalf_of

        async def count(self: CapacityLimiter, borrower: object) -> None:
            waits.append(borrower)
            await acquire(self, borrower)

        monkeypatch.setattr(type(limiter), "acquire_on_behalf_of", count)
        client = AsyncClient(transport=ASGITransport(app), base_url="http://testserver")
        async with client:
            return (await client.post(path, json=body)).status_code

    assert asyncio.run(ask()) == 200
    assert len(waits) == 1


class _waiting_one:  # noqa: N801 - a context
    """Somebody else who waits for a thread."""

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(to_thread.run_sync(int))
        await asyncio.sleep(0.01)

    async def __aexit__(self, *exception: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/query", {"question": "Who runs it?"}),
        ("/chat", {"messages": [{"role": "user", "content": "Who runs it?"}]}),
    ],
)
def test_a_question_may_be_held_shorter(paper: Answerer, path: str, body: dict[str, Any]) -> None:
    client = client_of(paper, max_question_chars=12)
    assert client.post(path, json=body).status_code == 200
    assert client_of(paper, max_question_chars=11).post(path, json=body).status_code == 422


def test_a_stream_says_that_a_question_is_too_long(paper: Answerer) -> None:
    asked = {"messages": [user("Who runs it?")]}
    client = client_of(paper, max_question_chars=11)
    response = client.post("/chat", json=asked, headers=EVENTS)
    ((name, problem),) = read_events(response.text)
    assert (response.status_code, name, problem["status"]) == (200, "error", 422)
