"""Which time a question asks about."""

from __future__ import annotations

from datetime import date

import pytest

from onrecord.index.times import ANY_TIME, AskedTime, Period
from onrecord.service.asked_time import read_asked_time

TODAY = date(2025, 3, 12)  # a Wednesday


def year(number: int) -> Period:
    return Period(12 * number, 12 * number + 11)


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("How many were drafted in 2024?", (year(2024),)),
        ("Who led it from 1965 to 1967?", (Period(12 * 1965, 12 * 1967 + 11),)),
        ("Did it grow more in 2019 or in 2021?", (year(2019), year(2021))),
        ("Who won last year?", (year(2024),)),
        ("What happened last month?", (Period(12 * 2025 + 1, 12 * 2025 + 1),)),
        ("Who left this year, in 2024?", (year(2024),)),
    ],
)
def test_years_and_months_are_periods(question: str, periods: tuple[Period, ...]) -> None:
    assert read_asked_time(question, TODAY) == AskedTime(periods)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What did the board decide this week?", "2025-03-10", "2025-03-12"),
        ("Who resigned yesterday?", "2025-03-11", "2025-03-11"),
        ("Which bridge fell on Monday?", "2025-03-10", "2025-03-11"),
        ("Which bridge fell last Friday?", "2025-03-07", "2025-03-08"),
        ("Which bridge fell on Wednesday?", "2025-03-12", "2025-03-12"),
        ("Which star was recently spotted?", "2025-02-10", "2025-03-12"),
    ],
)
def test_relative_words_are_days_of_news(question: str, first: str, last: str) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    assert read_asked_time(question, TODAY) == AskedTime(days=days)


@pytest.mark.parametrize(
    "question", ["Who heads the mission?", "What is new in New York?", "How many of 1,950?", ""]
)
def test_other_questions_ask_about_no_time(question: str) -> None:
    assert read_asked_time(question, TODAY) == ANY_TIME


@pytest.mark.parametrize("question", ["What happened yesterday?", "What happened recently?"])
def test_before_the_calendar_no_time_is_asked_about(question: str) -> None:
    assert not read_asked_time(question, date.min)
