"""The dense index of one generation: a mapped base, and in memory what came or went since.

Passages' rows only ever rise, so what came is what lies behind the base's last row, and what went
is what SQLite marks as removed. A change therefore costs what it is large, not what the archive is
large; when the changes are many, a new base is written.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np

from onrecord.index.encoder import Vectors
from onrecord.index.local.base import Base, read_vectors
from onrecord.index.local.columns import Columns, Mask, Rows, empty_columns, read_columns
from onrecord.index.types import Filter

# Changes that are kept beside the base: reading them when an archive is opened takes 15 ms.
CHANGES = 1_000
CHANGED_SHARE = 0.05  # or this share of the base, if that is more


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """Immutable. `live` marks the base's positions that are still there; None: all of them.

    `removed` passages are marked in SQLite until the next base is written.
    """

    base: Base
    live: Mask | None
    tail: Columns
    tail_vectors: Vectors
    tail_index: Any
    removed: int

    @property
    def size(self) -> int:
        """How many passages can be found."""
        return self._living + int(self.tail.rows.size)

    @property
    def is_exact(self) -> bool:
        """Whether every search is an exact one."""
        return self.base.is_exact

    @property
    def has_outgrown_its_base(self) -> bool:
        """Whether so much has changed that a new base is due."""
        in_base = int(self.base.columns.rows.size)
        changes = int(self.tail.rows.size) + self.removed
        return changes > max(CHANGES, CHANGED_SHARE * in_base) or self.size > in_base == 0

    @property
    def last_row(self) -> int:
        """The row behind which no passage has been seen."""
        return int(self.tail.rows[-1]) if self.tail.rows.size else self.base.last_row

    @property
    def rows(self) -> Rows:
        """Every passage's row, rising."""
        kept = self.base.columns.rows if self.live is None else self.base.columns.rows[self.live]
        return np.concatenate([kept, self.tail.rows])

    def search(self, vector: Vectors, k: int, where: Filter) -> list[tuple[int, float]]:
        """The k rows of the largest inner product that pass the filter; ties by row."""
        if k < 1:
            return []
        kept = self.live
        if where:
            mask = self.base.columns.mask(where)
            kept = mask if self.live is None else mask & self.live
        found = self.base.search(vector, k, kept) + self._search_tail(vector, k, where)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    @property
    def _living(self) -> int:
        in_base = int(self.base.columns.rows.size)
        return in_base if self.live is None else int(np.count_nonzero(self.live))

    def _search_tail(self, vector: Vectors, k: int, where: Filter) -> list[tuple[int, float]]:
        if not self.tail.rows.size:
            return []
        kept = np.flatnonzero(self.tail.mask(where)) if where else None
        options = None
        if kept is not None:
            options = faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorArray(kept.astype(np.int64))
            )
        count = self.tail.rows.size if kept is None else kept.size
        if not count:
            return []
        faiss.omp_set_num_threads(1)  # as in `Base.search`
        scores, places = self.tail_index.search(
            vector.reshape(1, -1), min(k, int(count)), params=options
        )
        return [
            (int(self.tail.rows[place]), float(score))
            for place, score in zip(places[0], scores[0], strict=True)
            if place >= 0
        ]


def read_dense(
    base: Base, before: DenseIndex | None, connection: sqlite3.Connection, at: int
) -> DenseIndex:
    """What generation `at` shows: the base, and what SQLite says that changed since.

    `before` is an earlier generation; over the same base only what is new since then is read.
    """
    gone = _removed_rows(connection, at)
    known, vectors = _still_there(base, before, gone)
    behind = base.last_row if before is None else max(base.last_row, before.last_row)
    fresh = read_columns(connection, behind, at, known.names)
    tail = known.extended(fresh)
    read = read_vectors(connection, behind, at, base.index.d)
    tail_vectors = np.concatenate([vectors, *read]) if fresh.rows.size else vectors
    index = faiss.IndexFlatIP(base.index.d)
    index.add(tail_vectors)
    dead = np.isin(base.columns.rows, gone) if gone.size else np.zeros(0, dtype=bool)
    live = ~dead if dead.any() else None
    return DenseIndex(base, live, tail, tail_vectors, index, gone.size)


def _still_there(base: Base, before: DenseIndex | None, gone: Rows) -> tuple[Columns, Vectors]:
    """What an earlier generation's tail has of this one's; a part of the base is left out."""
    if before is None:
        return empty_columns(base.columns.names), np.empty((0, base.index.d), dtype=np.float32)
    rows = before.tail.rows
    kept = (rows > base.last_row) & ~np.isin(rows, gone)
    return before.tail.select(kept), before.tail_vectors[kept]


def _removed_rows(connection: sqlite3.Connection, at: int) -> Rows:
    found = connection.execute(
        "SELECT row FROM passages WHERE removed IS NOT NULL AND removed <= ? ORDER BY row", (at,)
    )
    return np.fromiter((row for (row,) in found), dtype=np.int64)
