"""Milvus Lite behind an address, which can be taken away and given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pymilvus", reason="pymilvus is not installed")
pytest.importorskip("milvus_lite", reason="milvus-lite is not installed")

from milvus_lite.adapter.grpc.server import start_server_in_thread

from index.milvus import connection
from index.milvus.archive import MilvusStore
from index.milvus.connection import Connection

DIMENSION = 4
OpenStore = Callable[..., MilvusStore]


class Server:
    """Milvus Lite on a port of its own, the same one after every start."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = str(folder), 0
        self._running: tuple[Any, Any] | None = None
        self.start()

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Begin to answer."""
        server, database, self._port = start_server_in_thread(self._folder, port=self._port)
        self._running = server, database

    def stop(self) -> None:
        """Answer no more; what was stored stays."""
        if self._running:
            server, database = self._running
            server.stop(grace=0).wait()
            database.close()
            self._running = None


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose absence is found out quickly."""
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 2.0)
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
