"""Which periods a text names, and how well a passage fits the time that is asked about."""

from __future__ import annotations

import math
from datetime import date

import pytest

from onrecord.index.times import (
    ANY_TIME,
    NEAR_DAYS,
    AskedTime,
    Period,
    fit_period,
    fit_time,
    read_periods,
)
from onrecord.index.types import Published

UNDATED = None
YEAR, DAY = Published("2019", "year").days, Published("2019-05-02", "day").days
WEEK = AskedTime(days=(date(2024, 3, 4), date(2024, 3, 8)))


def named(text: str) -> list[str]:
    """The periods as `1965-01..1976-12`."""
    return [f"{month(period.first)}..{month(period.last)}" for period in read_periods(text)]


def month(count: int) -> str:
    return f"{count // 12}-{count % 12 + 1:02}"


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("The mill closed in 1987.", ["1987-01..1987-12"]),
        ("It closed in March 1987.", ["1987-03..1987-03"]),
        ("On March 5, 1987 it closed.", ["1987-03..1987-03"]),
        ("mayor from 1965 to 1976", ["1965-01..1976-12"]),
        ("mayor (1965–1976)", ["1965-01..1976-12"]),
        ("mayor 1965-76", ["1965-01..1976-12"]),
        ("between 1965 and 1976", ["1965-01..1976-12"]),
        ("from Sep 1937 until Dec. 1938", ["1937-09..1938-12"]),
        ("built in the 1990s", ["1990-01..1999-12"]),
        ("from the 1980s to the 1990s", ["1980-01..1990-12"]),
        ("open since 2011", ["2011-01..2021-12"]),
        ("before 1950 it was a farm", ["1940-01..1950-12"]),
        ("in 1901, and again in 1955", ["1901-01..1901-12", "1955-01..1955-12"]),
        ("in 1901 and 2019", ["1901-01..1901-12", "2019-01..2019-12"]),
        ("between May 1901 and 1903", ["1901-05..1903-12"]),
        ("a mayor and the march of 1901", ["1901-01..1901-12"]),
        ("It cost $2000 and weighed 1,984 kg.", []),
        ("Law 3713/1928 and 12.1950", []),
        ("2013% of 20190", []),
        ("room 999 of 2101", []),
        ("", []),
    ],
)
def test_a_text_names_periods(text: str, periods: list[str]) -> None:
    assert named(text) == periods


def test_a_span_that_runs_backwards_is_two_years() -> None:
    assert named("1976 to 1965") == ["1976-01..1976-12", "1965-01..1965-12"]


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="got 5 and 4"):
        Period(5, 4)


def test_the_same_period_fits_wholly_and_none_not_at_all() -> None:
    year = Period(100, 111)
    assert fit_period(year, [year]) == 1.0
    assert fit_period(year, []) == 0.0


def test_the_best_of_several_periods_counts() -> None:
    assert fit_period(Period(100, 111), [Period(0, 11), Period(100, 111)]) == 1.0


def test_touching_counts_half_and_the_common_share_the_rest() -> None:
    assert fit_period(Period(100, 111), [Period(106, 117)]) == pytest.approx(0.5 + 0.5 * 6 / 18)


def test_a_period_apart_fits_less_the_further_it_is() -> None:
    near, far = (
        fit_period(Period(100, 111), [Period(112, 112)]),
        fit_period(Period(100, 111), [Period(200, 200)]),
    )
    assert 0 < far < near < 0.5


def asked(text: str) -> AskedTime:
    return AskedTime(tuple(read_periods(text)))


def test_a_question_without_a_time_asks_about_none() -> None:
    assert not ANY_TIME
    assert asked("in 2019")
    assert WEEK


def test_a_passage_of_the_year_fits_better_than_one_of_another() -> None:
    question = asked("in 2019")
    there = fit_time(question, read_periods("The bridge opened in 2019."), UNDATED)
    elsewhere = fit_time(question, read_periods("The bridge closed in 2024."), UNDATED)
    assert there == 1.0
    assert elsewhere < 0.5


def test_a_passage_that_names_no_time_is_of_its_article_s() -> None:
    question = asked("in 2019")
    assert fit_time(question, read_periods("The bridge opened."), YEAR) == 1.0
    assert fit_time(question, read_periods("The bridge opened."), DAY) > 0.5
    assert fit_time(question, read_periods("The bridge opened."), UNDATED) == 0.0


def test_what_a_passage_names_counts_more_than_its_article_s_date() -> None:
    question = asked("in 2019")
    assert fit_time(question, read_periods("It had closed in 1950."), YEAR) < 0.5


def test_all_periods_of_a_question_count_alike() -> None:
    question = asked("in 1901 and in 2019")
    assert fit_time(question, read_periods("in 2019"), UNDATED) == pytest.approx(
        (1 + fit_time(asked("1901"), read_periods("2019"), UNDATED)) / 2
    )


@pytest.mark.parametrize(
    ("published", "days_away"),
    [("2024-03-04", 0), ("2024-03-08", 0), ("2024-03-01", 3), ("2024-03-15", 7)],
)
def test_news_fits_the_less_the_further_it_is_from_the_days(published: str, days_away: int) -> None:
    found = fit_time(
        WEEK, read_periods("whatever it says of 1950"), Published(published, "day").days
    )
    assert found == pytest.approx(math.exp(-days_away / NEAR_DAYS))


def test_an_undated_article_fits_no_days() -> None:
    assert fit_time(WEEK, read_periods("this week"), UNDATED) == 0.0
