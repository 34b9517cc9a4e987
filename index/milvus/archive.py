"""The distributed store: Milvus holds articles, passages and which generation is published.

A process keeps nothing, so any number can read and write at once. `put` and `delete` write rows
that carry a generation of the writer's own; `publish` commits it with one row. What a writer did
not commit is taken back, by itself after a fault or by others once it is silent.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from index.errors import ArchiveBusy, ArchiveUnreachable, Conflict
from index.local.rows import digest
from index.milvus import ledger, versions
from index.milvus.connection import Connection, Row
from index.milvus.expressions import LIVE, both, quoted
from index.milvus.ledger import Opened
from index.milvus.notes import Notes
from index.milvus.schema import ARTICLES, prepare
from index.milvus.snapshot import MilvusSnapshot, begin_reading
from index.milvus.sweep import sweep, take_back, take_back_dead
from index.store import Entry, Source
from index.types import Article

log = logging.getLogger(__name__)


class MilvusStore:
    """See `index.store.Store`. Safe to use from several threads."""

    def __init__(
        self,
        connection: Connection,
        build: Mapping[str, str],
        dimension: int,
        grace_seconds: float = ledger.GRACE_SECONDS,
    ) -> None:
        """Name the archive; it is opened, and made where there is none, at the first call.

        Calls raise `ArchiveMismatch` where it was built another way, `ArchiveUnreachable` while
        Milvus is away.
        """
        self._connection = connection
        self._build, self._dimension = dict(build), dimension
        self._grace_seconds = grace_seconds
        self._name: str | None = None
        self._opened_after = -1  # how many failures the connection had then
        self._opening = threading.Lock()
        self._mutex = threading.RLock()  # of the writer; readers never take it
        self._notes = Notes(connection)
        self._own: Opened | None = None  # the generation that waits for `publish`
        self._failed = False  # whether something of it may be missing
        self._owners: set[int] = set()  # the threads whose changes wait in it
        self._bereft: set[int] = set()  # the threads whose changes were taken back unheard

    @contextmanager
    def snapshot(self) -> Iterator[MilvusSnapshot]:
        """See `Store`."""
        name = self._open()
        told = json.dumps(self._build, sort_keys=True)
        yield begin_reading(self._connection, told, name)

    def put(self, article: Article, entries: Sequence[Entry], location: str) -> None:
        """See `Store`."""
        with self._writing():
            known = self._current(article.id)
            if known and known["location"] != location:
                raise Conflict(f"{article.id} is taken by {known['location']}")
            if known and known["digest"] == digest(article):
                return
            with self._changing() as own:
                if known:
                    versions.retire_version(self._connection, known, own)
                versions.add_version(self._connection, article, entries, location, own)

    def delete(self, article_id: str, *, tombstone: bool = True) -> bool:
        """See `Store`."""
        with self._writing():
            known = self._current(article_id)
            if known is None:
                return False
            with self._changing() as own:
                versions.retire_version(self._connection, known, own)
                versions.erase_versions(self._connection, article_id, own.generation)
            if tombstone:
                self._notes.bury(article_id)
            return True

    def publish(self) -> int:
        """See `Store`. Raises `ArchiveBusy` where another writer puts the same article."""
        with self._writing():
            self._hear()
            if self._own:
                self._commit()
            self._notes.write()
            newest = ledger.read_ledger(self._connection).newest
            sweep(self._connection, self._grace_seconds)
            return newest

    def source(self, location: str) -> Source | None:
        """See `Store`."""
        with self._writing():
            return self._notes.source(location)

    def sources(self) -> list[Source]:
        """See `Store`."""
        with self._writing():
            return self._notes.sources()

    def remember(self, source: Source) -> None:
        """See `Store`."""
        with self._writing():
            self._notes.remember(source)

    def forget(self, location: str) -> None:
        """See `Store`."""
        with self._writing():
            self._notes.forget(location)

    def location(self, article_id: str) -> str | None:
        """See `Store`."""
        with self._writing():
            known = self._current(article_id)
        return known["location"] if known else None

    def holds(self, article: Article) -> bool:
        """See `Store`."""
        with self._writing():
            known = self._current(article.id)
        return known is not None and known["digest"] == digest(article)

    def move(self, old: str, new: str) -> None:
        """See `Store`."""
        with self._writing():
            there = both(f"location in {quoted((old,))}", LIVE)
            keys = [row["key"] for row in self._connection.every(ARTICLES, there, ["key"])]
            versions.mark(self._connection, ARTICLES, keys, location=new)
            known = self._notes.source(old)
            if known:
                self._notes.forget(old)
                self._notes.remember(Source(new, known.sha256, known.reading, known.articles))

    def is_deleted(self, article_id: str) -> bool:
        """See `Store`."""
        with self._writing():
            return self._notes.is_deleted(article_id)

    def undelete(self, article_id: str) -> None:
        """See `Store`."""
        with self._writing():
            self._notes.unbury(article_id)

    def bury(self, article_id: str) -> None:
        """Set a tombstone for an article that is not here."""
        with self._writing():
            self._notes.bury(article_id)

    def close(self) -> None:
        """Publish what was put whole, as the local store's next opening does; let go."""
        with self._mutex:
            try:
                if self._name is not None and not self._failed:
                    self.publish()
            except (ArchiveUnreachable, ArchiveBusy) as error:
                log.warning("what was not published is taken back later: %s", error)
            self._connection.close()

    def _open(self) -> str:
        """The archive's name; at first and after every failure, what a start needs is done."""
        with self._opening:
            failures = self._connection.failures
            if self._name is None or self._opened_after != failures:
                self._name = prepare(self._connection, self._build, self._dimension)
                self._opened_after = failures
            return self._name

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The writer's turn; what failed before is taken back first, and whoever asks hears it."""
        with self._mutex:
            self._open()
            if self._failed:
                self._take_back()
            yield

    @contextmanager
    def _changing(self) -> Iterator[Opened]:
        """A change within the own generation; if it fails, so does all that is unpublished."""
        if self._own is None:
            take_back_dead(self._connection)
            self._own = ledger.open_generation(self._connection)
        try:
            ledger.touch(self._connection, self._own)
            yield self._own
        except BaseException:
            self._failed = True
            self._bereft |= self._owners - {threading.get_ident()}
            self._owners.clear()
            raise
        self._owners.add(threading.get_ident())

    def _hear(self) -> None:
        """Tell a thread that what it put was lost to another thread's fault."""
        if threading.get_ident() in self._bereft:
            self._bereft.discard(threading.get_ident())
            raise ArchiveUnreachable("what was put was taken back after a fault; do it again")

    def _take_back(self) -> None:
        """Undo the own generation, unless its commit arrived after all."""
        own = self._own
        if own and ledger.find_kind(self._connection, own.token) != ledger.COMMIT:
            take_back(self._connection, own.token, own.generation)
            self._notes.drop()
        self._own, self._failed = None, False

    def _current(self, article_id: str) -> Row | None:
        found = versions.current_versions(self._connection, [article_id], self._foreign())
        return max(found, key=lambda row: int(row["added"]), default=None)

    def _foreign(self) -> list[int]:
        """The open generations of other writers."""
        opened = ledger.read_ledger(self._connection).of(ledger.OPEN)
        mine = self._own.generation if self._own else None
        return [row["generation"] for row in opened if row["generation"] != mine]

    def _commit(self) -> None:
        """Publish the own generation, or take it back where it cannot stand."""
        try:
            with self._changing() as own:
                ledger.require_open(self._connection, own)
                versions.settle(self._connection, own, self._foreign())
                ledger.commit(self._connection, own)
        except ArchiveBusy:
            self._take_back()
            raise
        self._own = None
        self._owners.clear()
