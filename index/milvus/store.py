"""The distributed store: Milvus holds articles, passages and which generation is published.

Processes hold no state of the archive, so any number can read and write at once. `put` and `delete`
write rows that carry a generation of the writer's own; `publish` commits it with one row. What a
writer did not commit is rolled back, by itself after a fault or by others once it is silent.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from onrecord.index.cache import MAX_PASSAGES, FifoCache
from onrecord.index.errors import ArchiveBusy, ArchiveUnreachable, Conflict
from onrecord.index.local.records import digest
from onrecord.index.milvus import rows
from onrecord.index.milvus.connection import Connection, Row, in_batches
from onrecord.index.milvus.expressions import both, quoted, standing
from onrecord.index.milvus.generations import GRACE_SECONDS, read_ledger
from onrecord.index.milvus.rows import note_key, read_source, write_source
from onrecord.index.milvus.schema import ARTICLES, NOTES, prepare
from onrecord.index.milvus.snapshot import MilvusSnapshot, begin_reading
from onrecord.index.milvus.writer import Writer, sweep
from onrecord.index.store import IndexedPassage, Key, Source
from onrecord.index.types import Article

SOURCE = "source"
log = logging.getLogger(__name__)


class MilvusStore:
    """See `index.store.Store`. Safe to use from several threads."""

    def __init__(
        self,
        connection: Connection,
        build: Mapping[str, str],
        dimension: int,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """Name the archive; it is opened, and made where there is none, at the first call.

        Calls raise `ArchiveMismatch` where it was built another way, `ArchiveUnreachable` while
        Milvus is away, and those that change an article `ArchiveBusy` while another writer does.
        """
        self._connection = connection
        self._build, self._dimension = dict(build), dimension
        self._grace_seconds = grace_seconds
        self._opened_after = -1  # the connection's count of failures then
        self._opening = threading.Lock()
        self._mutex = threading.RLock()  # for the writer; readers never take it
        self._writer = Writer(connection)
        self.sources = MilvusSources(connection, self._writing)
        self._cache: FifoCache[Key, IndexedPassage] = FifoCache(MAX_PASSAGES)
        self._languages: FifoCache[int, tuple[str, ...]] = FifoCache(1)

    @contextmanager
    def snapshot(self) -> Iterator[MilvusSnapshot]:
        self._open()
        build = json.dumps(self._build, sort_keys=True)
        yield begin_reading(self._connection, build, self._cache, self._languages)

    def put(self, article: Article, passages: Sequence[IndexedPassage], location: str) -> None:
        with self._writing():
            if _is_version(self._current_of(article.id, location), article):
                return
            self._writer.claim(article.id)
            known = self._current_of(article.id, location)  # as the writer before this one left it
            if _is_version(known, article):
                return
            with self._writer.changing() as own:
                if known:
                    rows.retire_version(self._connection, known, own)
                rows.add_version(self._connection, article, passages, location, own)

    def delete(self, article_id: str, *, tombstone: bool = True) -> bool:
        with self._writing():
            if self._current(article_id) is None:
                return False
            self._writer.claim(article_id)
            known = self._current(article_id)
            if known is None:
                return False
            with self._writer.changing() as own:
                rows.retire_version(self._connection, known, own)
                hidden = self._writer.hidden()
                rows.erase_versions(self._connection, article_id, own, hidden)
                if tombstone:
                    rows.add_tombstone(self._connection, article_id, own.generation)
            return True

    def publish(self) -> int:
        with self._writing():
            self._writer.report_loss()
            committed = self._writer.commit()
            self.sources.write()
            return self._sweep(committed)

    def location(self, article_id: str) -> str | None:
        with self._writing():
            known = self._current(article_id)
        return known["location"] if known else None

    def holds(self, article: Article) -> bool:
        with self._writing():
            return _is_version(self._current(article.id), article)

    def is_deleted(self, article_id: str) -> bool:
        with self._writing():
            return bool(self._tombstones(article_id))

    def undelete(self, article_id: str) -> None:
        with self._writing():
            if self._tombstones(article_id):
                self._writer.claim(article_id)
                keys = self._tombstones(article_id)
                with self._writer.changing() as own:
                    rows.mark(self._connection, NOTES, keys, removed=own.generation)

    def mark_deleted(self, article_id: str) -> None:
        with self._writing():
            if not self._tombstones(article_id):
                self._writer.claim(article_id)
                with self._writer.changing() as own:
                    rows.add_tombstone(self._connection, article_id, own.generation)

    def close(self) -> None:
        """Publish what is unpublished, as the local store does at its next opening; disconnect."""
        with self._mutex:
            try:
                if self._writer.waits or self.sources.wait:
                    self.publish()
            except (ArchiveUnreachable, ArchiveBusy) as error:
                log.warning("what was not published is rolled back later: %s", error)
            self._connection.close()

    def _open(self) -> None:
        """Prepare the collections at the first call and after every failure."""
        with self._opening:
            failures = self._connection.failures
            if self._opened_after != failures:
                prepare(self._connection, self._build, self._dimension)
                self._opened_after = failures

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """Wait for the writer's turn; what failed before is rolled back first."""
        with self._mutex:
            self._open()
            if self._writer.recover():
                self.sources.drop()
            self._writer.keep_alive()
            yield self._writer

    def _current(self, article_id: str) -> Row | None:
        return rows.current_version(self._connection, article_id, self._writer.hidden())

    def _current_of(self, article_id: str, location: str) -> Row | None:
        """The newest version. Raises `Conflict` where it is from another location."""
        known = self._current(article_id)
        if known and known["location"] != location:
            raise Conflict(f"{article_id} is taken by {known['location']}")
        return known

    def _tombstones(self, article_id: str) -> list[str]:
        hidden = self._writer.hidden()
        return rows.find_tombstones(self._connection, article_id, hidden)

    def _sweep(self, committed: int | None) -> int:
        """Sweep old generations and return the newest; a fault does not undo what was committed."""
        try:
            newest = read_ledger(self._connection).newest
            sweep(self._connection, self._grace_seconds)
        except ArchiveUnreachable as error:
            if committed is None:
                raise
            log.warning("published, but not swept: %s", error)
            return committed
        return newest


def _is_version(known: Row | None, article: Article) -> bool:
    return known is not None and known["digest"] == digest(article)


class MilvusSources:
    """See `index.store.Sources`. The store calls `write` and `drop` in its turn as the writer.

    Changes wait until the articles that they speak of are published: if a file were noted before
    its articles are stored, the next build would not read it again.
    """

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
            known = {**{row["key"]: row for row in stored}, **self._waiting}
        return sorted(
            (read_source(row) for row in known.values() if row), key=lambda source: source.location
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
            rows.mark(self._connection, ARTICLES, keys, location=new)
            known = self._find(old)
            if known:
                self.forget(old)
                self.remember(Source(new, known.sha256, known.reading, known.articles))

    def write(self) -> None:
        """Write what waits; what could not be written goes on waiting."""
        self._connection.upsert(NOTES, [row for row in self._waiting.values() if row])
        for keys in in_batches([key for key, row in self._waiting.items() if row is None]):
            self._connection.call("delete", NOTES, filter=f"key in {quoted(keys)}")
        self._waiting.clear()

    def drop(self) -> None:
        """Discard what waits: the articles that it is about were rolled back."""
        self._waiting.clear()

    def _find(self, location: str) -> Source | None:
        key = note_key(SOURCE, location)
        if key in self._waiting:
            row = self._waiting[key]
            return read_source(row) if row else None
        found = self._connection.query(NOTES, f"key in {quoted((key,))}", ["name", "body"])
        return read_source(found[0]) if found else None
