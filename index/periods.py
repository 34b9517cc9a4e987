"""Periods of time that texts speak of, to the month.

Read are years, decades, months of a year and spans of them: `2019`, `the 1990s`, `March 2022`,
`1965–1976`, `from Sep 1937 to 2004`, `since 2011`. A number that is a sum, a count or a part of
one is no year. What is relative ("last year") is read elsewhere, against a day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.index.readers.dates import MONTHS

MONTHS_A_YEAR = 12
OPEN_YEARS = 10  # that "since" and "before" reach, where no other end is named
# What touches the period asked for counts at least half, what is apart at most half of it, and a
# third of that is left after so many months.
APART_MONTHS = 36

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
_YEARS = re.compile(_YEAR)  # the quickest way to tell that there is nothing to read
_SINGLE = re.compile(
    rf"(?:\b(?P<how>since|after|before|until|till)\s(?:the\s)?)?{_EDGE}{_POINT.format('')}"
    rf"(?P<decade>s)?{_END}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last month, both included, each counted as `12 * year + month - 1`."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"expected first <= last, got {self.first} and {self.last}")

    @property
    def months(self) -> int:
        """How long it is."""
        return self.last - self.first + 1


def read_periods(text: str) -> list[Period]:
    """The periods that a text names, in order; a span is one and not its two ends."""
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


def meet(asked: Period, said: Sequence[Period]) -> float:
    """How well the best of the periods fits the one asked for, from 0 to 1; 0 where there is none.

    Half for touching it at all, the rest for the share that both have of what either has.
    """
    return max((_fit(asked, period) for period in said), default=0.0)


def _fit(asked: Period, said: Period) -> float:
    first, last = max(asked.first, said.first), min(asked.last, said.last)
    if first > last:
        return 0.5 * math.exp(-(first - last) / APART_MONTHS)
    either = max(asked.last, said.last) - min(asked.first, said.first) + 1
    return 0.5 + 0.5 * (last - first + 1) / either


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
