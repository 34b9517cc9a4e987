"""Which periods a text names, and how well a passage fits the time that is asked about."""

from __future__ import annotations

import math
from datetime import date

import pytest

from onrecord.index.times.periods import (
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


def named(text: str, day: date | None = None) -> list[str]:
    """The periods as `1965-01-01..1976-12-31`, the whole year or month as `1987` or `1987-03`."""
    return [say(period) for period in read_periods(text, day)]


def say(period: Period) -> str:
    first, last = date.fromordinal(period.first), date.fromordinal(period.last)
    for precision, length in (("year", 4), ("month", 7), ("day", 10)):
        written = first.isoformat()[:length]
        if Published(written, precision).days == (first, last):  # type: ignore[arg-type]
            return written
    return f"{first}..{last}"


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("The mill closed in 1987.", ["1987"]),
        ("It closed in March 1987.", ["1987-03"]),
        ("On March 5, 1987 it closed.", ["1987-03-05"]),
        ("On the 5th of March 1987 it closed.", ["1987-03-05"]),
        ("5 Mar 1987, Mar. 6, 1987", ["1987-03-05", "1987-03-06"]),
        ("on 5.3.1987 and 1987-03-06", ["1987-03-05", "1987-03-06"]),
        ("on 25/3/1987 and 3/25/1987", ["1987-03-25", "1987-03-25"]),
        ("on 3/5/1987", ["1987"]),  # which of two days is not known
        ("mayor from 1965 to 1976", ["1965-01-01..1976-12-31"]),
        ("mayor (1965–1976)", ["1965-01-01..1976-12-31"]),
        ("mayor 1965-76", ["1965-01-01..1976-12-31"]),
        ("between 1965 and 1976", ["1965-01-01..1976-12-31"]),
        ("from Sep 1937 until Dec. 1938", ["1937-09-01..1938-12-31"]),
        ("from 4 May 1940 to 6 June 1944", ["1940-05-04..1944-06-06"]),
        ("built in the 1990s", ["1990-01-01..1999-12-31"]),
        ("from the 1980s to the 1990s", ["1980-01-01..1990-12-31"]),
        ("open since 2011", ["2011-01-01..2021-12-30"]),
        ("before 1950 it was a farm", ["1940-01-02..1950-12-31"]),
        ("in 1901, and again in 1955", ["1901", "1955"]),
        ("in 1901 and 2019", ["1901", "2019"]),
        ("between May 1901 and 1903", ["1901-05-01..1903-12-31"]),
        ("a mayor and the march of 1901", ["1901"]),
        ("It cost $2000 and weighed 1,984 kg.", []),
        ("Law 3713/1928 and 12.1950", []),
        ("2013% of 20190", []),
        ("room 999 of 2101", []),
        ("on Friday, last week, in May", []),
        ("", []),
    ],
)
def test_a_text_names_periods(text: str, periods: list[str]) -> None:
    assert named(text) == periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("The pilots struck on Friday.", ["2024-03-01"]),
        ("On Wednesday they return.", ["2024-03-06"]),
        ("yesterday and today", ["2024-03-05", "2024-03-06"]),
        ("It rained last week.", ["2024-02-26..2024-03-03"]),
        ("earlier this month", ["2024-03-01..2024-03-06"]),
        ("the hottest day this year", ["2024-01-01..2024-03-06"]),
        ("It opened last year.", ["2023"]),
        ("It closed in December.", ["2023-12"]),
        ("It closes in March.", ["2024-03"]),
        ("It closed on 4 February.", ["2024-02-04"]),
        ("It closed on December 4.", ["2023-12-04"]),
        ("It closed in 2011, on a Monday.", ["2011", "2024-03-04"]),
        ("The mayor may march in may 2011.", ["2011-05"]),
        ("They march on", []),
    ],
)
def test_a_text_is_read_against_the_day_of_its_article(text: str, periods: list[str]) -> None:
    assert named(text, date(2024, 3, 6)) == periods


def test_a_span_that_runs_backwards_is_two_years() -> None:
    assert named("1976 to 1965") == ["1976", "1965"]


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
    assert fit_time(question, read_periods("The bridge opened."), DAY) == 1.0
    assert fit_time(question, read_periods("The bridge opened."), UNDATED) == 0.0


def test_a_passage_is_of_its_articles_day_whatever_else_it_names() -> None:
    named = read_periods("It had closed in 1950.")
    assert fit_time(asked("in 2019"), named, YEAR) == 1.0
    assert fit_time(asked("on 2 May 2019"), named, DAY) == 1.0
    assert fit_time(asked("in May 2019"), named, DAY) == 1.0
    assert fit_time(asked("in 1950"), named, DAY) == 1.0
    assert fit_time(asked("in 1951"), named, DAY) < 0.5


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
