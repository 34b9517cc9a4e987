"""The default store: one folder on one machine.

SQLite holds the record of truth. `put` and `delete` are one transaction each and raise the
generation; readers stay on the generation that was published last. `publish` brings FAISS and
tantivy to the newest one, in new folders, and then notes that in SQLite. If a process dies in
between, the next one that opens the archive publishes it. One process writes at a time, under a
lock that the system releases when the process ends.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from onrecord.index.errors import Conflict
from onrecord.index.local import database, records
from onrecord.index.local.database import RECORDS, next_generation, translate_errors
from onrecord.index.local.generations import UNREADABLE, Generation, PublishedGeneration
from onrecord.index.local.lock import WriterLock
from onrecord.index.local.records import digest
from onrecord.index.local.snapshot import LocalSnapshot
from onrecord.index.store import IndexedPassage, Source
from onrecord.index.types import Article


class LocalStore:
    """See `index.store.Store`. Safe to use from several threads."""

    def __init__(self, folder: Path, build: Mapping[str, str], dimension: int) -> None:
        """Open the archive in `folder`, making it where there is none.

        `build` is how its passages are cut and encoded. Raises `ArchiveMismatch` where the archive
        was built otherwise, `ArchiveUnwritable` and `ArchiveDamaged` for faults of the disk.
        """
        self.folder = folder
        self.dimension = dimension
        self._build = build
        self._mutex = threading.RLock()  # for the writer and its connection; readers never take it
        self._lock = WriterLock(folder)
        self._pending = False  # whether something waits for `publish`
        with translate_errors(folder):
            self._open()

    @property
    def sources(self) -> LocalSources:
        return LocalSources(self)  # not an attribute: a cycle would hold the lock of a lost store

    @contextmanager
    def snapshot(self) -> Iterator[LocalSnapshot]:
        self._follow()
        idle = self._idle
        try:
            connection = idle.pop()
        except IndexError:
            connection = database.connect(self.folder / RECORDS)
        try:
            with translate_errors(self.folder):
                generation = self._begin(connection)
            yield LocalSnapshot(connection, generation)
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")
            idle.append(connection)

    def put(self, article: Article, passages: Sequence[IndexedPassage], location: str) -> None:
        with self.changing() as connection:
            known = records.current_version(connection, article.id)
            if known is not None and known[0] != location:
                raise Conflict(f"{article.id} is taken by {known[0]}")
            if known is None or known[1] != digest(article):
                generation = next_generation(connection)
                records.insert_article(connection, article, passages, location, generation)

    def delete(self, article_id: str, *, tombstone: bool = True) -> bool:
        with self.changing() as connection:
            if records.current_version(connection, article_id) is None:
                return False
            records.erase_article(connection, article_id, next_generation(connection))
            if tombstone:
                connection.execute("INSERT OR IGNORE INTO tombstones VALUES (?)", (article_id,))
            return True

    def publish(self) -> int:
        with self._locked():
            self._pending = False
            return self._published.advance(self._writer, rebuild=False)

    def rebuild(self) -> int:
        """Rewrite everything that is derived, as a new generation, and return that."""
        with self._locked():
            self._pending = False
            return self._published.advance(self._writer, rebuild=True)

    def replace_with(self, file: Path) -> int:
        """Replace all articles by those of another archive's record of truth, and publish them."""
        with self._locked():
            self._writer.execute("ATTACH ? AS backup", (str(file),))
            try:
                with self.changing() as connection:
                    records.replace_records(connection, next_generation(connection))
                return self.publish()
            finally:
                self._writer.execute("DETACH backup")

    def location(self, article_id: str) -> str | None:
        known = self._known(article_id)
        return known[0] if known else None

    def holds(self, article: Article) -> bool:
        known = self._known(article.id)
        return known is not None and known[1] == digest(article)

    def _known(self, article_id: str) -> tuple[str, str] | None:
        with self.reading() as connection:
            return records.current_version(connection, article_id)

    def is_deleted(self, article_id: str) -> bool:
        with self.reading() as connection:
            found = connection.execute("SELECT 1 FROM tombstones WHERE id = ?", (article_id,))
            return found.fetchone() is not None

    def mark_deleted(self, article_id: str) -> None:
        with self.changing() as connection:
            connection.execute("INSERT OR IGNORE INTO tombstones VALUES (?)", (article_id,))

    def undelete(self, article_id: str) -> None:
        with self.changing() as connection:
            connection.execute("DELETE FROM tombstones WHERE id = ?", (article_id,))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The writer's connection, which sees what is not yet published."""
        with self._mutex:
            yield self._writer

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the writer; if it changes anything, that waits for `publish`."""
        with self._locked(), database.transaction(self._writer):
            before = self._writer.total_changes
            yield self._writer
            self._pending = self._pending or self._writer.total_changes != before

    def close(self) -> None:
        with self._mutex:
            self._lock.release()
            self._writer.close()
            while self._idle:
                self._idle.pop().close()

    def _open(self) -> None:
        """Open the record of truth and what is derived from it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._idle: list[sqlite3.Connection] = []  # readers' connections, each used by one thread
        self._published = PublishedGeneration(self.folder, self.dimension)
        self._writer = database.connect(self.folder / RECORDS)
        opened = (self.folder / RECORDS).stat()
        if not database.read_meta(self._writer):
            database.create(self._writer, json.dumps(self._build, sort_keys=True))
        database.check_build(self.folder, self._writer, self._build, self.dimension)
        if int(database.read_meta(self._writer)["schema"]) < database.SCHEMA_VERSION:
            with self._locked():
                database.migrate(self._writer)
        self._recover()
        self._file = opened

    def _follow(self) -> None:
        """Open the archive that has replaced this one's file, if one has."""
        if self._is_replaced():
            with self._mutex, translate_errors(self.folder):
                if self._is_replaced():
                    self._lock.release()
                    self._lock = WriterLock(self.folder)
                    self._open()

    def _is_replaced(self) -> bool:
        """Whether another file stands where this archive's did; where none does, it goes on."""
        try:
            return not os.path.samestat((self.folder / RECORDS).stat(), self._file)
        except FileNotFoundError:
            return False

    def _recover(self) -> None:
        """Publish what a dead writer left unpublished, unless another writer is at work."""
        meta = database.read_meta(self._writer)
        newest = meta["generation"] == meta["published"]
        if newest and self._published.current(self._writer) is not None:
            return
        if self._lock.acquire_at_once():
            self.publish()

    def _begin(self, connection: sqlite3.Connection) -> Generation:
        """Begin a transaction that reads the published generation."""
        while True:
            connection.execute("BEGIN")
            try:
                generation = self._published.read(connection)
                if generation is not None:
                    return generation
                connection.execute("COMMIT")
            except UNREADABLE:
                connection.execute("COMMIT")
                with self._locked():
                    if self._published.current(self._writer) is None:
                        self.publish()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the writer's lock; while changes wait for `publish` it stays held afterwards."""
        with self._mutex, translate_errors(self.folder):
            self._lock.acquire()
            try:
                yield
            finally:
                if not self._pending:
                    self._lock.release()


class LocalSources:
    """See `index.store.Sources`; the files that builds have read are rows like all others."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def all(self) -> list[Source]:
        with self._store.reading() as connection:
            return records.read_sources(connection)

    def remember(self, source: Source) -> None:
        values = (source.location, source.sha256, source.reading, json.dumps(source.articles))
        with self._store.changing() as connection:
            connection.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)", values)

    def forget(self, location: str) -> None:
        with self._store.changing() as connection:
            connection.execute("DELETE FROM sources WHERE location = ?", (location,))

    def move(self, old: str, new: str) -> None:
        with self._store.changing() as connection:
            for table in ("articles", "sources"):
                connection.execute(
                    f"UPDATE OR REPLACE {table} SET location = ? WHERE location = ?", (new, old)
                )
