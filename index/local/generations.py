"""Generations: the dense and the word index that belong to one state of the record of truth.

`open_generation` opens what `meta` names; `write_generation` brings the indexes to the writer's
newest generation. Neither changes a folder that somebody may be reading. Readers share what one of
them has opened, and never wait for the writer.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.index.cache import MAX_CHARS, MAX_PASSAGES, FifoCache
from onrecord.index.local import database, records
from onrecord.index.local.manifest import KINDS, new_folder, remove_stale
from onrecord.index.local.vectors import DenseIndex, empty_base, open_base, read_dense, write_base
from onrecord.index.local.words import WordIndex, open_words, update_words
from onrecord.index.store import IndexedPassage, Key, Stats
from onrecord.index.types import Article

UNREADABLE = (ValueError, OSError, RuntimeError, KeyError)  # raised by reading damaged folders
Meta = Mapping[str, str]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """The indexes of one generation, its numbers, and caches of what was read from it."""

    stats: Stats
    dense: DenseIndex
    words: WordIndex
    passages: FifoCache[Key, IndexedPassage] = field(
        default_factory=lambda: FifoCache(MAX_PASSAGES)
    )
    articles: FifoCache[str, Article] = field(
        default_factory=lambda: FifoCache(MAX_CHARS, lambda article: len(article.text))
    )

    def meta(self) -> dict[str, str | int]:
        """The rows of `meta` that describe it."""
        return {
            "published": self.stats.generation,
            "fingerprint": self.stats.fingerprint,
            "articles": self.stats.articles,
            "passages": self.stats.passages,
            "dimension": self.dense.base.index.d,
            "vectors": self.dense.base.folder,
            "vectors_stamp": self.dense.base.manifest,
            "words": self.words.folder.name,
            "words_stamp": self.words.manifest,
        }


def open_generation(
    archive: Path,
    connection: sqlite3.Connection,
    meta: Meta,
    dimension: int,
    before: Generation | None,
) -> Generation:
    """The published generation. Raises one of `UNREADABLE` where its indexes are damaged.

    `before` is an earlier generation, whose base is shared where it is the same.
    """
    earlier = before.dense if before else None
    if earlier and earlier.base.manifest == meta["vectors_stamp"]:
        base = earlier.base
    elif meta["vectors"]:
        base = open_base(archive / meta["vectors"], meta["vectors_stamp"], dimension)
    else:
        base = empty_base(dimension)
    dense = read_dense(base, earlier, connection, int(meta["published"]))
    words = open_words(archive / meta["words"], meta["words_stamp"])
    stats = Stats(
        int(meta["published"]),
        meta["fingerprint"],
        int(meta["articles"]),
        int(meta["passages"]),
        words.languages(),
    )
    for name, found in (("vectors", dense.size), ("words", words.size)):
        if found != stats.passages:
            raise ValueError(f"{archive}: expected {stats.passages} {name}, got {found}")
    return Generation(stats, dense, words)


def write_generation(
    archive: Path,
    connection: sqlite3.Connection,
    meta: Meta,
    dimension: int,
    before: Generation | None,
) -> Generation:
    """The indexes of the writer's newest generation; their files are synced to disk.

    `before` is the published generation; without it all indexes are rewritten, and term ids that an
    earlier schema had none of are stored.
    """
    at, published = int(meta["generation"]), int(meta["published"])
    if before is None:
        records.fill_term_ids(connection, at)
    earlier = before.dense if before else None
    dense = read_dense(earlier.base if earlier else empty_base(dimension), earlier, connection, at)
    if dense.needs_new_base:
        folder = new_folder(archive, "vectors", at)
        base = open_base(folder, write_base(folder, connection, dimension, at), dimension)
        dense = read_dense(base, None, connection, at)
    words = update_words(archive, connection, before.words if before else None, published, at)
    return Generation(_measure(connection, meta["build"], at, dense, words), dense, words)


class PublishedGeneration:
    """The published generation as one process knows it. Safe to use from several threads."""

    def __init__(self, archive: Path, dimension: int) -> None:
        self._archive = archive
        self._dimension = dimension
        self._known: Generation | None = None
        self._opening = threading.Lock()

    def read(self, connection: sqlite3.Connection) -> Generation | None:
        """The generation that the connection's transaction shows.

        None where a newer one has just been published and the old indexes are deleted. Raises one
        of `UNREADABLE` where they are damaged.
        """
        meta = database.read_meta(connection)
        known, shown = self._known, int(meta["published"])
        if known is not None and known.stats.generation == shown:
            return known
        with self._opening:
            known = self._known
            if known is None or known.stats.generation < shown:
                known = open_generation(self._archive, connection, meta, self._dimension, known)
                self._known = known
            return known if known.stats.generation == shown else None

    def current(self, writer: sqlite3.Connection) -> Generation | None:
        """The published generation; None where there is none or it cannot be read."""
        if "words" not in database.read_meta(writer):
            return None
        try:
            return self.read(writer)
        except UNREADABLE as error:
            log.warning("%s is rebuilt: %s", self._archive, error)
            return None

    def advance(self, writer: sqlite3.Connection, *, rebuild: bool) -> int:
        """Publish the writer's newest generation and return it.

        Indexes that are damaged, or to be rebuilt, are written as a new generation, because readers
        may have opened the folders of the present one.
        """
        before = None if rebuild else self.current(writer)
        if before is None and "words" in database.read_meta(writer):
            database.next_generation(writer)
        meta = database.read_meta(writer)
        newest, published = int(meta["generation"]), int(meta["published"])
        if before is not None and newest == published:
            return newest
        written = write_generation(self._archive, writer, meta, self._dimension, before)
        with database.transaction(writer):
            database.write_meta(writer, **written.meta())
            records.clear_removed(writer, published, newest)
            if before is None or written.dense.base is not before.dense.base:
                records.delete_removed(writer, newest)
        with self._opening:
            self._known = written
        folders = {str(names.get(kind)) for names in (meta, written.meta()) for kind in KINDS}
        remove_stale(self._archive, folders)
        return newest


def _measure(
    connection: sqlite3.Connection, build: str, at: int, dense: DenseIndex, words: WordIndex
) -> Stats:
    """The generation's numbers; its fingerprint does not depend on the order of the build.

    Where a search is approximate, its results may depend on that order, and the fingerprint too.
    """
    digests = records.digests(connection, at)
    parts = [build, *digests]
    if not dense.base.is_exact:
        parts.append(f"{dense.base.manifest} {dense.tail.columns.rows.size}")
    if not words.is_exact:
        parts.append(words.manifest)
    fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return Stats(at, fingerprint, len(digests), dense.size, words.languages())
