"""The files that builds have read, in the record of truth."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from onrecord.index.store import Source

if TYPE_CHECKING:
    from onrecord.index.local.store import LocalStore


class LocalSources:
    """See `index.store.Sources`."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def all(self) -> list[Source]:
        with self._store.reading() as connection:
            return read_sources(connection)

    def remember(self, source: Source) -> None:
        values = (source.location, source.sha256, source.reading, json.dumps(source.articles))
        with self._store.noting() as connection:
            connection.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)", values)

    def forget(self, location: str) -> None:
        with self._store.noting() as connection:
            connection.execute("DELETE FROM sources WHERE location = ?", (location,))

    def move(self, old: str, new: str) -> None:
        with self._store.changing() as (connection, _):
            for table in ("articles", "sources"):
                connection.execute(
                    f"UPDATE OR REPLACE {table} SET location = ? WHERE location = ?", (new, old)
                )


def read_sources(connection: sqlite3.Connection) -> list[Source]:
    """All sources, by location."""
    rows = connection.execute(
        "SELECT location, sha256, reading, articles FROM sources ORDER BY location"
    )
    return [
        Source(where, sha, reading, tuple(json.loads(ids))) for where, sha, reading, ids in rows
    ]
