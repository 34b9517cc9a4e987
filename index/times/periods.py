"""Periods of days that texts name, and how well a passage fits the time that is asked about.

Years, decades, months, days and spans of them are read: `2019`, `the 1990s`, `March 2022`,
`1965–1976`, `from Sep 1937 to 2004`, `since 2011`, `4 December 2024`, `4.12.2024`. A number that is
a sum, a count or a part of one is not a year. With a day to count from, relative expressions are
read too (`yesterday`, `last week`, `on Friday`, `in December`).

A passage is about the periods that its text names, and about the day when its article was
published. Which of a passage's sentences a period belongs to is not known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from onrecord.index.times.dates import find_dates
from onrecord.index.times.names import MONTH, WEEKDAY, WEEKDAY_NAMES, month_number
from onrecord.index.types import Days, Published

DAYS_A_YEAR = 365.25
OPEN_YEARS = 10  # what "since" and "before" cover if no other end is named
# A period that overlaps the one asked for fits by at least half, one apart from it by at most half,
# and by a third of that after these days.
APART_DAYS = 3 * DAYS_A_YEAR
LEAST_MONTH = 28  # days
NEAR_DAYS = 7  # the fit of news falls to a third within so many days
MOST_DAYS = 36_500  # a century; further back nothing was news

DAY = r"\d{1,2}(?:st|nd|rd|th)?"
YEAR = r"(?:1\d|20)\d\d"
RELATIVE = (
    r"(?:today|tonight|yesterday|(?:earlier\s)?(?:the\s)?(?:this|last|past|previous)\s"
    r"(?:\d{1,3}\s(?:days|weeks|months|years)|day|week(?:end)?|month|year))"
)
_EDGE, _END = r"(?<![\w.,$£€#/])", r"(?![\w%]|[.,]\d)"


def _point_pattern(name: str) -> str:
    """A year, or a month or day of one; `name` begins the names of the groups."""
    return (
        rf"(?:(?:\b(?P<{name}before>{DAY})\s(?:of\s)?)?(?P<{name}month>\b{MONTH})\s"
        rf"(?:(?P<{name}after>{DAY}),?\s)?)?(?P<{name}year>{YEAR})"
    )


_SPAN = re.compile(
    r"(?P<between>\bbetween\s(?:the\s)?)?"
    + _EDGE
    + _point_pattern("low")
    + r"s?\s?(?:-|–|—|to|until|till|through|(?P<and>and))\s?(?:the\s|in\s)?"
    + rf"(?:{_point_pattern('high')}|(?P<short>\d\d))s?{_END}",
    re.I,
)
_YEARS = re.compile(YEAR)  # the quickest test for a text that names no period
_SINGLE = re.compile(
    rf"(?:\b(?P<how>since|after|before|until|till)\s(?:the\s)?)?{_EDGE}{_point_pattern('')}"
    rf"(?P<decade>s)?{_END}",
    re.I,
)
_NUMERIC = re.compile(r"\d[./-]\d")
_UNDATED = re.compile(
    rf"\b(?P<relative>{RELATIVE})\b|\b(?:on\s|last\s|this\s)?(?P<weekday>{WEEKDAY})\b"
    rf"|\b(?:(?P<before>{DAY})\s(?:of\s)?(?P<month>{MONTH})|(?P<name>{MONTH})\s(?P<after>{DAY}))"
    rf"(?![\w%]|[.,]\d|,?\s{YEAR})"
    rf"|\b(?:in|since|until|last|early|mid|late)[\s-](?P<alone>{MONTH})(?!\w|,?\s{YEAR}|\s\d)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included, as proleptic ordinals (`date.toordinal`)."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"expected first <= last, got {self.first} and {self.last}")

    @classmethod
    def of(cls, first: date, last: date) -> Period:
        """The period of these days."""
        return cls(first.toordinal(), last.toordinal())


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A period and the range of code points that names it."""

    start: int
    end: int
    period: Period


def read_periods(text: str, day: date | None = None) -> list[Period]:
    """The periods that a text names, in order; a span is one period and not its two ends.

    Expressions that need a day to count from are read against `day`, the newest that is not after
    it, if it is given.
    """
    return [found.period for found in find_periods(text, day)]


def find_periods(text: str, day: date | None = None) -> list[FoundPeriod]:
    """The periods of `read_periods` with their places."""
    found: list[FoundPeriod] = []

    def add(start: int, end: int, period: Period | None) -> None:
        if period and not any(start < other.end and other.start < end for other in found):
            found.append(FoundPeriod(start, end, period))

    if _YEARS.search(text):
        if _NUMERIC.search(text):
            for one in find_dates(text):
                if _NUMERIC.search(text[one.start : one.end]):
                    add(one.start, one.end, _days_of(Published(one.date, one.precision).days))
        for match in _SPAN.finditer(text):
            add(*match.span(), _span(match))
        for match in _SINGLE.finditer(text):
            add(*match.span(), _single(match))
    if day is not None:
        for match in _UNDATED.finditer(text):
            add(*match.span(), _count_back(match, day))
    return sorted(found, key=lambda one: one.start)


def _span(match: re.Match[str]) -> Period | None:
    if match["and"] and not match["between"]:
        return None  # "in 1901 and 2019" are two years
    low = _point(match, "low")
    high = _point(match, "high", match["highyear"] or match["lowyear"][:2] + match["short"])
    return Period(low.first, high.last) if low and high and low.first <= high.last else None


def _single(match: re.Match[str]) -> Period | None:
    point = _point(match, "")
    if point is None:
        return None
    how, reach = (match["how"] or "").casefold(), round(OPEN_YEARS * DAYS_A_YEAR)
    if match["decade"]:
        end = _read_point(str(int(match["year"]) + 9), None, None)
        return Period(point.first, end.last) if end else None
    if how in ("since", "after"):
        return Period(point.first, point.last + reach)
    if how in ("before", "until", "till"):
        return Period(point.first - reach, point.last)
    return point


def _point(match: re.Match[str], which: str, year: str | None = None) -> Period | None:
    day = match[f"{which}before"] or match[f"{which}after"]
    return _read_point(year or match[f"{which}year"], match[f"{which}month"], day)


def _read_point(year: str, month: str | None, day: str | None) -> Period | None:
    """The year, month or day; the month where it has no such day, as in `March 2022`."""
    if month is None:
        return _days_of(Published(year, "year").days)
    written = f"{year}-{month_number(month) or 0:02}"
    exact = f"{written}-{int(re.sub(r'[^0-9]', '', day)):02}" if day else ""
    try:
        return _days_of(Published(exact, "day").days)
    except ValueError:
        return _days_of(Published(written, "month").days)


def _days_of(days: Days | None) -> Period | None:
    return Period.of(*days) if days else None


def _count_back(match: re.Match[str], today: date) -> Period | None:
    """The period that an expression without a year names, counted from a day."""
    try:
        if match["relative"]:
            return _days_of(read_relative(match["relative"], today))
        if match["weekday"]:
            back = (today.weekday() - WEEKDAY_NAMES.index(match["weekday"].title())) % 7
            return Period.of(today - timedelta(back), today - timedelta(back))
        month = match["month"] or match["name"] or match["alone"]
        day = match["before"] or match["after"]
        this = _read_point(str(today.year), month, day)
        if this and this.first > today.toordinal():
            return _read_point(str(today.year - 1), month, day)
        return this
    except (OverflowError, ValueError):  # before the calendar begins
        return None


def read_relative(written: str, today: date) -> Days | None:
    """The first and last day that words matching `RELATIVE` name; None for any others.

    `last week` is the calendar week before; `past week` and `last 2 weeks` end today.
    """
    words = [word for word in written.casefold().split() if word not in ("the", "earlier")]
    if words in (["today"], ["tonight"]):
        return today, today
    if words == ["yesterday"]:
        return today - timedelta(1), today - timedelta(1)
    if words[0] not in ("this", "last", "past", "previous"):
        return None
    if len(words) == 3 or words[0] == "past":
        count, unit = (int(words[1]), words[2]) if len(words) == 3 else (1, words[1])
        days = {"d": 1, "w": 7, "m": 30, "y": 365}[unit[0]]
        return today - timedelta(min(count * days, MOST_DAYS)), today
    if words[1] == "day":
        return today - timedelta(1), today - timedelta(1)
    begin, end = _calendar(words[1], today), today
    if words[0] != "this":
        end = begin - timedelta(1)
        begin = _calendar(words[1], end)
    return begin, end


def _calendar(unit: str, day: date) -> date:
    """The first day of the week, month or year that a day lies in."""
    if unit.startswith("week"):
        return day - timedelta(day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


@dataclass(frozen=True, slots=True)
class AskedTime:
    """The time that a question asks about: periods, all of them, or first and last day of news.

    `latest` prefers the newest of what answers. `spans` are the ranges of the question's code
    points that say the time.
    """

    periods: tuple[Period, ...] = ()
    days: Days | None = None
    latest: bool = False
    spans: tuple[tuple[int, int], ...] = ()

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
    out = _days_of(published)
    fits = [_fit_asked(period, named, out) for period in asked.periods]
    return sum(fits) / max(len(fits), 1)


def _fit_asked(asked: Period, named: Sequence[Period], published: Period | None) -> float:
    """The fit of the best of the named periods and of the publication, 1 if that lies within."""
    if published and asked.first <= published.first and published.last <= asked.last:
        return 1.0
    return fit_period(asked, [*named, published] if published else named)


def fit_period(asked: Period, named: Sequence[Period]) -> float:
    """How well the best of the named periods fits the one asked for, from 0 to 1; 0 for none.

    Overlapping at all counts half, the share of the common days in those of either the rest; of
    the common months where a month or more is asked for.
    """
    return max((_fit_one(asked, period) for period in named), default=0.0)


def _fit_one(asked: Period, named: Period) -> float:
    first, last = max(asked.first, named.first), min(asked.last, named.last)
    if first > last:
        return 0.5 * math.exp(-(first - last) / APART_DAYS)
    if asked.last - asked.first >= LEAST_MONTH - 1:  # then a day counts as much as its month
        asked, named = _in_months(asked), _in_months(named)
        first, last = max(asked.first, named.first), min(asked.last, named.last)
    either = max(asked.last, named.last) - min(asked.first, named.first) + 1
    return 0.5 + 0.5 * (last - first + 1) / either


def _in_months(period: Period) -> Period:
    """The period in months since the beginning of the calendar."""
    first, last = date.fromordinal(period.first), date.fromordinal(period.last)
    return Period(12 * first.year + first.month, 12 * last.year + last.month)


def _fit_days(days: Days, published: Days | None) -> float:
    """1 if the whole published period lies in the days, less with every day between them."""
    if published is None:
        return 0.0
    gap = max((days[0] - published[0]).days, (published[1] - days[1]).days, 0)
    return math.exp(-gap / NEAR_DAYS)
