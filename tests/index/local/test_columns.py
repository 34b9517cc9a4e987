"""The filter's columns: what each passage's article says of its dates and outlet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onrecord.index.local.columns import NO_OUTLET, UNDATED, Columns, make_columns, map_columns
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
    assert [mapped.rows.tolist(), mapped.first.tolist(), mapped.last.tolist()] == [
        [1, 4, 6, 9],
        [DAY, MONTH, UNDATED, 1],
        [DAY, MONTH + 30, UNDATED, 1],
    ]
    assert mapped.outlet.tolist() == [0, 1, 0, NO_OUTLET]
    assert mapped.names == ("the argus", "gazette")
    where = Filter(date(2024, 12, 1), date(2024, 12, 31), ("gazette", "THE ARGUS"))
    assert mapped.rows[mapped.mask(where)].tolist() == [1, 4]
