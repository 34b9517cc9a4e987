"""Milvus Lite behind an address, which can be taken away and given back."""

from __future__ import annotations

from pathlib import Path
from typing import Any


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
        from milvus_lite.adapter.grpc.server import start_server_in_thread

        server, database, self._port = start_server_in_thread(self._folder, port=self._port)
        self._running = server, database

    def stop(self) -> None:
        """Answer no more; what was stored stays."""
        if self._running:
            server, database = self._running
            server.stop(grace=0).wait()
            database.close()
            self._running = None
