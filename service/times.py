"""Read the times that a question names: a publication window, or the time that it asks about.

"Articles from 2024", "reported since May" and "stories about Crimea published last week" state a
publication window, which filters. "Drafted in 2024" and "the report published on 4 December" name
an event, and "this week" or "recently" the days before the question: these only order what is
found, whenever it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onrecord.index.times.dates import read_date
from onrecord.index.times.names import MONTH, WEEKDAY
from onrecord.index.times.periods import (
    DAY,
    RELATIVE,
    AskedTime,
    Period,
    find_periods,
    read_relative,
)
from onrecord.index.types import Days, Published

_DATE = (
    rf"(?:\d{{4}}-\d\d(?:-\d\d)?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}"
    rf"|(?:{DAY}\s(?:of\s)?)?{MONTH}(?:\s{DAY}(?!\d))?(?:,?\s\d{{4}})?|\d{{4}}(?!\d)|{RELATIVE})"
)
_PREPOSITION = r"(?:from|in|on|during|since|after|before|until|through|up\sto)?"
_RANGE = (
    rf"(?:(?:between|from)\s(?P<low>{_DATE})\s(?:and|to|until|through)\s(?P<high>{_DATE})"
    rf"|(?P<how>{_PREPOSITION})\s?(?P<period>{_DATE}))(?!\w)"
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
_WEEKDAY = re.compile(rf"\b(?:on|last|this)\s{WEEKDAY}\b", re.I)
_RELATIVE = re.compile(rf"\b{RELATIVE}\b", re.I)
_RECENT = re.compile(r"\b(?:recent|recently|newly)\b", re.I)
_LATEST = re.compile(
    r"\b(?:(?:the|is|are|was|what)\s(?:latest|newest|most\srecent|current)|today['’]s|currently"
    r"|as\sof\snow)\b(?!\s(?:book|album|novel|film|movie|single|season|affairs))",
    re.I,
)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”»]")  # somebody else's words
_LONG = re.compile(r"\b(?:month|year)s?$", re.I)


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


def _period(written: str, today: date) -> Days | None:
    """The first and last day that the words name."""
    relative = read_relative(written, today)
    if relative is not None:
        return relative
    days = _read_days(written)
    if days is None:
        days = _read_days(f"{written} {today.year}")
        if days and days[0] > today:
            return _read_days(f"{written} {today.year - 1}")
    return days


def _read_days(written: str) -> Days | None:
    read = read_date(written)
    return Published(*read).days if read else None


def read_asked_time(question: str, today: date) -> AskedTime:
    """The periods that the question names, else its relative words read against `today`.

    What is latest does not depend on `today`, because the archive may end long before it. A month
    or day without a year is the newest that is not after `today`.
    """
    latest = _LATEST.search(_QUOTED.sub(lambda found: " " * len(found[0]), question))
    spans = (latest.span(),) if latest else ()
    found = find_periods(question)
    news = None if found else _read_news(question, latest, today)
    if news:
        return replace(news, latest=bool(latest), spans=(*spans, *news.spans))
    if not found and not latest:
        found = find_periods(question, today)
    spans = (*spans, *((one.start, one.end) for one in found))
    return AskedTime(tuple(one.period for one in found), None, bool(latest), spans)


def _read_news(question: str, latest: re.Match[str] | None, today: date) -> AskedTime | None:
    """The days of news that relative words name: a long time ago, the news may tell it later."""
    relative = _RELATIVE.search(question)
    if relative and latest and latest.start() <= relative.start() < latest.end():
        return None  # "today's"
    try:
        days = read_relative(relative.group(), today) if relative else None
        if relative and days:
            spans = (relative.span(),)
            if _LONG.search(relative.group()):
                return AskedTime((Period.of(*days),), spans=spans)
            return AskedTime(days=days, spans=spans)
        if weekday := _WEEKDAY.search(question):
            day = date.fromordinal(find_periods(weekday.group(), today)[0].period.first)
            # News of it is told the day after, too.
            return AskedTime(days=(day, min(day + timedelta(1), today)), spans=(weekday.span(),))
    except OverflowError:  # before the calendar begins
        return None
    if _RECENT.search(question) and not latest:
        return AskedTime(days=(today - timedelta(RECENT_DAYS), today))
    return None
