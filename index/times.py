"""Periods of time that texts name, to the month, and how well a passage fits the time asked about.

Years, decades, months of a year and spans of them are read: `2019`, `the 1990s`, `March 2022`,
`1965–1976`, `from Sep 1937 to 2004`, `since 2011`. A number that is a sum, a count or a part of
one is not a year. Relative expressions ("last year") are read in `service/times.py`, because
they need a day to count from.

A passage is about the periods that its text names, or, if it names none, about the time when its
article was published. Which of a passage's sentences a period belongs to is not known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.index.readers.dates import MONTHS
from onrecord.index.types import Days

MONTHS_A_YEAR = 12
OPEN_YEARS = 10  # what "since" and "before" cover if no other end is named
# A period that overlaps the one asked for fits by at least half, one apart from it by at most half,
# and by a third of that after this many months.
APART_MONTHS = 36
NEAR_DAYS = 7  # the fit of news falls to a third within so many days

MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:1\d|20)\d\d"
_POINT = rf"(?:(?P<{{0}}month>\b{MONTH_NAME})\s(?:\d{{{{1,2}}}},?\s)?)?(?P<{{0}}year>{_YEAR})"
_EDGE, _END = r"(?<![\w.,$£€#/])", r"(?![\w%]|[.,]\d)"
_SPAN = re.compile(
    r"(?P<between>\bbetween\s(?:the\s)?)?"
    + _EDGE
    + _POINT.format("low")
    + r"s?\s?(?:-|–|—|to|until|till|through|(?P<and>and))\s?(?:the\s|in\s)?"
    + rf"(?:{_POINT.format('high')}|(?P<short>\d\d))s?{_END}",
    re.I,
)
_YEARS = re.compile(_YEAR)  # the quickest test for a text that names no period
_SINGLE = re.compile(
    rf"(?:\b(?P<how>since|after|before|until|till)\s(?:the\s)?)?{_EDGE}{_POINT.format('')}"
    rf"(?P<decade>s)?{_END}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last month, both included, each counted as `12 * year + month - 1`."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"expected first <= last, got {self.first} and {self.last}")


def read_periods(text: str) -> list[Period]:
    """The periods that a text names, in order; a span is one period and not its two ends."""
    if not _YEARS.search(text):
        return []
    found: list[tuple[int, Period]] = []
    covered: list[tuple[int, int]] = []
    for match in _SPAN.finditer(text):
        period = _span(match)
        if period:
            found.append((match.start(), period))
            covered.append(match.span())
    for match in _SINGLE.finditer(text):
        if not any(start <= match.start("year") < end for start, end in covered):
            found.append((match.start(), _single(match)))
    return [period for _, period in sorted(found, key=lambda one: one[0])]


def _span(match: re.Match[str]) -> Period | None:
    if match["and"] and not match["between"]:
        return None  # "in 1901 and 2019" are two years
    low = _point(match["lowyear"], match["lowmonth"])
    year = match["highyear"] or match["lowyear"][:2] + match["short"]
    high = _point(year, match["highmonth"])
    return Period(low.first, high.last) if low.first <= high.last else None


def _single(match: re.Match[str]) -> Period:
    point = _point(match["year"], match["month"])
    if match["decade"]:
        return Period(point.first, point.first + 10 * MONTHS_A_YEAR - 1)
    how, reach = (match["how"] or "").casefold(), OPEN_YEARS * MONTHS_A_YEAR
    if how in ("since", "after"):
        return Period(point.first, point.last + reach)
    if how in ("before", "until", "till"):
        return Period(point.first - reach, point.last)
    return point


def _point(year: str, month: str | None) -> Period:
    start = int(year) * MONTHS_A_YEAR
    if month is None:
        return Period(start, start + MONTHS_A_YEAR - 1)
    start += MONTHS.index(month[:3].casefold())
    return Period(start, start)


@dataclass(frozen=True, slots=True)
class AskedTime:
    """The time that a question asks about: periods, all of them, or first and last day of news."""

    periods: tuple[Period, ...] = ()
    days: Days | None = None

    def __bool__(self) -> bool:
        """Whether the question asks about a time at all."""
        return bool(self.periods) or self.days is not None


ANY_TIME = AskedTime()


def fit_time(asked: AskedTime, named: Sequence[Period], published: Days | None) -> float:
    """From 0, for another time or none, to 1, for exactly the time that is asked about.

    `named` are the periods that the text names; `published` are the first and the last day of
    the article's publication, None if undated.
    """
    if asked.days is not None:
        return _fit_days(asked.days, published)
    said = named or _as_periods(published)
    return sum(fit_period(period, said) for period in asked.periods) / max(len(asked.periods), 1)


def fit_period(asked: Period, named: Sequence[Period]) -> float:
    """How well the best of the named periods fits the one asked for, from 0 to 1; 0 for none.

    Overlapping at all counts half, the share of the common months in those of either the rest.
    """
    return max((_fit_one(asked, period) for period in named), default=0.0)


def _fit_one(asked: Period, named: Period) -> float:
    first, last = max(asked.first, named.first), min(asked.last, named.last)
    if first > last:
        return 0.5 * math.exp(-(first - last) / APART_MONTHS)
    either = max(asked.last, named.last) - min(asked.first, named.first) + 1
    return 0.5 + 0.5 * (last - first + 1) / either


def _fit_days(days: Days, published: Days | None) -> float:
    """1 if the whole published period lies in the days, less with every day between them."""
    if published is None:
        return 0.0
    gap = max((days[0] - published[0]).days, (published[1] - days[1]).days, 0)
    return math.exp(-gap / NEAR_DAYS)


def _as_periods(published: Days | None) -> tuple[Period, ...]:
    if published is None:
        return ()
    first, last = (day.year * MONTHS_A_YEAR + day.month - 1 for day in published)
    return (Period(first, last),)
