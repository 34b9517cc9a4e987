"""One line of log a request, and an id on every answer."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from onrecord.service.http.monitoring import AccessLog, Metrics
from tests.service.clients import client_of

LINE = re.compile(r"([A-Z]+) (\S+) (\d{3}) (\d+\.\d) ms ([A-Za-z0-9._-]{1,64})")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The lines of the access log so far."""
    caplog.set_level(logging.INFO, logger="onrecord.access")
    return lambda: [r.getMessage() for r in caplog.records if r.name == "onrecord.access"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/articles/crane", 200),
        ("GET", "/articles/nobody", 404),
        ("GET", "/nowhere", 404),
        ("PUT", "/articles", 405),
        ("POST", "/query", 422),
    ],
)
def test_every_request_is_one_line_and_has_an_id(
    client: TestClient, lines: Callable[[], list[str]], method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    (line,) = lines()
    match = LINE.fullmatch(line)
    assert match
    assert match.group(1, 2, 3) == (method, path, str(status))
    assert match[5] == response.headers["x-request-id"]


def test_a_fault_of_ours_is_one_line_too(paper: Answerer, lines: Callable[[], list[str]]) -> None:
    broken = replace(paper, encoder=None)  # type: ignore[arg-type]
    client = client_of(broken, raises=False)
    response = client.post("/query", json={"question": "q"})
    assert response.status_code == 500
    (line,) = lines()
    match = LINE.fullmatch(line)
    assert match
    assert match.group(1, 2, 3) == ("POST", "/query", "500")
    assert match[5] == response.headers["x-request-id"]


def test_ids_differ_from_request_to_request(client: TestClient) -> None:
    ids = {client.get("/healthz").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


def test_a_plain_id_of_the_client_is_kept(client: TestClient) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "Trace_1.2-3"})
    assert response.headers["x-request-id"] == "Trace_1.2-3"


@pytest.mark.parametrize("given", ["", "a b", "a" * 65, "x;y", "é", "{}", "a\tb", "<script>"])
def test_an_id_that_is_not_plain_is_replaced(client: TestClient, given: str) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given.encode()})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/a%0aGET%20/admin%20200", "/a%0AGET%20/admin%20200"),
        ("/a%0d%0ab", "/a%0D%0Ab"),
        ("/a%1b%5b31mred", "/a%1B%5B31mred"),
        ("/a%E2%80%A8b", "/a%E2%80%A8b"),
        ("/a%C2%85b", "/a%C2%85b"),
        ("/%F0%9F%90%9F", "/%F0%9F%90%9F"),
    ],
)
def test_a_path_cannot_write_lines_of_its_own(
    client: TestClient, lines: Callable[[], list[str]], path: str, logged: str
) -> None:
    assert client.get(path).status_code == 404
    (line,) = lines()
    assert line.startswith(f"GET {logged} 404 ")
    assert line.isascii()
    assert line.isprintable()


def test_a_question_never_reaches_the_log(
    client: TestClient, lines: Callable[[], list[str]]
) -> None:
    client.post("/query", json={"question": "kx9secretqz?"})
    client.get("/articles", params={"outlet": "kx9secretqz"})
    assert "kx9secretqz" not in " ".join(lines())


def test_what_is_not_http_passes_unlogged(lines: Callable[[], list[str]]) -> None:
    passed = []

    async def inner(scope: dict[str, object], receive: object, send: object) -> None:
        passed.append(scope["type"])

    asyncio.run(AccessLog(inner, Metrics())({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]
    assert lines() == []
