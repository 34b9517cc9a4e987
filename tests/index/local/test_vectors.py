"""The dense index: exact, immutable, and no larger a change than what changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from onrecord.index.local import vectors
from onrecord.index.local.vectors import (
    CHANGES,
    Base,
    DenseIndex,
    empty_base,
    open_base,
    read_dense,
    write_base,
)
from onrecord.index.types import Filter

DIMENSION = 16
COUNT = 500
EVERYTHING = Filter()
OUTLETS = ("argus", "gazette", None)


def unit_vectors(seed: int, count: int = COUNT) -> np.ndarray:
    """Random unit vectors, shape (count, DIMENSION)."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = unit_vectors(1)
ROWS = np.arange(COUNT, dtype=np.int64) * 3 + 7
QUESTIONS = unit_vectors(2, 20)
DAYS = np.arange(COUNT) + date(2020, 1, 1).toordinal()


@pytest.fixture
def records() -> sqlite3.Connection:
    """What the index reads of the record of truth: an article a day, of one passage."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE passages (row INTEGER PRIMARY KEY, article, vector, added, removed)"
    )
    connection.execute("CREATE TABLE articles (row INTEGER PRIMARY KEY, first, last, outlet)")
    add(connection, range(COUNT), generation=1)
    return connection


def add(connection: sqlite3.Connection, places: Sequence[int], generation: int) -> None:
    """Add passages by their place in `VECTORS`."""
    for at in places:
        day = None if at % 10 == 9 else int(DAYS[at])
        article = (int(ROWS[at]), day, day, OUTLETS[at % 3])
        connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?)", article)
        passage = (int(ROWS[at]), int(ROWS[at]), VECTORS[at].tobytes(), generation)
        connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, NULL)", passage)


def remove(connection: sqlite3.Connection, rows: Sequence[int], generation: int) -> None:
    """Mark passages as removed."""
    for row in rows:
        connection.execute("UPDATE passages SET removed = ? WHERE row = ?", (generation, int(row)))


def write(folder: Path, connection: sqlite3.Connection, at: int = 1) -> Base:
    """A base that was written and opened again."""
    return open_base(folder, write_base(folder, connection, DIMENSION, at), DIMENSION)


@pytest.fixture
def full(records: sqlite3.Connection, tmp_path: Path) -> DenseIndex:
    """An index of every vector, all of them in the base."""
    return read_dense(write(tmp_path / "base", records), None, records, 1)


def brute_force(question: np.ndarray, k: int, kept: np.ndarray) -> list[int]:
    """The rows that numpy finds."""
    scores = VECTORS[kept] @ question
    return [int(row) for row in ROWS[kept][np.argsort(-scores)[:k]]]


def window(first: int, last: int) -> Filter:
    """From one day to another, counted from the first."""
    days = [date.fromordinal(int(DAYS[at])) for at in (first, last)]
    return Filter(published_from=days[0], published_to=days[1])


FILTERS = {
    "all": (EVERYTHING, lambda at: True),
    "half": (window(0, 249), lambda at: at <= 249 and at % 10 != 9),
    "one day": (window(33, 33), lambda at: at == 33),
    "one outlet": (Filter(outlets=("Gazette",)), lambda at: at % 3 == 1),
    "two weeks": (window(40, 53), lambda at: 40 <= at <= 53 and at != 49),
    "both": (
        Filter(window(0, 99).published_from, window(0, 99).published_to, ("ARGUS",)),
        lambda at: at <= 99 and at % 10 != 9 and at % 3 == 0,
    ),
}


@pytest.mark.parametrize("kind", ["base", "tail", "mixed"])
@pytest.mark.parametrize("name", FILTERS)
def test_search_finds_what_numpy_finds_under_every_filter(
    records: sqlite3.Connection, tmp_path: Path, kind: str, name: str
) -> None:
    where, keeps = FILTERS[name]
    records.execute("DELETE FROM passages")
    records.execute("DELETE FROM articles")
    add(records, range({"base": COUNT, "tail": 0, "mixed": 300}[kind]), generation=1)
    base = empty_base(DIMENSION) if kind == "tail" else write(tmp_path / "base", records)
    add(records, range({"base": COUNT, "tail": 0, "mixed": 300}[kind], COUNT), generation=2)
    dense = read_dense(base, None, records, 2)
    kept = np.array([at for at in range(COUNT) if keeps(at)])
    for question in QUESTIONS:
        found = dense.search(question, 10, where)
        assert [row for row, _ in found] == brute_force(question, 10, kept)
        cosines = [float(VECTORS[(row - 7) // 3] @ question) for row, _ in found]
        assert [score for _, score in found] == pytest.approx(cosines, abs=1e-5)


def test_a_filter_that_keeps_nothing_finds_nothing(full: DenseIndex) -> None:
    assert full.search(QUESTIONS[0], 10, Filter(outlets=("nobody",))) == []
    assert full.search(QUESTIONS[0], 10, Filter(published_to=date(1999, 1, 1))) == []
    assert full.search(QUESTIONS[0], 0, EVERYTHING) == []


def test_equal_vectors_come_in_the_order_of_their_rows(
    records: sqlite3.Connection, tmp_path: Path
) -> None:
    same = VECTORS[0].tobytes()
    records.execute("UPDATE passages SET vector = ? WHERE row IN (7, 40, 1504)", (same,))
    dense = read_dense(write(tmp_path / "base", records), None, records, 1)
    assert [row for row, _ in dense.search(VECTORS[0], 3, EVERYTHING)] == [7, 40, 1504]


def test_what_came_and_went_is_seen_by_the_next_generation_alone(
    records: sqlite3.Connection, full: DenseIndex
) -> None:
    remove(records, ROWS[:10], 2)
    records.execute("INSERT INTO articles VALUES (9000, NULL, NULL, 'herald')")
    new = (9000, 9000, QUESTIONS[0].tobytes(), 2)
    records.execute("INSERT INTO passages VALUES (?, ?, ?, ?, NULL)", new)
    changed = read_dense(full.base, full, records, 2)
    assert (full.size, changed.size) == (500, 491)
    assert full.search(VECTORS[0], 1, EVERYTHING)[0][0] == 7
    assert changed.search(VECTORS[0], 1, EVERYTHING)[0][0] != 7
    assert changed.search(QUESTIONS[0], 1, EVERYTHING) == [(9000, pytest.approx(1.0))]
    assert changed.search(QUESTIONS[0], 9, Filter(outlets=("Herald",)))[0][0] == 9000
    remove(records, [9000], 3)
    after = read_dense(full.base, changed, records, 3)
    assert after.size == 490
    assert after.search(QUESTIONS[0], 9, Filter(outlets=("Herald",))) == []
    for index in (after, read_dense(full.base, None, records, 3)):
        found = index.search(QUESTIONS[0], COUNT, EVERYTHING)
        assert sorted(row for row, _ in found) == ROWS[10:].tolist()


def test_a_new_base_leaves_out_what_was_removed_beside_the_one_before(
    records: sqlite3.Connection, full: DenseIndex, tmp_path: Path
) -> None:
    records.execute("INSERT INTO articles VALUES (9000, NULL, NULL, 'herald')")
    new = (9000, 9000, QUESTIONS[0].tobytes(), 2)
    records.execute("INSERT INTO passages VALUES (?, ?, ?, ?, NULL)", new)
    before = read_dense(full.base, full, records, 2)
    records.execute("DELETE FROM passages WHERE row = 9000")  # as when a base has been written
    after = read_dense(write(tmp_path / "new", records, at=3), before, records, 3)
    assert (before.size, after.size) == (501, 500)
    assert after.search(QUESTIONS[0], 1, EVERYTHING) != [(9000, pytest.approx(1.0))]


def test_an_index_outgrows_its_base_by_what_came_and_went(
    records: sqlite3.Connection, full: DenseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not full.needs_new_base
    assert CHANGES == 1_000
    monkeypatch.setattr("onrecord.index.local.vectors.CHANGES", 20)
    remove(records, ROWS[:25], 2)
    assert not read_dense(full.base, None, records, 2).needs_new_base
    remove(records, ROWS[25:26], 2)
    assert read_dense(full.base, None, records, 2).needs_new_base
    assert read_dense(empty_base(DIMENSION), None, records, 1).needs_new_base


def test_a_base_opens_as_it_was_written(full: DenseIndex, tmp_path: Path) -> None:
    assert full.base.columns.rows.tolist() == ROWS.tolist()
    assert full.base.columns.names == ("argus", "gazette")
    assert full.base.is_exact
    assert sorted(file.name for file in (tmp_path / "base").iterdir()) == [
        "exact.faiss",
        "first.npy",
        "last.npy",
        "outlet.npy",
        "outlets.json",
        "rows.npy",
        "stamp.json",
    ]


def test_a_base_of_other_dimensions_names_both(records: sqlite3.Connection, tmp_path: Path) -> None:
    sha256 = write_base(tmp_path / "base", records, DIMENSION, 1)
    with pytest.raises(ValueError, match="expected 8 dimensions, got 16"):
        open_base(tmp_path / "base", sha256, 8)


@pytest.fixture
def lists(
    records: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> DenseIndex:
    """The same vectors in lists."""
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 100)
    return read_dense(write(tmp_path / "lists", records), None, records, 1)


def test_a_large_base_is_searched_by_lists_and_knows_its_recall(lists: DenseIndex) -> None:
    assert lists.base.lists == 64
    assert lists.base.recall is not None
    assert lists.base.recall >= 0.98
    found = truth = 0
    for question in QUESTIONS:
        wanted = brute_force(question, 10, np.arange(COUNT))
        got = [row for row, _ in lists.search(question, 10, EVERYTHING)]
        found, truth = found + len(set(got) & set(wanted)), truth + len(wanted)
    assert found / truth > 0.8


@pytest.mark.parametrize("name", ["one day", "two weeks"])
def test_a_narrow_filter_is_searched_exactly_in_lists_too(lists: DenseIndex, name: str) -> None:
    where, keeps = FILTERS[name]
    kept = np.array([at for at in range(COUNT) if keeps(at)])
    for question in QUESTIONS:
        found = [row for row, _ in lists.search(question, kept.size, where)]
        assert found == brute_force(question, kept.size, kept)


def test_a_removed_passage_is_never_found_in_lists(
    lists: DenseIndex, records: sqlite3.Connection
) -> None:
    remove(records, ROWS[:100], 2)
    smaller = read_dense(lists.base, lists, records, 2)
    assert not smaller.base.is_exact
    for question in VECTORS[:20]:
        assert min(row for row, _ in smaller.search(question, 50, EVERYTHING)) > ROWS[99]
