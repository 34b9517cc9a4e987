"""Read the times that a question names: a publication window, or the time that it asks about.

"Articles from 2024", "reported since May" and "stories about Crimea published last week" state a
publication window, which filters. "Drafted in 2024" and "the report published on 4 December" name
an event, and "this week" or "recently" the days before the question: these only order what is
found, whenever it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from onrecord.index.readers.dates import read_date
from onrecord.index.times import (
    ANY_TIME,
    MONTH_NAME,
    MONTHS_A_YEAR,
    AskedTime,
    Period,
    read_periods,
)
from onrecord.index.types import Published

MOST_DAYS = 36_500  # a century; further back nothing was news
RELATIVE = (
    r"(?:today|yesterday|(?:the\s)?(?:this|last|past|previous)\s"
    r"(?:\d{1,3}\s(?:days|weeks|months|years)|day|week|month|year))"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PERIOD = (
    rf"(?:\d{{4}}-\d\d(?:-\d\d)?|(?:{_DAY}\s(?:of\s)?)?{MONTH_NAME}(?:\s{_DAY}(?!\d))?(?:,?\s\d{{4}})?"
    rf"|\d{{4}}(?!\d)|{RELATIVE})"
)
_PREPOSITION = r"(?:from|in|on|during|since|after|before|until|through|up\sto)?"
_RANGE = (
    rf"(?:(?:between|from)\s(?P<low>{_PERIOD})\s(?:and|to|until|through)\s(?P<high>{_PERIOD})"
    rf"|(?P<how>{_PREPOSITION})\s?(?P<period>{_PERIOD}))(?!\w)"
)
_NOUN = (
    r"(?:articles?|stories|story|coverage|news|news\s(?:stories|reports)|pieces|headlines|reports)"
)
_VERB = r"(?:published|written|posted|printed|filed|dated|reported|that\sappeared)"
_LEAD = r"(?:\b(?:in|from|among|according\sto|only|do|does|did)\s)?(?:\b(?:the|any|all|your)\s)?"
_WINDOWS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_LEAD}\b{_NOUN}\s(?:{_VERB}\s)?{_RANGE}",
        rf"\b{_NOUN}\s(?:\S+\s){{1,8}}?(?P<phrase>(?:that\swere\s)?{_VERB}\s{_RANGE})",
        r"\b(?P<phrase>(?:reported|published)\s(?=since|after|before|until|between|up\sto)"
        rf"{_RANGE})",
    )
)
# A thing that is itself published: its date is an event's, not an article's.
_DOCUMENT = re.compile(
    r"\b(?:report|study|law|bill|decree|book|paper|document|resolution|survey|poll|list|order|video"
    r"|statement|interview|figures|data|findings)\b(?:\s\S+){0,5}\s*$",
    re.I,
)
_ENDS = {"before", "until", "through", "up to"}
_STARTS = {"since", "after"}
RECENT_DAYS = 30  # that "recently" reaches back
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b(?:on|last|this)\s(?P<day>{'|'.join(_WEEKDAYS)})\b", re.I)
_RELATIVE = re.compile(rf"\b{RELATIVE}\b", re.I)
_RECENT = re.compile(r"\b(?:recent|recently|newly|latest|currently|this weekend|tonight)\b", re.I)
_LONG = re.compile(r"\b(?:month|year)s?$", re.I)


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


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day of publication, bounds included, and the question without its wording."""

    first: date | None
    last: date | None
    rest: str


def read_window(question: str, today: date) -> Window | None:
    """The window that the question states in so many words; None where it states none.

    Relative words are read against `today`; a month or day without a year is the latest that is
    not after it. A range whose end lies before its beginning is no window.
    """
    for pattern in _WINDOWS:
        for match in pattern.finditer(question):
            if _DOCUMENT.search(question[: match.start()]) and "phrase" in match.groupdict():
                continue
            try:
                bounds = _bounds(match, today)
            except OverflowError:  # before the calendar begins
                continue
            if bounds is not None:
                name = "phrase" if "phrase" in match.groupdict() else 0
                rest = f"{question[: match.start(name)]} {question[match.end(name) :]}"
                rest = re.sub(r"\s+", " ", rest).strip(" ,")
                return Window(*bounds, rest if re.search(r"\w{3}", rest) else question)
    return None


def _bounds(match: re.Match[str], today: date) -> tuple[date | None, date | None] | None:
    if match["low"]:
        year = re.search(r"\d{4}$", match["high"])
        written = match["low"]
        if year and not re.search(r"\d{4}", written):
            written += f" {year.group()}"  # "from January to March 2024" names one year for both
        low, high = _period(written, today), _period(match["high"], today)
        return (low[0], high[1]) if low and high and low[0] <= high[1] else None
    period = _period(match["period"], today)
    if period is None:
        return None
    how = re.sub(r"\s+", " ", match["how"] or "").casefold()
    if how == "on" and not re.search(r"\d", match["period"]):
        return None  # "stories on May" are about somebody
    if how in _STARTS:
        return (period[1] + timedelta(1) if how == "after" else period[0]), None
    if how in _ENDS:
        return None, (period[0] - timedelta(1) if how == "before" else period[1])
    return period


def _period(written: str, today: date) -> tuple[date, date] | None:
    """The first and last day that the words name."""
    relative = read_relative(written, today)
    if relative is not None:
        return relative
    read = read_date(written)
    if read is not None:
        return _days(*read)
    read = read_date(f"{written} {today.year}")
    if read is None:
        return None
    first, last = _days(*read)
    if first <= today:
        return first, last
    read = read_date(f"{written} {today.year - 1}")
    return _days(*read) if read else None


def _days(written: str, precision: str) -> tuple[date, date]:
    published = Published(written, precision)  # type: ignore[arg-type]
    if published.first is None or published.last is None:
        raise ValueError(f"expected a date, got {written!r}")
    return published.first, published.last


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
        months = (day.year * MONTHS_A_YEAR + day.month - 1 for day in days)
        return AskedTime((Period(*months),))
    days = days or _weekday(question, today)
    if days is None and _RECENT.search(question):
        days = today - timedelta(RECENT_DAYS), today
    return AskedTime(days=days)


def _weekday(question: str, today: date) -> tuple[date, date] | None:
    """The newest day of that name, today included; news of it is told the day after, too."""
    found = _WEEKDAY.search(question)
    if found is None:
        return None
    back = (today.weekday() - _WEEKDAYS.index(found["day"].casefold())) % len(_WEEKDAYS)
    day = today - timedelta(back)
    return day, min(day + timedelta(1), today)
