"""The readers' connections: one a thread at a time, kept for the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

from onrecord.index.local import schema


class Readers:
    """Connections to one file. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = schema.connect(self._file)
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")
            self._idle.put(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return
