"""The dense index's base: every passage's vector at one generation, in a folder nobody changes.

`vectors-N/` holds FAISS's file and the filter's columns, both mapped into memory, so an archive of
a million passages opens at once and processes share its pages. What came or went since then is
small and is kept beside it in memory by `index/local/vectors.py`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from onrecord.index.encoder import Vectors
from onrecord.index.local.approximate import build_approximate
from onrecord.index.local.columns import Columns, Mask, empty_columns, map_columns, read_columns
from onrecord.index.local.stamps import look, read_stamp, write_stamp

# An exact scan takes 7 ms at 100,000 passages of 384 dimensions and grows with their number
# (docs/scale.md); beyond this the lists of `approximate.py` are scanned instead.
EXACT_UP_TO = 150_000
NARROW_SHARE = 0.05  # a filter that keeps fewer than this is searched exactly, at any size
EXACT, LISTS = "exact.faiss", "lists.faiss"
RAW = "vectors.raw"  # gone again when the folder is complete
READ_AT_ONCE = 10_000
ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Base:
    """A mapped index; the position of a vector is that of its passage in `columns`."""

    index: Any
    columns: Columns
    stamp: str
    probed: int | None = None
    lists: int | None = None
    recall: float | None = None

    @property
    def is_exact(self) -> bool:
        """Whether every search is an exact one."""
        return self.lists is None

    @property
    def last_row(self) -> int:
        """The row behind which passages are not in the base."""
        return int(self.columns.rows[-1]) if self.columns.rows.size else 0

    def search(self, vector: Vectors, k: int, kept: Mask | None) -> list[tuple[int, float]]:
        """The k rows of the largest inner product among the kept positions, in no order."""
        count = self.columns.rows.size if kept is None else int(np.count_nonzero(kept))
        if not count:
            return []
        options = self._options(kept, count)
        # One question is one thread's work; FAISS's others would only be waited for: on busy cores
        # 17 ms instead of 0.3 at 10,000 passages.
        faiss.omp_set_num_threads(1)
        scores, places = self.index.search(vector.reshape(1, -1), min(k, count), params=options)
        good = (places[0] >= 0) & (places[0] < self.columns.rows.size)
        rows = self.columns.rows[places[0][good]]
        return [(int(row), float(s)) for row, s in zip(rows, scores[0][good], strict=True)]

    def _options(self, kept: Mask | None, count: int) -> Any:
        """How FAISS is to search."""
        chosen: dict[str, Any] = {}
        if kept is not None:
            bits: Any = np.packbits(kept, bitorder="little")
            chosen["sel"] = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]
        if self.lists is None or self.probed is None:
            return faiss.SearchParameters(**chosen) if chosen else None
        share = count / self.columns.rows.size
        wider = self.lists if share <= NARROW_SHARE else min(self.lists, int(self.probed / share))
        return faiss.SearchParametersIVF(nprobe=wider, **chosen)  # type: ignore[call-arg]


def empty_base(dimension: int) -> Base:
    """No vectors at all."""
    return Base(faiss.IndexFlatIP(dimension), empty_columns(), "")


def write_base(folder: Path, connection: sqlite3.Connection, dimension: int, at: int) -> str:
    """Write the base of every passage that generation `at` shows; returns its stamp's sha256."""
    folder.mkdir()
    columns = read_columns(connection, 0, at)
    columns.save(folder)
    facts: dict[str, Any] = {"generation": at, "count": columns.rows.size, "dimension": dimension}
    if columns.rows.size <= EXACT_UP_TO:
        index = faiss.IndexFlatIP(dimension)
        for vectors in read_vectors(connection, 0, at, dimension):
            index.add(vectors)
        name, held = EXACT, 4 * dimension
    else:
        built = build_approximate(_write_raw(folder, connection, columns.rows.size, dimension, at))
        index, name, held = built.index, LISTS, 4 * dimension + ID_BYTES
        facts |= {"probed": built.probed, "lists": built.lists, "recall": built.recall}
        (folder / RAW).unlink()
    if index.ntotal != columns.rows.size:
        raise ValueError(f"{folder}: expected {columns.rows.size} vectors, got {index.ntotal}")
    faiss.write_index(index, str(folder / name))
    with (folder / name).open("rb") as stream:
        head = stream.seek(0, 2) - held * index.ntotal
    _sync(folder)
    return write_stamp(folder, facts, {name: head})


def open_base(folder: Path, stamp: str, dimension: int) -> Base:
    """The base in a folder, mapped. Raises `ValueError` where it is not what its stamp says."""
    read = read_stamp(folder, stamp)
    look(folder, read)
    facts = read.facts
    if facts["dimension"] != dimension:
        raise ValueError(f"{folder}: expected {dimension} dimensions, got {facts['dimension']}")
    columns = map_columns(folder)
    if "lists" not in facts:
        index = faiss.read_index(str(folder / EXACT), faiss.IO_FLAG_MMAP_IFC)
        return Base(index, columns, stamp)
    index = faiss.read_index(str(folder / LISTS), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    # Its own reading ahead starts 32 threads a question: 10 ms instead of 6 at a million passages.
    faiss.downcast_InvertedLists(index.invlists).prefetch_nthread = 0  # type: ignore[attr-defined]
    return Base(index, columns, stamp, facts["probed"], facts["lists"], facts["recall"])


def read_vectors(
    connection: sqlite3.Connection, behind: int, at: int, dimension: int
) -> Iterator[Vectors]:
    """The vectors of every live passage behind a row, in the rows' order, some at a time."""
    found = connection.execute(
        "SELECT vector FROM passages WHERE row > ? AND added <= ? "
        "AND (removed IS NULL OR removed > ?) ORDER BY row",
        (behind, at, at),
    )
    while chunk := found.fetchmany(READ_AT_ONCE):
        vectors = np.frombuffer(b"".join(vector for (vector,) in chunk), dtype="<f4")
        yield vectors.reshape(-1, dimension).astype(np.float32)


def _write_raw(
    folder: Path, connection: sqlite3.Connection, count: int, dimension: int, at: int
) -> Vectors:
    """All vectors in one mapped file: training reads them in another order."""
    raw: Vectors = np.memmap(folder / RAW, dtype=np.float32, mode="w+", shape=(count, dimension))
    done = 0
    for vectors in read_vectors(connection, 0, at, dimension):
        raw[done : done + len(vectors)] = vectors
        done += len(vectors)
    return raw


def _sync(folder: Path) -> None:
    for file in folder.iterdir():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
