"""The published generation: which one it is, its indexes as this process has them, and the next.

Readers share what one of them has opened. A reader never waits for the writer: it waits at most
for another reader that opens the same generation.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path

from onrecord.index.local import records, schema
from onrecord.index.local.derived import Derived, Meta, read_derived, write_derived
from onrecord.index.local.folders import KINDS, remove_stale

# What damaged folders make of reading them.
UNREADABLE = (ValueError, OSError, RuntimeError, KeyError)
log = logging.getLogger(__name__)


class Published:
    """What one process knows of the published generation. Safe to use from several threads."""

    def __init__(self, archive: Path, dimension: int) -> None:
        self._archive = archive
        self._dimension = dimension
        self._derived: Derived | None = None
        self._opening = threading.Lock()

    def read(self, connection: sqlite3.Connection) -> Derived | None:
        """The indexes of the generation that the connection's transaction shows.

        None where that generation was overtaken just now: its indexes are gone. Raises one of
        `UNREADABLE` where they are damaged.
        """
        meta = schema.read_meta(connection)
        derived, shown = self._derived, int(meta["published"])
        if derived is not None and derived.stats.generation == shown:
            return derived
        with self._opening:
            known = self._derived
            if known is None or known.stats.generation < shown:
                known = self._open(connection, meta, known)
            return known if known.stats.generation == shown else None

    def current(self, writer: sqlite3.Connection) -> Derived | None:
        """The published indexes; None where there are none or they cannot be read."""
        if not self.exists(writer):
            return None
        try:
            return self.read(writer)
        except UNREADABLE as error:
            log.warning("%s is rebuilt: %s", self._archive, error)
            return None

    def exists(self, connection: sqlite3.Connection) -> bool:
        """Whether anything has been published."""
        return "words" in schema.read_meta(connection)

    def advance(self, writer: sqlite3.Connection, before: Derived | None) -> int:
        """Publish the writer's newest generation and return it; `before` is the published one."""
        meta = schema.read_meta(writer)
        generation, published = int(meta["generation"]), int(meta["published"])
        if before is not None and generation == published:
            return generation
        derived = write_derived(self._archive, writer, meta, self._dimension, before)
        with schema.transaction(writer):
            schema.write_meta(writer, **derived.names())
            records.forget_removed(writer, published, generation)
            if derived.vectors != meta.get("vectors"):
                records.drop_removed(writer, generation)
        with self._opening:
            self._derived = derived
        newest = derived.names()
        kept = {str(names.get(kind)) for names in (meta, newest) for kind in KINDS}
        remove_stale(self._archive, kept)
        return generation

    def _open(self, connection: sqlite3.Connection, meta: Meta, before: Derived | None) -> Derived:
        self._derived = read_derived(self._archive, connection, meta, self._dimension, before)
        return self._derived
