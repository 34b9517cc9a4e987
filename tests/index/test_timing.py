"""How well a passage fits the time that is asked about."""

from __future__ import annotations

import math
from datetime import date

import pytest

from onrecord.index.periods import read_periods
from onrecord.index.timing import ANY_TIME, NEAR_DAYS, AskedTime, fit
from onrecord.index.types import Published

UNDATED = None
YEAR, DAY = Published("2019", "year").days, Published("2019-05-02", "day").days
WEEK = AskedTime(days=(date(2024, 3, 4), date(2024, 3, 8)))


def asked(text: str) -> AskedTime:
    return AskedTime(tuple(read_periods(text)))


def test_a_question_without_a_time_asks_about_none() -> None:
    assert not ANY_TIME
    assert asked("in 2019")
    assert WEEK


def test_a_passage_of_the_year_fits_better_than_one_of_another() -> None:
    question = asked("in 2019")
    there = fit(question, read_periods("The bridge opened in 2019."), UNDATED)
    elsewhere = fit(question, read_periods("The bridge closed in 2024."), UNDATED)
    assert there == 1.0
    assert elsewhere < 0.5


def test_a_passage_that_names_no_time_is_of_its_article_s() -> None:
    question = asked("in 2019")
    assert fit(question, read_periods("The bridge opened."), YEAR) == 1.0
    assert fit(question, read_periods("The bridge opened."), DAY) > 0.5
    assert fit(question, read_periods("The bridge opened."), UNDATED) == 0.0


def test_what_a_passage_names_counts_more_than_its_article_s_date() -> None:
    question = asked("in 2019")
    assert fit(question, read_periods("It had closed in 1950."), YEAR) < 0.5


def test_all_periods_of_a_question_count_alike() -> None:
    question = asked("in 1901 and in 2019")
    assert fit(question, read_periods("in 2019"), UNDATED) == pytest.approx(
        (1 + fit(asked("1901"), read_periods("2019"), UNDATED)) / 2
    )


@pytest.mark.parametrize(
    ("published", "days_away"),
    [("2024-03-04", 0), ("2024-03-08", 0), ("2024-03-01", 3), ("2024-03-15", 7)],
)
def test_news_fits_the_less_the_further_it_is_from_the_days(published: str, days_away: int) -> None:
    found = fit(WEEK, read_periods("whatever it says of 1950"), Published(published, "day").days)
    assert found == pytest.approx(math.exp(-days_away / NEAR_DAYS))


def test_an_undated_article_fits_no_days() -> None:
    assert fit(WEEK, read_periods("this week"), UNDATED) == 0.0
