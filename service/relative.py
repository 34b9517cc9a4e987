"""Days that are named from today: "yesterday", "last week", "the past three months"."""

from __future__ import annotations

import re
from datetime import date, timedelta

MOST_DAYS = 36_500  # a century; further back nothing was news
RELATIVE = (
    r"(?:today|yesterday|(?:the\s)?(?:this|last|past|previous)\s"
    r"(?:\d{1,3}\s(?:days|weeks|months|years)|day|week|month|year))"
)


def read_relative(written: str, today: date) -> tuple[date, date] | None:
    """The first and last day that words matching `RELATIVE` name; None for any others.

    `last week` is the calendar week before; `past week` and `last 2 weeks` end today.
    """
    words = re.sub(r"\s+", " ", written.casefold()).removeprefix("the ").split()
    if words == ["today"]:
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
    if unit == "week":
        return day - timedelta(day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)
