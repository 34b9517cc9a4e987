"""What follows the record of truth: the dense and the word index of one generation.

`read_derived` opens what `meta` names, `write_derived` brings it to a generation and says what
`meta` has to name then. Neither changes a folder that somebody may be reading.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.index.cache import MAX_CHARS, MAX_PASSAGES, FifoCache
from onrecord.index.local import records
from onrecord.index.local.base import Base, empty_base, open_base, write_base
from onrecord.index.local.folders import fresh_folder
from onrecord.index.local.vectors import DenseIndex, read_dense
from onrecord.index.local.word_folders import WordFolder, find_words, open_words, update_words
from onrecord.index.local.words import WordIndex
from onrecord.index.store import IndexedPassage, Key, Stats
from onrecord.index.types import Article

log = logging.getLogger(__name__)
Meta = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Derived:
    """The indexes of one generation, and that generation in numbers."""

    stats: Stats
    dense: DenseIndex
    vectors: str
    words: WordIndex
    word_folder: WordFolder
    entries: FifoCache[Key, IndexedPassage] = field(default_factory=lambda: FifoCache(MAX_PASSAGES))
    articles: FifoCache[str, Article] = field(
        default_factory=lambda: FifoCache(MAX_CHARS, lambda article: len(article.text))
    )

    def names(self) -> dict[str, str | int]:
        """What `meta` says of it."""
        return {
            "published": self.stats.generation,
            "fingerprint": self.stats.fingerprint,
            "articles": self.stats.articles,
            "passages": self.stats.passages,
            "dimension": self.dense.base.index.d,
            "vectors": self.vectors,
            "vectors_stamp": self.dense.base.stamp,
            "words": self.word_folder.path.name,
            "words_stamp": self.word_folder.stamp,
        }


def read_derived(
    archive: Path,
    connection: sqlite3.Connection,
    meta: Meta,
    dimension: int,
    before: Derived | None,
) -> Derived:
    """The published generation's indexes. Raises `ValueError` or `OSError` for damaged ones."""
    stats = Stats(
        int(meta["published"]), meta["fingerprint"], int(meta["articles"]), int(meta["passages"])
    )
    same_base = before is not None and before.dense.base.stamp == meta["vectors_stamp"]
    base = before.dense.base if before and same_base else _find_base(archive, meta, dimension)
    dense = read_dense(base, before.dense if before else None, connection, stats.generation)
    folder = find_words(archive / meta["words"], meta["words_stamp"])
    words = open_words(folder)
    for name, found in (("vectors", dense.size), ("words", words.size)):
        if found != stats.passages:
            raise ValueError(f"{archive}: expected {stats.passages} {name}, got {found}")
    return Derived(stats, dense, meta["vectors"], words, folder)


def write_derived(
    archive: Path,
    connection: sqlite3.Connection,
    meta: Meta,
    dimension: int,
    before: Derived | None,
) -> Derived:
    """The indexes of the writer's newest generation, synced to disk as far as they are files.

    `before` is what `meta` names; without it everything is written anew.
    """
    at = int(meta["generation"])
    base = before.dense.base if before else empty_base(dimension)
    dense = read_dense(base, before.dense if before else None, connection, at)
    vectors = before.vectors if before else ""
    if dense.has_outgrown_its_base:
        folder = fresh_folder(archive, "vectors", at)
        base = open_base(folder, write_base(folder, connection, dimension, at), dimension)
        dense, vectors = read_dense(base, None, connection, at), folder.name
    found = update_words(
        archive, connection, before.word_folder if before else None, int(meta["published"]), at
    )
    stats = _measure(connection, meta["build"], at, dense, found)
    return Derived(stats, dense, vectors, open_words(found), found)


def _find_base(archive: Path, meta: Meta, dimension: int) -> Base:
    if not meta["vectors"]:
        return empty_base(dimension)
    return open_base(archive / meta["vectors"], meta["vectors_stamp"], dimension)


def _measure(
    connection: sqlite3.Connection, build: str, at: int, dense: DenseIndex, words: WordFolder
) -> Stats:
    """The generation in numbers; the fingerprint does not know in which order it was built.

    Where a search is approximate, what it finds may depend on that, and the fingerprint with it.
    """
    digests = records.digests(connection, at)
    parts = [build, *digests]
    if not dense.is_exact:
        parts.append(f"{dense.base.stamp} {dense.tail.rows.size}")
    if not words.is_exact:
        parts.append(words.stamp)
    fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return Stats(at, fingerprint, len(digests), dense.size)
