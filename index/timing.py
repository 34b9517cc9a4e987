"""How well a passage fits the time that a question asks about.

A passage is about the periods that its text names; one that names none is about the time when its
article was published. It does not know which of a passage's sentences a period belongs to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from index.periods import MONTHS_A_YEAR, Period, meet, read_periods
from index.types import Published

DEFAULT_TIME_WEIGHT = 0.6  # beside the rest of the score, which counts 1; by `onrecord eval sweep`
NEAR_DAYS = 7  # news is told for days; a third of the fit is left a week away


@dataclass(frozen=True, slots=True)
class AskedTime:
    """When it happened, as periods all of them asked for, or the first and last day of news."""

    periods: tuple[Period, ...] = ()
    days: tuple[date, date] | None = None

    def __bool__(self) -> bool:
        """Whether the question asks about a time at all."""
        return bool(self.periods) or self.days is not None


ANY_TIME = AskedTime()


def fit(asked: AskedTime, text: str, published: Published) -> float:
    """From 0, of another time or of none, to 1, of just the time that is asked about."""
    if asked.days is not None:
        return _near(asked.days, published)
    said = read_periods(text) or _as_periods(published)
    return sum(meet(period, said) for period in asked.periods) / max(len(asked.periods), 1)


def _near(days: tuple[date, date], published: Published) -> float:
    """1 where all of the published period lies in the days, less with every day between them."""
    if published.first is None or published.last is None:
        return 0.0
    gap = max((days[0] - published.first).days, (published.last - days[1]).days, 0)
    return math.exp(-gap / NEAR_DAYS)


def _as_periods(published: Published) -> list[Period]:
    if published.first is None or published.last is None:
        return []
    first, last = (
        day.year * MONTHS_A_YEAR + day.month - 1 for day in (published.first, published.last)
    )
    return [Period(first, last)]
