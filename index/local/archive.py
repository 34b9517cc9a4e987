"""The default store: one folder on one machine.

SQLite is the truth. `put` and `delete` are one transaction each and raise the generation; readers
stay on the generation that was published last. `publish` brings FAISS and tantivy to the newest
one, in new folders, and then says so in SQLite. A process that dies in between leaves an archive
that the next one to open it publishes. One process writes at a time, under a lock that dies with
it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from onrecord.index.errors import Conflict
from onrecord.index.local import records, schema
from onrecord.index.local.agreement import make_or_agree
from onrecord.index.local.derived import Derived
from onrecord.index.local.faults import explained
from onrecord.index.local.folders import identify_file
from onrecord.index.local.lock import WriterLock
from onrecord.index.local.published import UNREADABLE, Published
from onrecord.index.local.readers import Readers
from onrecord.index.local.replace import replace_all
from onrecord.index.local.rows import digest
from onrecord.index.local.schema import RECORDS
from onrecord.index.local.snapshot import LocalSnapshot
from onrecord.index.local.sources import LocalSources
from onrecord.index.store import IndexedPassage
from onrecord.index.types import Article


class LocalStore:
    """See `index.store.Store`. Safe to use from several threads."""

    def __init__(self, folder: Path, build: Mapping[str, str], dimension: int) -> None:
        """Open the archive in `folder`, making it where there is none.

        `build` is how its passages are cut and encoded. Raises `ArchiveMismatch` where the archive
        was built another way, `ArchiveUnwritable` and `ArchiveDamaged` for what the disk did.
        """
        self.folder = folder
        self.dimension = dimension
        self.sources = LocalSources(self)
        self._build = build
        self._mutex = threading.RLock()  # of the writer and its connection; readers never take it
        self._lock = WriterLock(folder)
        self._pending = False  # whether something waits for `publish`
        with explained(folder):
            self._open()

    @contextmanager
    def snapshot(self) -> Iterator[LocalSnapshot]:
        """See `Store`."""
        self._follow()
        with self._readers.connection() as connection:
            with explained(self.folder):
                derived = self._begin(connection)
            try:
                yield LocalSnapshot(connection, derived)
            finally:
                connection.execute("COMMIT")

    def put(self, article: Article, entries: Sequence[IndexedPassage], location: str) -> None:
        """See `Store`."""
        with self.changing() as (connection, generation):
            known = records.current_version(connection, article.id)
            if known is not None and known[0] != location:
                raise Conflict(f"{article.id} is taken by {known[0]}")
            if known is not None and known[1] == digest(article):
                return
            records.insert_article(connection, article, entries, location, generation)

    def delete(self, article_id: str, *, tombstone: bool = True) -> bool:
        """See `Store`."""
        with self.changing() as (connection, generation):
            if records.current_version(connection, article_id) is None:
                return False
            records.erase_article(connection, article_id, generation)
            if tombstone:
                connection.execute("INSERT OR IGNORE INTO tombstones VALUES (?)", (article_id,))
            return True

    def publish(self) -> int:
        """See `Store`."""
        with self._locked():
            self._pending = False
            return self._published.advance(self._writer, self._published.current(self._writer))

    def rebuild(self) -> int:
        """Write everything that is derived anew, as a new generation; returns it."""
        with self.changing() as (connection, generation):
            schema.write_meta(connection, generation=generation)
        with self._locked():
            self._pending = False
            return self._published.advance(self._writer, None)

    def replace_by(self, file: Path) -> int:
        """Hold what another archive's record of truth does, and publish it; see `replace.py`."""
        with self._locked():
            self._writer.execute("ATTACH ? AS kept", (str(file),))
            try:
                with self.changing() as (connection, generation):
                    replace_all(connection, generation)
                return self.publish()
            finally:
                self._writer.execute("DETACH kept")

    def location(self, article_id: str) -> str | None:
        """See `Store`."""
        with self.reading() as connection:
            known = records.current_version(connection, article_id)
        return known[0] if known else None

    def holds(self, article: Article) -> bool:
        """See `Store`."""
        with self.reading() as connection:
            known = records.current_version(connection, article.id)
        return known is not None and known[1] == digest(article)

    def is_deleted(self, article_id: str) -> bool:
        """See `Store`."""
        with self.reading() as connection:
            found = connection.execute("SELECT 1 FROM tombstones WHERE id = ?", (article_id,))
            return found.fetchone() is not None

    def mark_deleted(self, article_id: str) -> None:
        """See `Store`."""
        with self.noting() as connection:
            connection.execute("INSERT OR IGNORE INTO tombstones VALUES (?)", (article_id,))

    def undelete(self, article_id: str) -> None:
        """See `Store`."""
        with self.noting() as connection:
            connection.execute("DELETE FROM tombstones WHERE id = ?", (article_id,))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The writer's connection, which sees what is not yet published."""
        with self._mutex:
            yield self._writer

    @contextmanager
    def noting(self) -> Iterator[sqlite3.Connection]:
        """One transaction of which readers see nothing."""
        with self._locked(), schema.transaction(self._writer):
            before = self._writer.total_changes
            yield self._writer
            self._pending = self._pending or self._writer.total_changes != before

    @contextmanager
    def changing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """One transaction and its generation, which counts if the transaction changes anything."""
        with self.noting() as connection:
            before = connection.total_changes
            generation = int(schema.read_meta(connection)["generation"]) + 1
            yield connection, generation
            if connection.total_changes != before:
                schema.write_meta(connection, generation=generation)

    def close(self) -> None:
        """See `Store`."""
        with self._mutex:
            self._lock.release()
            self._writer.close()
            self._readers.close()

    def _open(self) -> None:
        """Open the record of truth at its place, and what is derived from it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._readers = Readers(self.folder / RECORDS)
        self._published = Published(self.folder, self.dimension)
        self._writer = schema.connect(self.folder / RECORDS)
        opened = identify_file(self.folder / RECORDS)
        make_or_agree(self.folder, self._writer, self._build, self.dimension, self._locked)
        self._recover()
        self._file = opened

    def _follow(self) -> None:
        """Open the archive that was put in this one's place, if one was."""
        if identify_file(self.folder / RECORDS) in (self._file, None):
            return
        with self._mutex, explained(self.folder):
            if identify_file(self.folder / RECORDS) not in (self._file, None):
                self._lock.release()
                self._lock = WriterLock(self.folder)
                self._open()

    def _recover(self) -> None:
        """Publish what a dead writer left behind, unless a living one is at work."""
        meta = schema.read_meta(self._writer)
        sound = self._published.current(self._writer) is not None
        if sound and meta["generation"] == meta["published"]:
            return
        if self._lock.acquire_at_once():
            self._mend()

    def _mend(self) -> None:
        """Publish; what is derived and cannot be read is written anew."""
        if self._published.current(self._writer) is None and self._published.exists(self._writer):
            self.rebuild()
        else:
            self.publish()

    def _begin(self, connection: sqlite3.Connection) -> Derived:
        """Begin to read: the generation that is published, and its indexes."""
        while True:
            connection.execute("BEGIN")
            try:
                derived = self._published.read(connection)
            except UNREADABLE:
                connection.execute("COMMIT")
                self._mend_while_reading()
                continue
            if derived is not None:
                return derived
            connection.execute("COMMIT")

    def _mend_while_reading(self) -> None:
        """Write damaged indexes anew, unless a writer has overtaken the reader meanwhile."""
        with self._locked():
            if self._published.current(self._writer) is None:
                self._mend()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the writer's lock, to the end of the change that waits for `publish`, if any."""
        with self._mutex, explained(self.folder):
            self._lock.acquire()
            try:
                yield
            finally:
                if not self._pending:
                    self._lock.release()
