"""The files that builds have read, as notes in Milvus.

Changes wait until the articles that they speak of are published: if a file were noted before its
articles are stored, the next build would not read it again. A file that is not noted is only read
once more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from onrecord.index.milvus import versions
from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import both, quoted, standing
from onrecord.index.milvus.rows import note_key, read_source, write_source
from onrecord.index.milvus.schema import ARTICLES, NOTES
from onrecord.index.milvus.writer import Writer
from onrecord.index.store import Source

SOURCE = "source"
ROWS_AT_ONCE = 200


class MilvusSources:
    """See `index.store.Sources`. The store calls `write` and `drop` in its turn as the writer."""

    def __init__(
        self, connection: Connection, writing: Callable[[], AbstractContextManager[Writer]]
    ) -> None:
        """`writing` waits for the writer's turn and gives the writer."""
        self._connection = connection
        self._writing = writing
        self._waiting: dict[str, Row | None] = {}

    @property
    def wait(self) -> bool:
        """Whether a change waits to be written."""
        return bool(self._waiting)

    def all(self) -> list[Source]:
        with self._writing():
            stored = self._connection.every(NOTES, f'kind == "{SOURCE}"', ["key", "name", "body"])
            rows = {**{row["key"]: row for row in stored}, **self._waiting}
        return sorted(
            (read_source(row) for row in rows.values() if row), key=lambda source: source.location
        )

    def remember(self, source: Source) -> None:
        with self._writing():
            self._waiting[note_key(SOURCE, source.location)] = write_source(source)

    def forget(self, location: str) -> None:
        with self._writing():
            self._waiting[note_key(SOURCE, location)] = None

    def move(self, old: str, new: str) -> None:
        with self._writing() as writer:
            there = both(f"location in {quoted((old,))}", *standing(writer.hidden()))
            keys = [row["key"] for row in self._connection.every(ARTICLES, there, ["key"])]
            versions.mark(self._connection, ARTICLES, keys, location=new)
            known = self._find(old)
            if known:
                self.forget(old)
                self.remember(Source(new, known.sha256, known.reading, known.articles))

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
        """Discard what waits: the articles that it speaks of were taken back."""
        self._waiting.clear()

    def _find(self, location: str) -> Source | None:
        key = note_key(SOURCE, location)
        if key in self._waiting:
            row = self._waiting[key]
            return read_source(row) if row else None
        found = self._connection.query(NOTES, f"key in {quoted((key,))}", ["name", "body"])
        return read_source(found[0]) if found else None
