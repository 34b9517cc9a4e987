"""Sources and tombstones: what a build has to know, and no reader.

Changes wait until the articles they speak of are published: a source that was noted before its
articles were stored would keep the next build from reading it again.
"""

from __future__ import annotations

from index.milvus.connection import Connection, Row
from index.milvus.expressions import both, quoted
from index.milvus.rows import note, note_key, read_source, write_source
from index.milvus.schema import NOTES
from index.store import Source

SOURCE, TOMBSTONE = "source", "tombstone"
NOTES_AT_ONCE = 200


class Notes:
    """The notes in Milvus and the changes that wait to be written there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, Row | None] = {}

    def source(self, location: str) -> Source | None:
        """What is known of a source."""
        row = self._find(SOURCE, location)
        return read_source(row) if row else None

    def sources(self) -> list[Source]:
        """Every source, by location."""
        stored = self._connection.every(NOTES, f'kind == "{SOURCE}"', ["key", "name", "body"])
        rows: dict[str, Row | None] = {row["key"]: row for row in stored}
        rows |= {key: row for key, row in self._waiting.items() if key.startswith(SOURCE)}
        return sorted(
            (read_source(row) for row in rows.values() if row), key=lambda source: source.location
        )

    def remember(self, source: Source) -> None:
        """Note a source."""
        self._waiting[note_key(SOURCE, source.location)] = write_source(source)

    def forget(self, location: str) -> None:
        """Drop what is known of a source."""
        self._waiting[note_key(SOURCE, location)] = None

    def is_deleted(self, article_id: str) -> bool:
        """Whether a tombstone stands for an id."""
        return self._find(TOMBSTONE, article_id) is not None

    def bury(self, article_id: str) -> None:
        """Set a tombstone."""
        self._waiting[note_key(TOMBSTONE, article_id)] = note(TOMBSTONE, article_id)

    def unbury(self, article_id: str) -> None:
        """Take a tombstone away."""
        self._waiting[note_key(TOMBSTONE, article_id)] = None

    def write(self) -> None:
        """Write what waits; what could not be written goes on waiting."""
        rows = [row for row in self._waiting.values() if row]
        for at in range(0, len(rows), NOTES_AT_ONCE):
            self._connection.call("upsert", NOTES, rows[at : at + NOTES_AT_ONCE])
        gone = [key for key, row in self._waiting.items() if row is None]
        for at in range(0, len(gone), NOTES_AT_ONCE):
            keys = quoted(gone[at : at + NOTES_AT_ONCE])
            self._connection.call("delete", NOTES, filter=f"key in {keys}")
        self._waiting.clear()

    def drop(self) -> None:
        """Let go of what waits: the articles it speaks of were taken back."""
        self._waiting.clear()

    def _find(self, kind: str, name: str) -> Row | None:
        key = note_key(kind, name)
        if key in self._waiting:
            return self._waiting[key]
        found = self._connection.query(
            NOTES, both(f"key in {quoted((key,))}"), ["key", "name", "body"]
        )
        return found[0] if found else None
