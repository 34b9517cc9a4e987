"""Which days relative words name."""

from __future__ import annotations

from datetime import date

import pytest

from onrecord.service.relative import read_relative

TODAY = date(2025, 3, 12)  # a Wednesday


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("today", "2025-03-12", "2025-03-12"),
        ("yesterday", "2025-03-11", "2025-03-11"),
        ("this week", "2025-03-10", "2025-03-12"),
        ("Last  week", "2025-03-03", "2025-03-09"),
        ("the past week", "2025-03-05", "2025-03-12"),
        ("last 3 days", "2025-03-09", "2025-03-12"),
        ("last month", "2025-02-01", "2025-02-28"),
        ("this year", "2025-01-01", "2025-03-12"),
        ("the previous year", "2024-01-01", "2024-12-31"),
        ("last day", "2025-03-11", "2025-03-11"),
    ],
)
def test_words_name_days(written: str, first: str, last: str) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    assert read_relative(written, TODAY) == days


def test_other_words_name_none() -> None:
    assert read_relative("4 December", TODAY) is None
