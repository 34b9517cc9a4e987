"""Whether the dense and the word index are what the record of truth makes of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.index.encoder import Vectors
from onrecord.index.local import records
from onrecord.index.local.base import Base, open_base, read_vectors
from onrecord.index.local.columns import read_columns
from onrecord.index.local.derived import Meta
from onrecord.index.local.stamps import damaged_parts, read_stamp
from onrecord.index.local.vectors import read_dense
from onrecord.index.local.word_folders import find_words, open_words
from onrecord.index.local.words import WordIndex
from onrecord.index.text import analyse

COMPARED_AT_ONCE = 10_000


def check_vectors(
    archive: Path, connection: sqlite3.Connection, meta: Meta, dimension: int
) -> Iterator[str]:
    """The dense index's base byte by byte, and then against SQLite's vectors."""
    if not meta["vectors"]:
        return
    folder, at = archive / meta["vectors"], int(meta["published"])
    try:
        problems = damaged_parts(folder, read_stamp(folder, meta["vectors_stamp"]))
        if problems:
            yield from problems
            return
        base = open_base(folder, meta["vectors_stamp"], dimension)
    except (ValueError, OSError, RuntimeError) as error:
        yield str(error)
        return
    dense = read_dense(base, None, connection, at)
    if dense.size != int(meta["passages"]):
        yield f"{folder}: expected {meta['passages']} vectors, got {dense.size}"
        return
    live = np.ones(base.columns.rows.size, dtype=bool) if dense.live is None else dense.live
    truth = read_columns(connection, 0, at)
    if not truth.select(truth.rows <= base.last_row).equals(base.columns.select(live)):
        yield f"{folder}: its rows, dates or outlets are not those of the articles"
        return
    places, done = np.flatnonzero(live), 0
    for vectors in read_vectors(connection, 0, at, dimension):
        mine = _stored(base, places[done : done + len(vectors)])
        if not np.array_equal(mine, vectors[: len(mine)]):
            yield f"{folder}: vectors {done} to {done + len(mine)} are not those of the passages"
        done += len(vectors)


def check_words(archive: Path, connection: sqlite3.Connection, meta: Meta) -> Iterator[str]:
    """The word index byte by byte, and then how often each word of the truth is in it."""
    folder, at = archive / meta["words"], int(meta["published"])
    try:
        found = find_words(folder, meta["words_stamp"])
        problems = damaged_parts(folder, read_stamp(folder, found.stamp))
        if problems:
            yield from problems
            return
        index = open_words(found)
    except (ValueError, OSError) as error:
        yield str(error)
        return
    if index.rows() != read_columns(connection, 0, at).rows.tolist():
        yield f"{folder}: its passages are not those of the archive"
        return
    for word, count in _count_words(connection, index, at).items():
        known = index.document_frequency(word)
        if known < count or (found.is_exact and known != count):
            yield f"{folder}: expected {count} passages with the word {word}, got {known}"


def _count_words(connection: sqlite3.Connection, index: WordIndex, at: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for document in records.word_documents(connection, after=-1, at=at):
        counts.update(set(analyse(document.text)))
    return counts


def _stored(base: Base, places: Any) -> Vectors:
    """The base's own vectors at some places."""
    if not places.size:
        return np.empty((0, base.index.d), dtype=np.float32)
    if base.lists is not None:
        base.index.make_direct_map()
    vectors: Vectors = base.index.reconstruct_batch(places)
    return vectors
