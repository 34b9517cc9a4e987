"""Stores over one Milvus Lite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onrecord.index.milvus import connection
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.store import MilvusStore
from tests.index.milvus.server import Server

DIMENSION = 4
OpenStore = Callable[..., MilvusStore]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, milvus_lite: None) -> None:
    """Milvus's absence is found out quickly."""
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 2)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: None) -> Iterator[Server]:
    """A server whose absence costs nothing."""
    monkeypatch.setattr(connection, "PAUSE_SECONDS", 0.0)
    running = Server(tmp_path / "milvus.db")
    yield running
    running.stop()


@pytest.fixture
def open_store(server: Server) -> Iterator[OpenStore]:
    """Opens the archive in the server as another process would."""
    opened = []

    def open_it(grace_seconds: float = 60.0) -> MilvusStore:
        store = MilvusStore(
            Connection(server.uri, ""), {"encoder": "toy"}, DIMENSION, grace_seconds
        )
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()
