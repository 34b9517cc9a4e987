"""Sources: what a build has to know, and no reader.

Changes wait until the articles they speak of are published: a source that was noted before its
articles were stored would keep the next build from reading it again. One that is not noted at all
is read once more, and nothing else.
"""

from __future__ import annotations

from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import quoted
from onrecord.index.milvus.rows import note_key, read_source, write_source
from onrecord.index.milvus.schema import NOTES
from onrecord.index.store import Source

SOURCE = "source"
ROWS_AT_ONCE = 200


class Sources:
    """The sources in Milvus and the changes that wait to be written there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, Row | None] = {}

    @property
    def wait(self) -> bool:
        """Whether a change waits to be written."""
        return bool(self._waiting)

    def find(self, location: str) -> Source | None:
        """What is known of a source."""
        key = note_key(SOURCE, location)
        if key in self._waiting:
            row = self._waiting[key]
            return read_source(row) if row else None
        found = self._connection.query(NOTES, f"key in {quoted((key,))}", ["name", "body"])
        return read_source(found[0]) if found else None

    def every(self) -> list[Source]:
        """Every source, by location."""
        stored = self._connection.every(NOTES, f'kind == "{SOURCE}"', ["key", "name", "body"])
        rows = {**{row["key"]: row for row in stored}, **self._waiting}
        return sorted(
            (read_source(row) for row in rows.values() if row), key=lambda source: source.location
        )

    def remember(self, source: Source) -> None:
        """Note a source."""
        self._waiting[note_key(SOURCE, source.location)] = write_source(source)

    def forget(self, location: str) -> None:
        """Drop what is known of a source."""
        self._waiting[note_key(SOURCE, location)] = None

    def write(self) -> None:
        """Write what waits; what could not be written goes on waiting."""
        rows = [row for row in self._waiting.values() if row]
        for at in range(0, len(rows), ROWS_AT_ONCE):
            self._connection.call("upsert", NOTES, rows[at : at + ROWS_AT_ONCE])
        gone = [key for key, row in self._waiting.items() if row is None]
        for at in range(0, len(gone), ROWS_AT_ONCE):
            keys = quoted(gone[at : at + ROWS_AT_ONCE])
            self._connection.call("delete", NOTES, filter=f"key in {keys}")
        self._waiting.clear()

    def drop(self) -> None:
        """Let go of what waits: the articles it speaks of were taken back."""
        self._waiting.clear()
