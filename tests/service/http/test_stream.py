"""Server-sent events: what clients do that are slow, silent, many or gone."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import anyio.to_thread
import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sse_starlette.sse import AppStatus

from onrecord.service.answer import Answerer
from onrecord.service.http import stream
from onrecord.service.http.app import create_app
from onrecord.service.http.stream import event
from tests.conftest import archive_of
from tests.service.clients import app_settings, client_of
from tests.service.encoders import HeldEncoder
from tests.service.http.conversations import CRANE, EVENTS, Event, read_events, untimed, user
from tests.serving import serving
from tests.waiting import LONG_SECONDS, wait_until


def served(answers: Answerer, **changes: Any) -> FastAPI:
    return create_app(archive_of(answers, app_settings(allowed_hosts=("127.0.0.1",), **changes)))


@pytest.fixture
def held(paper: Answerer) -> Iterator[tuple[Answerer, HeldEncoder]]:
    """An answerer that stops in the middle of searching."""
    encoder = HeldEncoder(paper.encoder)
    yield replace(paper, encoder=encoder), encoder  # type: ignore[arg-type]
    encoder.go_on.set()


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was quoted from so far; the quoting itself is untouched."""
    from onrecord.service import answer

    cut, seen = answer.cut_quotes, []
    monkeypatch.setattr(answer, "cut_quotes", lambda *a: seen.append(a) or cut(*a))
    return seen


def test_the_stream_is_neither_kept_nor_held_back(client: TestClient) -> None:
    response = client.post("/chat", json={"messages": [user(CRANE)]}, headers=EVENTS)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-request-id"]
    assert "content-length" not in response.headers


def test_no_character_of_a_quote_ends_a_line_of_the_stream() -> None:
    data = json.dumps("a\u2028b\u2029c\x85d\x0b\x0c\x1c\x1d\x1e\r\ne", ensure_ascii=False)
    sent = event(data, "quote").encode().decode()
    assert sent.splitlines() == ["event: quote", "data: " + sent.split("data: ")[1].rstrip(), ""]
    assert json.loads(sent.split("data: ")[1]) == json.loads(data)


def test_a_stream_that_is_silent_for_long_is_kept_alive(
    held: tuple[Answerer, HeldEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, encoder = held
    monkeypatch.setattr(stream, "PING_SECONDS", 0.02)
    threading.Timer(0.2, encoder.go_on.set).start()
    response = client_of(answers).post("/chat", json={"messages": [user(CRANE)]}, headers=EVENTS)
    assert response.text.count(": ping\n\n") >= 3
    assert read_events(response.text)[-1] == ("done", {})


def test_a_stream_that_runs_when_the_server_ends_is_finished(
    held: tuple[Answerer, HeldEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, encoder = held
    monkeypatch.setattr(AppStatus, "should_exit", True)
    threading.Timer(0.2, encoder.go_on.set).start()
    response = client_of(answers).post("/chat", json={"messages": [user(CRANE)]}, headers=EVENTS)
    assert read_events(response.text)[-1] == ("done", {})


def scope_of(app: FastAPI) -> dict[str, Any]:
    headers = {"host": "testserver", "content-type": "application/json", **EVENTS}
    return {
        "type": "http",
        "method": "POST",
        "path": "/chat",
        "query_string": b"",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
        "app": app,
    }


def messages_until(gone: asyncio.Event) -> Callable[[], Any]:
    """What a server hears of a client: its request, and then its leaving."""
    body = json.dumps({"messages": [user(CRANE)]}).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


def test_a_client_that_leaves_frees_its_work(
    held: tuple[Answerer, HeldEncoder], cuts: list[object]
) -> None:
    answers, encoder = held
    app, sent = client_of(answers).app, []

    async def leave_while_it_is_searched() -> None:
        gone = asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message.get("body", b""))

        call = asyncio.create_task(app(scope_of(app), messages_until(gone), send))
        while not encoder.reached.is_set():
            await asyncio.sleep(0.005)
        gone.set()
        await asyncio.sleep(0.05)
        assert not call.done()  # the stage that runs is not cut off
        encoder.go_on.set()
        await asyncio.wait_for(call, 10)
        assert anyio.to_thread.current_default_thread_limiter().borrowed_tokens == 0
        tasks = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}
        assert tasks == {asyncio.current_task().get_coro().__qualname__, "_shutdown_watcher"}

    asyncio.run(leave_while_it_is_searched())
    assert {name for name, _ in read_events(b"".join(sent).decode())} == {"status"}
    assert cuts == []


def test_a_client_that_leaves_while_it_waits_for_a_thread_is_not_answered(
    held: tuple[Answerer, HeldEncoder], cuts: list[object]
) -> None:
    answers, encoder = held
    app = client_of(answers).app

    async def leave_the_queue() -> None:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = 1
        stays, leaves = asyncio.Event(), asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            """Nobody reads it."""

        first = asyncio.create_task(app(scope_of(app), messages_until(stays), send))
        while not encoder.reached.is_set():
            await asyncio.sleep(0.005)
        second = asyncio.create_task(app(scope_of(app), messages_until(leaves), send))
        while not limiter.statistics().tasks_waiting:
            await asyncio.sleep(0.005)
        leaves.set()
        await asyncio.sleep(0.05)
        encoder.go_on.set()
        await asyncio.wait_for(asyncio.gather(first, second), 10)

    asyncio.run(leave_the_queue())
    assert len(cuts) == 1


def test_a_client_that_reads_slowly_holds_no_thread(paper: Answerer) -> None:
    app = client_of(paper).app

    async def answer_another_meanwhile() -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 1
        ready, gone, sent = asyncio.Event(), asyncio.Event(), []

        async def send_slowly(message: dict[str, Any]) -> None:
            await ready.wait()
            sent.append(message.get("body", b""))

        async def send(message: dict[str, Any]) -> None:
            other.append(message.get("body", b""))

        other: list[bytes] = []
        slow = asyncio.create_task(app(scope_of(app), messages_until(gone), send_slowly))
        await asyncio.sleep(0.1)
        await asyncio.wait_for(app(scope_of(app), messages_until(gone), send), 10)
        assert read_events(b"".join(other).decode())[-1] == ("done", {})
        assert sent == []
        ready.set()
        await asyncio.wait_for(slow, 10)
        assert read_events(b"".join(sent).decode())[-1] == ("done", {})

    asyncio.run(answer_another_meanwhile())


def test_a_server_that_says_so_that_nobody_listens_is_no_fault(paper: Answerer) -> None:
    app = client_of(paper).app

    async def leave() -> None:
        async def send(message: dict[str, Any]) -> None:
            raise OSError("gone")

        await asyncio.wait_for(app(scope_of(app), messages_until(asyncio.Event()), send), 10)

    asyncio.run(leave())


class Departures:
    """An application, and whether it was told that a client left."""

    def __init__(self, app: FastAPI) -> None:
        self._app, self.heard = app, threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def listen() -> Any:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.heard.set()
            return message

        await self._app(scope, listen, send)


def test_a_connection_that_is_closed_frees_its_work(
    held: tuple[Answerer, HeldEncoder], cuts: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    answers, encoder = held
    caplog.set_level(logging.INFO, logger="onrecord.access")
    asked = {"json": {"messages": [user(CRANE)]}, "headers": EVENTS}
    app = Departures(served(answers))
    with serving(app) as url:
        with httpx2.stream("POST", f"{url}/chat", **asked) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: status"
            assert encoder.reached.wait(LONG_SECONDS)
        assert app.heard.wait(LONG_SECONDS)
        encoder.go_on.set()
        wait_until(
            lambda: any("POST /chat 200" in record.getMessage() for record in caplog.records),
            "the request did not end",
        )
    assert cuts == []


@pytest.mark.slow
def test_sixty_four_clients_are_answered_at_once(paper: Answerer) -> None:
    def ask(url: str) -> list[Event]:
        asked = {"messages": [user(CRANE)], "today": "2025-03-12"}
        response = httpx2.post(f"{url}/chat", json=asked, headers=EVENTS, timeout=LONG_SECONDS)
        return read_events(response.text)

    with serving(served(paper)) as url, ThreadPoolExecutor(64) as clients:
        heard = list(clients.map(ask, [url] * 64))
    assert len(heard) == 64
    for events in heard:
        assert [name for name, _ in events] == ["status"] * 3 + ["quote"] * 5 + ["answer", "done"]
        untimed(events[-2][1])
        assert events == heard[0]
