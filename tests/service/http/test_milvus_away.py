"""A service whose Milvus goes away and comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from onrecord.index.encoder import Encoder
from onrecord.index.milvus import connection
from onrecord.index.ranking import Ranking
from onrecord.service.answer import Answerer
from onrecord.service.archive import open_store
from onrecord.service.confidence import shipped
from onrecord.service.keys import KeyFile
from onrecord.service.settings import Settings
from tests.index.milvus.server import Server
from tests.service.clients import client_of

RECORD = {
    "title": "Lighthouse lit again",
    "text": "The lighthouse of Skerry Point was lit again on Tuesday, after 41 years.",
    "id": "lighthouse",
}
QUESTION = {"question": "When was the lighthouse of Skerry Point lit again?"}
OpenClient = Callable[[], TestClient]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, milvus_lite: None) -> Iterator[Server]:
    """Milvus Lite behind an address, away at first."""
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 2)
    monkeypatch.setattr(connection, "PAUSE_SECONDS", 0.0)
    running = Server(tmp_path / "milvus.db")
    running.stop()
    yield running
    running.stop()


@pytest.fixture
def open_client(server: Server, encoder: Encoder, tmp_path: Path) -> Iterator[OpenClient]:
    """Starts a service over that Milvus; gives a client with a writer's key."""
    opened: list[Answerer] = []
    keys = tmp_path / "keys.json"
    key = KeyFile(keys).make("writer")

    def open_it() -> TestClient:
        settings = Settings(store="milvus", milvus_uri=server.uri, archive=tmp_path)
        store = open_store(settings, encoder)
        opened.append(Answerer(store, encoder, Ranking(), shipped(), 0.0))
        client = client_of(opened[-1], raises=False, keys=keys)
        client.headers["Authorization"] = f"Bearer {key}"
        return client

    yield open_it
    for answers in opened:
        answers.store.close()


def test_a_service_started_without_milvus_says_so_and_recovers(
    server: Server, open_client: OpenClient
) -> None:
    client = open_client()
    assert client.get("/healthz").status_code == 200
    for response in (client.get("/readyz"), client.post("/query", json=QUESTION)):
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert response.headers["content-type"] == "application/problem+json"
        assert "127.0.0.1" not in response.text
    server.start()
    assert client.get("/readyz").json() == {"status": "ready", "generation": 0, "articles": 0}
    assert client.post("/query", json=QUESTION).json()["reason"] == "empty_archive"


def test_a_write_is_refused_while_milvus_is_away_and_taken_once_it_is_back(
    server: Server, open_client: OpenClient
) -> None:
    server.start()
    client, other = open_client(), open_client()
    assert client.get("/readyz").status_code == 200
    server.stop()
    refused = client.post("/articles", json=RECORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert client.delete("/articles/lighthouse").status_code == 503
    server.start()
    assert other.get("/articles").json()["articles"] == []
    assert client.post("/articles", json=RECORD).status_code == 201
    quotes = other.post("/query", json=QUESTION).json()["quotes"]
    assert [quote["text"] for quote in quotes] == [RECORD["text"]]
    assert other.delete("/articles/lighthouse").status_code == 204
    assert client.get("/articles/lighthouse").status_code == 404


def test_a_stream_that_milvus_left_ends_in_an_error(
    server: Server, open_client: OpenClient
) -> None:
    client = open_client()
    messages = [{"role": "user", "content": QUESTION["question"]}]
    response = client.post(
        "/chat", json={"messages": messages}, headers={"Accept": "text/event-stream"}
    )
    assert "event: error" in response.text
    assert "event: done" not in response.text


def test_counts_are_told_while_milvus_is_away(server: Server, open_client: OpenClient) -> None:
    client = open_client()
    client.post("/query", json=QUESTION)
    response = client.get("/metrics")
    assert response.status_code == 200
    assert 'status="503"' in response.text
    assert "onrecord_archive_articles NaN" in response.text


def test_an_assistant_is_told_to_come_back(open_client: OpenClient) -> None:
    client = open_client()
    call = {"name": "search", "arguments": {"query": "lighthouse"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {"Accept": "application/json, text/event-stream"}
    with client:
        result = client.post("/mcp", json=message, headers=headers).json()["result"]
    assert result["isError"]
    said = "Error executing tool search: the archive cannot be used just now; try again later"
    assert result["content"][0]["text"].endswith(said.partition(": ")[2])
