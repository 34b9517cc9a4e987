"""The dense index: FAISS over the passages' vectors, by inner product, exact.

Derived from SQLite: `open_vectors` loads the newest file that is whole, then adds and removes
what differs, so a missing, truncated or stale file costs time and nothing else.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

FILE = "vectors.faiss"
CHUNK = 10_000
log = logging.getLogger(__name__)
Rows = NDArray[np.int64]


class DenseIndex:
    """An immutable set of vectors, each under its passage's row."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self.rows: Rows = faiss.vector_to_array(index.id_map).astype(np.int64)

    def search(self, vector: Vectors, k: int, allowed: Rows | None) -> list[tuple[int, float]]:
        """The k rows of the largest inner product, among `allowed` where given; ties by row."""
        if k < 1 or not self.rows.size or (allowed is not None and not allowed.size):
            return []
        options = None
        if allowed is not None:
            options = faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorBatch(allowed)
            )
        k = min(k, self.rows.size if allowed is None else allowed.size)
        scores, rows = self._index.search(vector.reshape(1, -1), k, params=options)
        found = [
            (int(row), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row >= 0
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def updated(self, live: Rows, connection: sqlite3.Connection) -> DenseIndex:
        """The index of exactly the `live` rows; this one stays as it is."""
        gone = np.setdiff1d(self.rows, live, assume_unique=True)
        fresh = np.setdiff1d(live, self.rows, assume_unique=True)
        if not gone.size and not fresh.size:
            return self
        index = faiss.clone_index(self._index)
        if gone.size:
            index.remove_ids(faiss.IDSelectorBatch(gone))
        for rows, vectors in _read(connection, fresh, index.d):
            index.add_with_ids(vectors, rows)
        return DenseIndex(index)

    def save(self, folder: Path) -> None:
        """Write the file: complete under its name, or not at all."""
        scratch = folder / f".{FILE}.{os.getpid()}"
        faiss.write_index(self._index, str(scratch))
        with scratch.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(scratch, folder / FILE)


def open_vectors(folder: Path, dimension: int) -> DenseIndex:
    """The index of the file in `folder`; an empty one where the file is missing or unreadable."""
    path = folder / FILE
    if path.exists():
        try:
            index = faiss.read_index(str(path))
            if isinstance(index, faiss.IndexIDMap2) and index.d == dimension:
                return DenseIndex(index)
            kind = type(index).__name__
            log.warning(
                "%s: expected %d dimensions, got %s of %d: rebuilt", path, dimension, kind, index.d
            )
        except RuntimeError as error:
            log.warning("%s cannot be read and is rebuilt: %s", path, error)
    return DenseIndex(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))


def _read(
    connection: sqlite3.Connection, rows: Rows, dimension: int
) -> Iterator[tuple[Rows, Vectors]]:
    for at in range(0, rows.size, CHUNK):
        chunk = rows[at : at + CHUNK].tolist()
        marks = ",".join("?" * len(chunk))
        found = connection.execute(
            f"SELECT row, vector FROM passages WHERE row IN ({marks})", chunk
        ).fetchall()
        vectors = np.frombuffer(b"".join(vector for _, vector in found), dtype="<f4")
        ids = np.array([row for row, _ in found], dtype=np.int64)
        yield ids, vectors.reshape(-1, dimension).astype(np.float32)
