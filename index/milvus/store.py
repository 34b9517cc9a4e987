"""The distributed store: Milvus holds everything, so that any number of processes read and write.

`put` writes a new version with its passages, which nobody sees before `publish` writes the row of
its article: one row an article is the commit. Of two writers of one article the later wins. Every
step may be repeated. What no row names is deleted by a later `publish`.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from onrecord.index.cache import MAX_PASSAGES, FifoCache
from onrecord.index.errors import ArchiveUnreachable, Conflict
from onrecord.index.local.records import digest
from onrecord.index.milvus.connection import Connection, Row, in_batches, quoted
from onrecord.index.milvus.publications import Numbers, begin, end, newest, read_publications
from onrecord.index.milvus.rows import (
    ARTICLE_FIELDS,
    MAX_EARLIER,
    SOURCE,
    UNUSED,
    absent,
    article_of,
    name_version,
    note,
    note_key,
    read_source,
    versions_of,
    write_passage,
    write_source,
    write_version,
)
from onrecord.index.milvus.schema import ARTICLES, NOTES, PASSAGES, VERSIONS, prepare
from onrecord.index.milvus.snapshot import MilvusSnapshot, Passages
from onrecord.index.store import IndexedPassage, Source
from onrecord.index.types import Article

GRACE_SECONDS = 60.0  # how long a reader may need a replaced version; a question takes milliseconds
UNPUBLISHED_SECONDS = 86_400.0  # after which a version that no row names is that of a dead writer
PUBLISH_EVERY = 500  # articles: no writer leaves more than that unpublished
LEFTOVER = "leftover"  # the note of a version that may have to be deleted from a time on
log = logging.getLogger(__name__)


class MilvusStore:
    """See `index.store.Store`. Safe to use from several threads.

    After each `PUBLISH_EVERY` articles it publishes by itself.
    """

    def __init__(
        self,
        connection: Connection,
        build: Mapping[str, str],
        dimension: int,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """Name the archive; it is opened, and made where there is none, at the first call.

        Calls raise `ArchiveMismatch` where it was built another way and `ArchiveUnreachable` while
        Milvus is away.
        """
        self._connection = connection
        self._build, self._dimension = dict(build), dimension
        self._grace_seconds = grace_seconds
        self._opened_after = -1  # the connection's count of failures then
        self._opening = threading.Lock()
        self._fingerprinted = ""
        self._mutex = threading.RLock()  # for the writer; readers never take it
        self._writer = str(uuid.uuid4())
        self._waiting: dict[str, Row] = {}  # fields of articles' rows, not yet published
        self._waiting_since = 0.0
        self._touched: set[str] = set()  # versions that the next publication adds or retires
        self.sources = MilvusSources(connection, self._writing, self._move)
        self._numbers = Numbers(connection)
        self._cache: Passages = FifoCache(MAX_PASSAGES)

    @contextmanager
    def snapshot(self) -> Iterator[MilvusSnapshot]:
        self._open()
        yield MilvusSnapshot(self._connection, self._numbers, self._fingerprinted, self._cache)

    def put(self, article: Article, passages: Sequence[IndexedPassage], location: str) -> None:
        with self._writing():
            self._make_room(article.id)
            known = self._find(article.id)
            if known["version"] and known["location"] != location:
                raise Conflict(f"{article.id} is taken by {known['location']}")
            if known["digest"] == digest(article):
                return
            version = name_version(article)
            row, pointing = write_version(version, article, len(passages), location, known)
            written = [write_passage(one, article, version, pointing) for one in passages]
            self._touch([version, known["version"], *known["earlier"][MAX_EARLIER - 1 :]])
            self._connection.upsert(PASSAGES, written)
            self._connection.upsert(VERSIONS, [row])
            self._wait(article.id, pointing)

    def delete(self, article_id: str, *, tombstone: bool = True) -> bool:
        with self._writing():
            self._make_room(article_id)
            known = self._find(article_id)
            if not known["version"]:
                return False
            self._touch(versions_of(known))
            gone = {**absent(article_id), "deleted": tombstone or known["deleted"]}
            self._wait(article_id, gone)
            return True

    def publish(self) -> int:
        with self._writing():
            self._check_age()
            for ids in in_batches(list(self._waiting)):
                number = begin(self._connection, self._writer)
                self._connection.upsert(ARTICLES, self._changed(ids, number))
                end(self._connection, self._writer, number)
                for name in ids:
                    del self._waiting[name]
            self.sources.write()
            number = newest(read_publications(self._connection))
            try:
                self._note(self._touched, self._grace_seconds)
                self._touched.clear()
                sweep(self._connection)
            except ArchiveUnreachable as error:
                log.warning("published, but what was replaced is deleted later: %s", error)
            return number

    def location(self, article_id: str) -> str | None:
        with self._writing():
            known = self._find(article_id)
        return known["location"] if known["version"] else None

    def holds(self, article: Article) -> bool:
        with self._writing():
            return bool(self._find(article.id)["digest"] == digest(article))

    def is_deleted(self, article_id: str) -> bool:
        with self._writing():
            return bool(self._find(article_id)["deleted"])

    def mark_deleted(self, article_id: str) -> None:
        self._mark(article_id, deleted=True)

    def undelete(self, article_id: str) -> None:
        self._mark(article_id, deleted=False)

    def close(self) -> None:
        """Publish what is unpublished, as the local store does at its next opening; disconnect."""
        with self._mutex:
            try:
                if self._waiting or self.sources.waiting:
                    self.publish()
            except ArchiveUnreachable as error:
                log.warning("what was put last is not published: %s", error)
            self._connection.close()

    def _open(self) -> None:
        """Prepare the collections at the first call and after every failure."""
        with self._opening:
            failures = self._connection.failures
            if self._opened_after != failures:
                name = prepare(self._connection, self._build, self._dimension)
                # Where search is approximate, another archive of the same articles may find others.
                names = [] if self._connection.is_lite else [name]
                self._fingerprinted = json.dumps([self._build, *names], sort_keys=True)
                self._opened_after = failures

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Wait for the writer's turn."""
        with self._mutex:
            self._open()
            yield

    def _find(self, article_id: str) -> Row:
        """The row of an article as it is once all that waits is published."""
        return {**self._stored([article_id])[article_id], **self._waiting.get(article_id, {})}

    def _stored(self, article_ids: Sequence[str]) -> dict[str, Row]:
        """The published rows of articles."""
        there = f"id in {quoted(article_ids)}"
        found = self._connection.query(ARTICLES, there, ARTICLE_FIELDS)
        return {name: absent(name) for name in article_ids} | {
            row["id"]: {**row, **UNUSED} for row in found
        }

    def _changed(self, article_ids: Sequence[str], number: int) -> list[Row]:
        """The rows of articles with what waits for them.

        A version that another writer published meanwhile is replaced, if there is a new one.
        """
        rows = []
        for article_id, stored in self._stored(article_ids).items():
            row = {**stored, **self._waiting[article_id], "number": number}
            known = {*versions_of(row), *self._touched}
            unknown = [version for version in versions_of(stored) if version not in known]
            self._touched.update(unknown)
            rows.append({**row, "earlier": [*row["earlier"], *unknown] if row["version"] else []})
        return rows

    def _make_room(self, article_id: str) -> None:
        """Publish what waits, where that is enough; versions of one article stay together."""
        if len(self._waiting) >= PUBLISH_EVERY and article_id not in self._waiting:
            self.publish()

    def _wait(self, article_id: str, change: Row) -> None:
        """Let a change wait for being published."""
        if not self._waiting:
            self._waiting_since = time.time()
        self._waiting[article_id] = {**self._waiting.get(article_id, {}), **change}

    def _check_age(self) -> None:
        """Raise `ArchiveUnreachable` where other writers may take what waits for a dead one's."""
        if self._waiting and time.time() - self._waiting_since > UNPUBLISHED_SECONDS / 2:
            self._waiting.clear()
            self.sources.waiting.clear()
            raise ArchiveUnreachable("what was put could not be published in time; do it again")

    def _mark(self, article_id: str, *, deleted: bool) -> None:
        with self._writing():
            if self._find(article_id)["deleted"] != deleted:
                self._wait(article_id, {"deleted": deleted})

    def _move(self, old: str, new: str) -> None:
        there = f"location in {quoted((old,))}"
        stored = list(self._connection.every(ARTICLES, there, ["id"]))
        for article_id in dict.fromkeys([*(row["id"] for row in stored), *self._waiting]):
            if self._find(article_id)["location"] == old:
                self._wait(article_id, {"location": new})

    def _touch(self, versions: Iterable[str]) -> None:
        """Have versions looked at later, should this process die before it publishes."""
        named = {version for version in versions if version}
        self._note(named, UNPUBLISHED_SECONDS)
        self._touched |= named

    def _note(self, versions: Iterable[str], seconds: float) -> None:
        due = int(time.time() + seconds)
        self._connection.upsert(NOTES, [note(LEFTOVER, name, at=due) for name in versions])


def sweep(connection: Connection) -> None:
    """Delete the passages of versions that are not current, and versions that no article names.

    Only those are looked at that a writer has noted, once its note is due.
    """
    due = f'kind == "{LEFTOVER}" and at <= {int(time.time())}'
    noted = connection.query(NOTES, due, ["key", "name"])
    for batch in in_batches(noted):
        versions = [row["name"] for row in batch]
        named = f"id in {quoted({article_of(version) for version in versions})}"
        articles = connection.query(ARTICLES, named, ["version", "earlier"])
        current = {row["version"] for row in articles}
        earlier = {version for row in articles for version in row["earlier"]}
        unseen = [version for version in versions if version not in current]
        connection.delete(PASSAGES, "version", unseen)
        connection.delete(VERSIONS, "key", [one for one in unseen if one not in earlier])
        connection.delete(NOTES, "key", [row["key"] for row in batch])


class MilvusSources:
    """See `index.store.Sources`. The store calls `write` in its turn as the writer.

    Changes wait until the articles that they speak of are published: if a file were noted before
    its articles are stored, the next build would not read it again.
    """

    def __init__(
        self,
        connection: Connection,
        writing: Callable[[], AbstractContextManager[None]],
        move_articles: Callable[[str, str], None],
    ) -> None:
        """`writing` waits for the writer's turn."""
        self._connection = connection
        self._writing = writing
        self._move_articles = move_articles
        self.waiting: dict[str, Row | None] = {}

    def all(self) -> list[Source]:
        with self._writing():
            stored = self._connection.every(NOTES, f'kind == "{SOURCE}"', ["key", "name", "body"])
            known = {**{row["key"]: row for row in stored}, **self.waiting}
        return sorted(
            (read_source(row) for row in known.values() if row), key=lambda source: source.location
        )

    def remember(self, source: Source) -> None:
        with self._writing():
            self.waiting[note_key(SOURCE, source.location)] = write_source(source)

    def forget(self, location: str) -> None:
        with self._writing():
            self.waiting[note_key(SOURCE, location)] = None

    def move(self, old: str, new: str) -> None:
        with self._writing():
            self._move_articles(old, new)
            known = next((source for source in self.all() if source.location == old), None)
            if known:
                self.forget(old)
                self.remember(Source(new, known.sha256, known.reading, known.articles))

    def write(self) -> None:
        """Write what waits; what could not be written goes on waiting."""
        self._connection.upsert(NOTES, [row for row in self.waiting.values() if row])
        forgotten = [key for key, row in self.waiting.items() if row is None]
        self._connection.delete(NOTES, "key", forgotten)
        self.waiting.clear()
