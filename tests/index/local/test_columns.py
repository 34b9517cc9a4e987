"""The filter's columns: what each passage's article says of its dates and outlet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onrecord.index.local.columns import Columns, make_columns, map_columns
from onrecord.index.types import Filter

DAY, MONTH = date(2024, 12, 5).toordinal(), date(2024, 12, 1).toordinal()
READ = [
    (1, DAY, DAY, "the argus"),
    (4, MONTH, MONTH + 30, "gazette"),
    (6, None, None, "the argus"),
    (9, 1, 1, None),
]


@pytest.fixture
def columns() -> Columns:
    return make_columns(READ)


def test_mapped_columns_are_those_that_were_saved(columns: Columns, tmp_path: Path) -> None:
    columns.save(tmp_path)
    mapped = map_columns(tmp_path)
    assert mapped.equals(columns)
    where = Filter(date(2024, 12, 1), date(2024, 12, 31), ("gazette", "THE ARGUS"))
    assert mapped.select(mapped.mask(where)).rows.tolist() == [1, 4]


def test_columns_grow_with_names_that_keep_their_numbers(columns: Columns) -> None:
    fresh = make_columns([(12, DAY, DAY, "herald"), (13, DAY, DAY, "gazette")], columns.names)
    grown = columns.extended(fresh)
    assert grown.names == ("the argus", "gazette", "herald")
    assert grown.rows.tolist() == [1, 4, 6, 9, 12, 13]
    assert grown.select(grown.mask(Filter(outlets=("gazette",)))).rows.tolist() == [4, 13]


def test_columns_are_equal_by_what_they_say_not_by_their_numbers(columns: Columns) -> None:
    others = make_columns(READ, ["gazette", "somebody", "the argus"])
    assert columns.equals(others)
    assert not columns.equals(make_columns([*READ[:3], (9, 1, 1, "gazette")]))
    assert not columns.equals(make_columns([*READ[:3], (9, 1, 2, None)]))
    assert not columns.equals(make_columns(READ[:3]))
