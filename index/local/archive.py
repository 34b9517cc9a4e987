"""The default store: one folder on one machine.

SQLite is the truth. `put` and `delete` are one transaction each and raise the generation; readers
stay on the generation that was published last. `publish` brings FAISS and tantivy to the newest
one and then says so in SQLite. A process that dies in between leaves an archive that the next one
to open it publishes. One process writes at a time, under a lock that dies with it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

from filelock import FileLock, Timeout

from index.errors import ArchiveBusy, ArchiveMismatch, Conflict
from index.local import records, schema
from index.local.rows import digest
from index.local.snapshot import Derived, LocalSnapshot, measure
from index.local.vectors import DenseIndex, open_vectors
from index.local.word_folders import open_words, remove_stale_words, update_words
from index.local.words import WordIndex
from index.store import Entry, Source
from index.types import Article

RECORDS = "archive.sqlite"
LOCK_SECONDS = 10.0


class LocalStore:
    """See `index.store.Store`. Safe to use from several threads."""

    def __init__(self, folder: Path, build: dict[str, str], dimension: int) -> None:
        """Open the archive in `folder`, making it where there is none.

        `build` is how its passages are cut and encoded. Raises `ArchiveMismatch` where the archive
        was built another way.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._dimension = dimension
        self._build = json.dumps(build, sort_keys=True)
        self._lock = FileLock(folder / "writer.lock", timeout=LOCK_SECONDS, thread_local=False)
        self._mutex = threading.RLock()
        self._readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._derived: Derived | None = None
        self._writer = schema.connect(folder / RECORDS)
        self._open_records(build)
        self._recover()

    @contextmanager
    def snapshot(self) -> Iterator[LocalSnapshot]:
        """See `Store`."""
        connection = self._take_reader()
        connection.execute("BEGIN")
        try:
            while (derived := self._derive(connection)) is None:
                connection.execute("COMMIT")
                connection.execute("BEGIN")
            yield LocalSnapshot(connection, derived)
        finally:
            connection.execute("COMMIT")
            self._readers.put(connection)

    def put(self, article: Article, entries: Sequence[Entry], location: str) -> None:
        """See `Store`."""
        with self._transaction() as generation:
            known = records.current_version(self._writer, article.id)
            if known is not None and known[0] != location:
                raise Conflict(f"{article.id} is taken by {known[0]}")
            if known is not None and known[1] == digest(article):
                return
            records.insert_article(self._writer, article, entries, location, generation)

    def delete(self, article_id: str, *, tombstone: bool = True) -> bool:
        """See `Store`."""
        with self._transaction() as generation:
            if records.current_version(self._writer, article_id) is None:
                return False
            records.erase_article(self._writer, article_id, generation)
            if tombstone:
                self._writer.execute("INSERT OR IGNORE INTO tombstones VALUES (?)", (article_id,))
            return True

    def publish(self) -> int:
        """See `Store`."""
        with self._mutex, self._writing():
            meta = schema.read_meta(self._writer)
            generation = int(meta["generation"])
            folder = update_words(self.folder, self._writer, meta, generation)
            live = records.live_rows(self._writer, generation)
            dense = self._dense().updated(live, self._writer)
            dense.save(self.folder)
            stats = measure(self._writer, generation, int(live.size), self._build)
            self._writer.execute("BEGIN IMMEDIATE")
            schema.write_meta(self._writer, published=generation, words=folder.name)
            self._writer.execute("DELETE FROM passages WHERE removed <= ?", (generation,))
            self._writer.execute("COMMIT")
            self._derived = Derived(generation, dense, WordIndex(folder), stats)
            remove_stale_words(self.folder, {folder.name, meta.get("words", folder.name)})
            self._lock.release()
            return generation

    def source(self, location: str) -> Source | None:
        """See `Store`."""
        with self._mutex:
            return next(iter(records.read_sources(self._writer, location)), None)

    def sources(self) -> list[Source]:
        """See `Store`."""
        with self._mutex:
            return records.read_sources(self._writer)

    def remember(self, source: Source) -> None:
        """See `Store`."""
        with self._mutex, self._writing():
            records.write_source(self._writer, source)

    def forget(self, location: str) -> None:
        """See `Store`."""
        with self._mutex, self._writing():
            self._writer.execute("DELETE FROM sources WHERE location = ?", (location,))

    def location(self, article_id: str) -> str | None:
        """See `Store`."""
        with self._mutex:
            known = records.current_version(self._writer, article_id)
        return known[0] if known else None

    def holds(self, article: Article) -> bool:
        """See `Store`."""
        with self._mutex:
            known = records.current_version(self._writer, article.id)
        return known is not None and known[1] == digest(article)

    def move(self, old: str, new: str) -> None:
        """See `Store`."""
        with self._transaction():
            for table in ("articles", "sources"):
                self._writer.execute(
                    f"UPDATE OR REPLACE {table} SET location = ? WHERE location = ?", (new, old)
                )

    def is_deleted(self, article_id: str) -> bool:
        """See `Store`."""
        with self._mutex:
            found = self._writer.execute("SELECT 1 FROM tombstones WHERE id = ?", (article_id,))
            return found.fetchone() is not None

    def undelete(self, article_id: str) -> None:
        """See `Store`."""
        with self._mutex, self._writing():
            self._writer.execute("DELETE FROM tombstones WHERE id = ?", (article_id,))

    def close(self) -> None:
        """See `Store`."""
        with self._mutex:
            self._lock.release(force=True)
            self._writer.close()
            while True:
                try:
                    self._readers.get_nowait().close()
                except Empty:
                    return

    def _open_records(self, build: dict[str, str]) -> None:
        meta = schema.read_meta(self._writer)
        if not meta:
            with self._writing():
                if not schema.read_meta(self._writer):
                    schema.create(self._writer, {"build": json.dumps(build, sort_keys=True)})
                self._lock.release()
            meta = schema.read_meta(self._writer)
        if meta["schema"] != str(schema.SCHEMA_VERSION):
            raise ArchiveMismatch(
                f"{self.folder}: expected schema {schema.SCHEMA_VERSION}, got {meta['schema']}"
            )
        if meta["build"] != self._build:
            was = json.loads(meta["build"])
            differs = ", ".join(
                f"{name} is {build[name]}, the archive has {was.get(name)}"
                for name in build
                if build[name] != was.get(name)
            )
            raise ArchiveMismatch(
                f"{self.folder} was built with other settings: {differs}. Set them back, or build "
                "into another folder (--archive), or delete this one and build it anew"
            )

    def _recover(self) -> None:
        """Publish what a dead writer left behind, unless a living one is at work."""
        meta = schema.read_meta(self._writer)
        if meta["generation"] == meta["published"] and open_words(self.folder, meta) is not None:
            return
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return
        self.publish()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the writer's lock; it stays held until `publish` or `close` lets go of it."""
        if not self._lock.is_locked:
            try:
                self._lock.acquire()
            except Timeout as error:
                raise ArchiveBusy(f"another process is writing to {self.folder}") from error
        yield

    @contextmanager
    def _transaction(self) -> Iterator[int]:
        with self._mutex, self._writing():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                before = self._writer.total_changes
                generation = int(schema.read_meta(self._writer)["generation"]) + 1
                yield generation
                if self._writer.total_changes != before:
                    schema.write_meta(self._writer, generation=generation)
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise

    def _derive(self, connection: sqlite3.Connection) -> Derived | None:
        """The derived indexes of the generation that the connection's transaction shows.

        None where that generation was overtaken just now: its indexes are gone.
        """
        meta = schema.read_meta(connection)
        published = int(meta["published"])
        derived = self._derived
        if derived is not None and derived.generation == published:
            return derived
        with self._mutex:
            if self._derived is None or self._derived.generation < published:
                live = records.live_rows(connection, published)
                dense = self._dense().updated(live, connection)
                words = WordIndex(self.folder / meta["words"])
                stats = measure(connection, published, int(live.size), self._build)
                self._derived = Derived(published, dense, words, stats)
            return self._derived if self._derived.generation == published else None

    def _dense(self) -> DenseIndex:
        if self._derived is not None:
            return self._derived.dense
        return open_vectors(self.folder, self._dimension)

    def _take_reader(self) -> sqlite3.Connection:
        try:
            return self._readers.get_nowait()
        except Empty:
            return schema.connect(self.folder / RECORDS)
