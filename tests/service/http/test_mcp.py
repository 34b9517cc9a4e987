"""POST /mcp: what is answered there, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from onrecord.service.answer import Answerer
from tests.service.mcp_client import served

HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="module")
def url(paper: Answerer) -> Iterator[str]:
    with served(paper, allowed_origins="https://wiki.example") as base:
        yield base


def test_a_message_is_answered_at_mcp_itself_and_opens_no_session(url: str) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    response = httpx2.post(f"{url}/mcp", json=hello, headers=HEADERS, follow_redirects=False)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "mcp-session-id" not in response.headers
    result = response.json()["result"]
    assert result["protocolVersion"] == "2025-06-18"
    assert result["serverInfo"]["name"] == "onrecord"
    assert "`no_answer`" in result["instructions"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_is_no_stream_to_open_and_no_session_to_end(url: str, method: str) -> None:
    response = httpx2.request(method, f"{url}/mcp", headers=HEADERS)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Accept": "*/*"}, 200),
        ({"Origin": "https://wiki.example"}, 200),
        ({"Origin": "https://WIKI.example"}, 200),
        ({"Origin": "https://wiki.example.evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 421),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_who_may_send_what(url: str, headers: dict[str, str], status: int) -> None:
    response = httpx2.post(f"{url}/mcp", content=PING, headers=HEADERS | headers)
    assert response.status_code == status
    if status != 200:
        assert response.headers["content-type"] == "application/problem+json"
        assert "evil" not in response.text


def test_a_page_of_the_service_itself_may_call_it(url: str) -> None:
    response = httpx2.post(f"{url}/mcp", content=PING, headers=HEADERS | {"Origin": url})
    assert response.status_code == 200


@pytest.mark.parametrize("revision", ["2025-06-18", "2026-07-28", "1999-01-01"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"NaN",
        b'"\xff"',
        b"[" * 100_000,
        b'{"jsonrpc": "2.0", "id": 1e999, "method": 7}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "\\ud800"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": []}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "\\ud800"}}',
    ],
)
def test_what_is_no_message_is_a_400(url: str, revision: str, body: bytes) -> None:
    headers = HEADERS | {"MCP-Protocol-Version": revision}
    response = httpx2.post(f"{url}/mcp", content=body, headers=headers)
    assert response.status_code == 400
    assert "error" in response.json()


def test_a_message_that_is_too_large_is_a_413(url: str) -> None:
    response = httpx2.post(f"{url}/mcp", content=b" " * 1_000_001, headers=HEADERS)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_what_is_no_message_is_not_repeated(url: str) -> None:
    body = b'{"jsonrpc": "kx9secretqz", "id": 1, "method": ["kx9secretqz"]}'
    response = httpx2.post(f"{url}/mcp", content=body, headers=HEADERS)
    refusal = {"code": -32600, "message": "Invalid Request"}
    assert response.json() == {"jsonrpc": "2.0", "id": None, "error": refusal}
