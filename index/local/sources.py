"""What is known of the sources that were read, in the record of truth."""

from __future__ import annotations

import json
import sqlite3

from onrecord.index.store import Source


def read_sources(connection: sqlite3.Connection, location: str | None = None) -> list[Source]:
    """One source or all of them."""
    rows = connection.execute(
        "SELECT location, sha256, reading, articles FROM sources "
        "WHERE :location IS NULL OR location = :location ORDER BY location",
        {"location": location},
    )
    return [
        Source(where, sha, reading, tuple(json.loads(ids))) for where, sha, reading, ids in rows
    ]


def write_source(connection: sqlite3.Connection, source: Source) -> None:
    """Insert or replace what is known of a source."""
    connection.execute(
        "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)",
        (source.location, source.sha256, source.reading, json.dumps(source.articles)),
    )


def forget_source(connection: sqlite3.Connection, location: str) -> None:
    """Drop what is known of a source."""
    connection.execute("DELETE FROM sources WHERE location = ?", (location,))


def move_source(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Note that a source, and what it gave, now lies elsewhere."""
    for table in ("articles", "sources"):
        connection.execute(
            f"UPDATE OR REPLACE {table} SET location = ? WHERE location = ?", (new, old)
        )
