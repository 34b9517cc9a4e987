"""How well a passage fits the time that a question asks about.

A passage is about the periods that its text names; one that names none is about the time when its
article was published. It does not know which of a passage's sentences a period belongs to.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.index.periods import MONTHS_A_YEAR, Period, meet
from onrecord.index.types import Days

DEFAULT_TIME_WEIGHT = 0.6  # beside the rest of the score, which counts 1; by `onrecord eval sweep`
NEAR_DAYS = 7  # news is told for days; a third of the fit is left a week away


@dataclass(frozen=True, slots=True)
class AskedTime:
    """When it happened, as periods all of them asked for, or the first and last day of news."""

    periods: tuple[Period, ...] = ()
    days: Days | None = None

    def __bool__(self) -> bool:
        """Whether the question asks about a time at all."""
        return bool(self.periods) or self.days is not None


ANY_TIME = AskedTime()


def fit(asked: AskedTime, named: Sequence[Period], published: Days | None) -> float:
    """From 0, of another time or of none, to 1, of just the time that is asked about.

    `named` are the periods that the text names; `published` are the first and the last day of
    the article's publication, None if undated.
    """
    if asked.days is not None:
        return _near(asked.days, published)
    said = named or _as_periods(published)
    return sum(meet(period, said) for period in asked.periods) / max(len(asked.periods), 1)


def _near(days: Days, published: Days | None) -> float:
    """1 where all of the published period lies in the days, less with every day between them."""
    if published is None:
        return 0.0
    gap = max((days[0] - published[0]).days, (published[1] - days[1]).days, 0)
    return math.exp(-gap / NEAR_DAYS)


def _as_periods(published: Days | None) -> tuple[Period, ...]:
    if published is None:
        return ()
    first, last = (day.year * MONTHS_A_YEAR + day.month - 1 for day in published)
    return (Period(first, last),)
