"""The dense index: exact, immutable, and rebuilt from whatever is left of its file."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import faiss
import numpy as np
import pytest

from index.local.vectors import FILE, DenseIndex, open_vectors

DIMENSION = 16
COUNT = 500


def unit_vectors(seed: int, count: int = COUNT) -> np.ndarray:
    """Random unit vectors, shape (count, DIMENSION)."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def records_of(vectors: np.ndarray, rows: np.ndarray) -> sqlite3.Connection:
    """What the index reads of the record of truth."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE passages (row INTEGER PRIMARY KEY, vector BLOB)")
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?)",
        [(int(row), vector.tobytes()) for row, vector in zip(rows, vectors, strict=True)],
    )
    return connection


VECTORS = unit_vectors(1)
ROWS = np.arange(COUNT, dtype=np.int64) * 3 + 7
QUESTIONS = unit_vectors(2, 20)


@pytest.fixture
def full(tmp_path: Path) -> DenseIndex:
    """An index of every vector."""
    return open_vectors(tmp_path, DIMENSION).updated(ROWS, records_of(VECTORS, ROWS))


def brute_force(question: np.ndarray, k: int, kept: np.ndarray) -> list[int]:
    """The rows that numpy finds."""
    scores = VECTORS[kept] @ question
    return [int(row) for row in ROWS[kept][np.argsort(-scores)[:k]]]


@pytest.mark.parametrize("share", [1.0, 0.5, 0.02, 0.002])
def test_search_finds_what_numpy_finds_under_every_filter(full: DenseIndex, share: float) -> None:
    kept = np.sort(np.random.default_rng(3).permutation(COUNT)[: max(1, int(COUNT * share))])
    allowed = None if share == 1.0 else ROWS[kept]
    for question in QUESTIONS:
        found = full.search(question, 10, allowed)
        assert [row for row, _ in found] == brute_force(question, 10, kept)
        cosines = [float(VECTORS[(row - 7) // 3] @ question) for row, _ in found]
        assert [score for _, score in found] == pytest.approx(cosines, abs=1e-5)


def test_a_filter_that_keeps_nothing_finds_nothing(full: DenseIndex) -> None:
    assert full.search(QUESTIONS[0], 10, np.array([], dtype=np.int64)) == []
    assert full.search(QUESTIONS[0], 10, np.array([1, 2], dtype=np.int64)) == []


def test_equal_vectors_come_in_the_order_of_their_rows(tmp_path: Path) -> None:
    rows = np.array([4, 9, 11], dtype=np.int64)
    connection = records_of(np.repeat(VECTORS[:1], 3, axis=0), rows)
    index = open_vectors(tmp_path, DIMENSION).updated(rows, connection)
    assert [row for row, _ in index.search(VECTORS[0], 3, None)] == [4, 9, 11]


def test_an_update_leaves_the_index_before_it_as_it_was(full: DenseIndex) -> None:
    live = ROWS[10:]
    smaller = full.updated(live, sqlite3.connect(":memory:"))
    assert (full.rows.size, smaller.rows.size) == (500, 490)
    assert full.search(VECTORS[0], 1, None)[0][0] == 7
    assert smaller.search(VECTORS[0], 1, None)[0][0] != 7
    assert smaller.updated(live, sqlite3.connect(":memory:")) is smaller


def test_a_saved_index_opens_again(full: DenseIndex, tmp_path: Path) -> None:
    full.save(tmp_path)
    opened = open_vectors(tmp_path, DIMENSION)
    assert opened.rows.tolist() == ROWS.tolist()
    assert opened.search(QUESTIONS[0], 5, None) == full.search(QUESTIONS[0], 5, None)
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_missing_file_is_an_empty_index(tmp_path: Path) -> None:
    assert open_vectors(tmp_path, DIMENSION).rows.size == 0


@pytest.mark.parametrize("kept", [0, 1, 4, 20, 40, 81, 90, 1000, 30_000, -1])
def test_a_truncated_file_is_an_empty_index_with_a_warning(
    full: DenseIndex, tmp_path: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    full.save(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[:kept])
    with caplog.at_level(logging.WARNING, "index"):
        assert open_vectors(tmp_path, DIMENSION).rows.size == 0
    assert "cannot be read and is rebuilt" in caplog.text


@pytest.mark.parametrize("garbage", [b"\x00" * 500, b"garbage " * 100, b"{}"])
def test_garbage_is_an_empty_index(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / FILE).write_bytes(garbage)
    assert open_vectors(tmp_path, DIMENSION).rows.size == 0


@pytest.mark.parametrize("other", [faiss.IndexFlatIP(DIMENSION), faiss.IndexHNSWFlat(DIMENSION, 4)])
def test_an_index_of_another_kind_is_an_empty_index(tmp_path: Path, other: faiss.Index) -> None:
    faiss.write_index(other, str(tmp_path / FILE))
    assert open_vectors(tmp_path, DIMENSION).rows.size == 0


def test_an_index_of_other_dimensions_is_an_empty_index(
    full: DenseIndex, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    full.save(tmp_path)
    with caplog.at_level(logging.WARNING, "index"):
        assert open_vectors(tmp_path, 8).rows.size == 0
    assert "expected 8 dimensions, got IndexIDMap2 of 16" in caplog.text
