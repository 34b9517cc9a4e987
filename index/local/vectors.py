"""The dense index of one generation: a mapped base, and in memory what changed after it.

`vectors-N/` holds the base: FAISS's file with every passage's vector at generation N and the
filter's columns, both mapped into memory, so an archive of a million passages opens at once and
processes share its pages. It is never changed.

Passages' rows only rise, so what was added since is what has a row after the base's last, and what
was removed is marked in SQLite. A change therefore costs in proportion to its own size and not to
the archive's; when the changes are many, a new base is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from onrecord.index.encoder import Vectors
from onrecord.index.local.approximate import build_approximate
from onrecord.index.local.columns import (
    Columns,
    Mask,
    Read,
    make_columns,
    map_columns,
    read_dates_and_outlets,
)
from onrecord.index.local.manifest import open_folder, write_manifest
from onrecord.index.local.records import LIVE
from onrecord.index.types import Filter

# An exact scan takes 7 ms at 100,000 passages of 384 dimensions and grows with their number
# (docs/scale.md); beyond this the lists of `approximate.py` are scanned instead.
EXACT_UP_TO = 150_000
NARROW_SHARE = 0.05  # a filter that passes a smaller share is always searched exactly
EXACT, LISTS = "exact.faiss", "lists.faiss"
RAW = "vectors.raw"  # deleted when the folder is complete
READ_AT_ONCE = 10_000
ID_BYTES = 8
# Changes that are held in memory beside the base; opening an archive reads them in 15 ms.
CHANGES = 1_000
CHANGED_SHARE = 0.05  # or this share of the base, if that is more


@dataclass(frozen=True, slots=True)
class Base:
    """An index; a vector has the position of its passage in `columns`.

    `manifest` is the sha256 of its folder's manifest; both are empty for one only in memory.
    """

    index: Any
    columns: Columns
    folder: str = ""
    manifest: str = ""
    probed: int | None = None
    lists: int | None = None
    recall: float | None = None

    @property
    def is_exact(self) -> bool:
        """Whether all searches are exact."""
        return self.lists is None

    @property
    def last_row(self) -> int:
        """The last passage's row; later rows are not in the base."""
        return int(self.columns.rows[-1]) if self.columns.rows.size else 0

    def search(self, vector: Vectors, k: int, allowed: Mask) -> list[tuple[int, float]]:
        """The k rows of the largest inner product among the allowed positions, in no order."""
        count = int(np.count_nonzero(allowed))
        if not count:
            return []
        options = self._options(allowed, count)
        # With more threads a search waits for the slowest: on busy cores 17 ms instead of 0.3 at
        # 10,000 passages.
        faiss.omp_set_num_threads(1)
        scores, places = self.index.search(vector.reshape(1, -1), min(k, count), params=options)
        good = (places[0] >= 0) & (places[0] < self.columns.rows.size)
        rows = self.columns.rows[places[0][good]]
        return [(int(row), float(s)) for row, s in zip(rows, scores[0][good], strict=True)]

    def _options(self, allowed: Mask, count: int) -> Any:
        chosen: dict[str, Any] = {}
        if count < allowed.size:
            bits: Any = np.packbits(allowed, bitorder="little")
            chosen["sel"] = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]
        if self.lists is None or self.probed is None:
            return faiss.SearchParameters(**chosen) if chosen else None
        share = count / allowed.size
        wider = self.lists if share <= NARROW_SHARE else min(self.lists, int(self.probed / share))
        return faiss.SearchParametersIVF(nprobe=wider, **chosen)  # type: ignore[call-arg]


def empty_base(dimension: int) -> Base:
    """A base without vectors."""
    return Base(faiss.IndexFlatIP(dimension), make_columns(()))


def write_base(folder: Path, connection: sqlite3.Connection, dimension: int, at: int) -> str:
    """Write the base of every passage that generation `at` shows; returns its manifest's sha256."""
    folder.mkdir()
    columns = make_columns(read_dates_and_outlets(connection, 0, at))
    columns.save(folder)
    facts: dict[str, Any] = {"generation": at, "dimension": dimension}
    if columns.rows.size <= EXACT_UP_TO:
        index = faiss.IndexFlatIP(dimension)
        for vectors in read_vectors(connection, 0, at, dimension):
            index.add(vectors)
        name, held = EXACT, 4 * dimension
    else:
        vectors = _write_raw(folder, connection, columns.rows.size, dimension, at)
        index, recall = build_approximate(vectors)
        name, held = LISTS, 4 * dimension + ID_BYTES
        facts |= {"probed": index.nprobe, "lists": index.nlist, "recall": recall}
        (folder / RAW).unlink()
    if index.ntotal != columns.rows.size:
        raise ValueError(f"{folder}: expected {columns.rows.size} vectors, got {index.ntotal}")
    faiss.write_index(index, str(folder / name))
    with (folder / name).open("rb") as stream:
        head = stream.seek(0, 2) - held * index.ntotal
    return write_manifest(folder, facts, {name: head})


def open_base(folder: Path, sha256: str, dimension: int) -> Base:
    """The base in a folder, mapped. Raises `ValueError` where its manifest says otherwise."""
    facts = open_folder(folder, sha256).facts
    if facts["dimension"] != dimension:
        raise ValueError(f"{folder}: expected {dimension} dimensions, got {facts['dimension']}")
    columns = map_columns(folder)
    if "lists" not in facts:
        index = faiss.read_index(str(folder / EXACT), faiss.IO_FLAG_MMAP_IFC)
        return Base(index, columns, folder.name, sha256)
    index = faiss.read_index(str(folder / LISTS), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    # FAISS's prefetch starts 32 threads per question: 10 ms instead of 6 at a million passages.
    faiss.downcast_InvertedLists(index.invlists).prefetch_nthread = 0  # type: ignore[attr-defined]
    measured = facts["probed"], facts["lists"], facts["recall"]
    return Base(index, columns, folder.name, sha256, *measured)


def read_vectors(
    connection: sqlite3.Connection, after: int, at: int, dimension: int
) -> Iterator[Vectors]:
    """The vectors of every live passage after a row, in the rows' order, some at a time."""
    found = connection.execute(
        f"SELECT vector FROM passages WHERE row > :after AND {LIVE.format('')} ORDER BY row",
        {"after": after, "at": at},
    )
    while chunk := found.fetchmany(READ_AT_ONCE):
        vectors = np.frombuffer(b"".join(vector for (vector,) in chunk), dtype="<f4")
        yield vectors.reshape(-1, dimension).astype(np.float32)


def _write_raw(
    folder: Path, connection: sqlite3.Connection, count: int, dimension: int, at: int
) -> Vectors:
    """All vectors in one mapped file, because training reads them in another order."""
    raw: Vectors = np.memmap(folder / RAW, dtype=np.float32, mode="w+", shape=(count, dimension))
    done = 0
    for vectors in read_vectors(connection, 0, at, dimension):
        raw[done : done + len(vectors)] = vectors
        done += len(vectors)
    return raw


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """The base and its changes. `live` marks the base's positions that remain.

    `tail` has the passages that were `added` after the base, `removed` is the number removed since.
    """

    base: Base
    live: Mask
    tail: Base
    added: Sequence[Read]
    removed: int

    @property
    def size(self) -> int:
        """How many passages can be found."""
        return int(np.count_nonzero(self.live)) + self.tail.columns.rows.size

    @property
    def rows(self) -> list[int]:
        """The rows of all passages in rising order."""
        in_base = self.base.columns.rows[self.live]
        rows: list[int] = np.concatenate([in_base, self.tail.columns.rows]).tolist()
        return rows

    @property
    def needs_new_base(self) -> bool:
        """Whether so much has changed that a new base is due."""
        in_base = int(self.base.columns.rows.size)
        changes = self.tail.columns.rows.size + self.removed
        return changes > max(CHANGES, CHANGED_SHARE * in_base) or self.size > in_base == 0

    def search(self, vector: Vectors, k: int, where: Filter) -> list[tuple[int, float]]:
        """The k rows of the largest inner product that pass the filter; ties by row."""
        if k < 1:
            return []
        allowed = self.live & self.base.columns.mask(where)
        found = self.base.search(vector, k, allowed)
        found += self.tail.search(vector, k, self.tail.columns.mask(where))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


def read_dense(
    base: Base, before: DenseIndex | None, connection: sqlite3.Connection, at: int
) -> DenseIndex:
    """The index of generation `at`: the base and the changes that SQLite has after it.

    `before` is an earlier generation; over the same base only what is newer than it is read.
    """
    tail: Base = empty_base(base.index.d)
    known: Sequence[Read] = ()
    if before is not None and before.base is base:
        tail, known = before.tail, before.added
    found = connection.execute("SELECT row FROM passages WHERE removed <= ?", (at,))
    removed = np.fromiter((row for (row,) in found), dtype=np.int64)
    remains = ~np.isin(tail.columns.rows, removed)
    after = max(base.last_row, tail.last_row)
    index = faiss.IndexFlatIP(base.index.d)
    index.add(tail.index.reconstruct_n()[remains])
    for vectors in read_vectors(connection, after, at, base.index.d):
        index.add(vectors)
    added = [*compress(known, remains), *read_dates_and_outlets(connection, after, at)]
    live = ~np.isin(base.columns.rows, removed)
    return DenseIndex(base, live, Base(index, make_columns(added)), added, removed.size)
