"""Read the time that a question asks about, which is not a window of publication.

"Who led it in 2019?" asks about 2019, whenever that was written; "this week" and "recently" ask
about the days before the question. Both only order what is found; `windows.py` filters.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from onrecord.index.times import ANY_TIME, MONTHS_A_YEAR, AskedTime, Period, read_periods
from onrecord.service.relative import RELATIVE, read_relative

RECENT_DAYS = 30  # that "recently" reaches back
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b(?:on|last|this)\s(?P<day>{'|'.join(_WEEKDAYS)})\b", re.I)
_RELATIVE = re.compile(rf"\b{RELATIVE}\b", re.I)
_RECENT = re.compile(r"\b(?:recent|recently|newly|latest|currently|this weekend|tonight)\b", re.I)
_LONG = re.compile(r"\b(?:month|year)s?$", re.I)


def read_asked_time(question: str, today: date) -> AskedTime:
    """The periods that the question names, else its relative words read against `today`."""
    periods = tuple(read_periods(question))
    if periods:
        return AskedTime(periods)
    try:
        return _read_relative_time(question, today)
    except OverflowError:  # before the calendar begins
        return ANY_TIME


def _read_relative_time(question: str, today: date) -> AskedTime:
    relative = _RELATIVE.search(question)
    days = read_relative(relative.group(), today) if relative else None
    if relative and days and _LONG.search(relative.group()):
        return AskedTime((_months(*days),))
    return AskedTime(days=days or _weekday(question, today) or _recently(question, today))


def _weekday(question: str, today: date) -> tuple[date, date] | None:
    """The newest day of that name, today included; news of it is told the day after, too."""
    found = _WEEKDAY.search(question)
    if found is None:
        return None
    back = (today.weekday() - _WEEKDAYS.index(found["day"].casefold())) % len(_WEEKDAYS)
    day = today - timedelta(back)
    return day, min(day + timedelta(1), today)


def _recently(question: str, today: date) -> tuple[date, date] | None:
    return (today - timedelta(RECENT_DAYS), today) if _RECENT.search(question) else None


def _months(first: date, last: date) -> Period:
    counted = (day.year * MONTHS_A_YEAR + day.month - 1 for day in (first, last))
    return Period(*counted)
