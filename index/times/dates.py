"""Read dates as pages write them, to the precision that they state and never beyond it.

These are read: ISO dates with or without time, `2024/12/04`, `20241204`, `February 23, 2025 2:03
AM`, `23 Feb 2025`, `Dec. 4, 2024`, `4th of December 2024`, `4 décembre 2024`, `2024. december 4.`
and other languages, `2024年12月4日`, RFC 822, JavaScript's `toString`, `4.12.2024`, `December
2024`, `2024-12`, `2024`. Any kind of space may be in them. The date is the one written: a time zone
never changes it. `03/04/2024` may be two different days, so only its year is certain; `13/04/2024`
can only be one, and between points the day stands first. Relative and unreadable dates are None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from onrecord.index.times.names import MONTH, date_words, month_number
from onrecord.index.types import Precision

_MONTH = rf"(?P<month>{MONTH})"
_WORD = r"(?P<word>[^\W\d_]{3,12})"  # perhaps a month in another language
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_EDGE = r"(?<![\w/.-])"
# Pages print `Research` and `7 April 2020` next to each other, separated only by a style.
_LOOSE_EDGE = r"(?<!(?-i:[A-Z0-9_/.-]))"
MAX_WRITTEN = 120  # characters of a field that is a date
_END = r"(?!(?-i:[a-z0-9_/])|[.:-]\d)"
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_EDGE}{_YEAR}-(?P<number>\d\d)-(?P<day>\d\d)(?=$|[^\w-]|T\d|-$)",
        rf"{_EDGE}{_YEAR}(?P<sep>[/.])(?P<number>\d\d?)(?P=sep)(?P<day>\d\d?){_END}",
        rf"{_EDGE}{_MONTH} ?{_DAY}\b,? ?(?:at )?,? ?{_YEAR}{_END}",
        rf"{_EDGE}{_MONTH} {_DAY} \d\d:\d\d:\d\d(?: [A-Z]{{3,4}})? {_YEAR}{_END}",
        rf"{_LOOSE_EDGE}{_DAY}[ -]?(?:of )?{_MONTH}[,]?[ -]?{_YEAR}{_END}",
        rf"{_EDGE}{_DAY}[.º]? (?:de |d['’])?{_WORD}\.?,? (?:de |del )?{_YEAR}{_END}",
        rf"{_EDGE}(?P<a>\d\d?)(?P<sep>[/.-])(?P<b>\d\d?)(?P=sep){_YEAR}{_END}",
        rf"{_EDGE}(?P<a>[0-3]\d)\.(?P<b>[01]\d)\.(?P<short>\d\d){_END}",
        rf"{_EDGE}{_YEAR}(?:[.,]| m\.)? {_WORD}\.? {_DAY}(?:\.|\b)",
        rf"{_EDGE}{_YEAR}\. gada {_DAY}\. {_WORD}",
        rf"(?<!\d){_YEAR} ?[年년] ?(?P<number>\d\d?) ?[月월] ?(?P<day>\d\d?) ?[日일]",
    )
)
_WHOLE = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_YEAR}(?P<number>\d\d)(?P<day>\d\d)(?:T?\d{{4,6}}(?:Z|[+-]\d\d:?\d\d)?)?",
        rf"{_YEAR}[-/](?P<number>\d\d?)",
        rf"(?P<number>\d\d?)/{_YEAR}",
        rf"{_MONTH},? ?{_YEAR}",
        rf"{_YEAR},? ?{_MONTH}",
        _YEAR,
    )
)
_INSTANT = re.compile(
    r"(?:/Date\()?([1-9]\d{8,9})(?:\d{3}|\.\d+)?(?:[+-]\d{4})?(?:\)/)?"
)  # from 1973 to 2286
_SPACES = re.compile(r"\s+")
# Spaces that do not break, that have a width of their own or none: each is read as U+0020.
_SPACE = {
    ord(one): " "
    for one in "\t\u00a0\u2007\u2008\u2009\u200a\u200b\u200e\u200f\u202f\u2060\u3000\ufeff"
}
# What may be beside a date in a field or a line that says nothing else, words apart.
_BESIDE = re.compile(
    r"""
    \d{1,2}\s?[時时点시](?:\s?\d{1,2}\s?[分분])?|T?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[.,]\d+)?|\b\d{1,2}(?:\s?(?=[ap]\.?m)|\s?h(?:\s?\d\d)?\b)|
    (?:gmt|utc)?[+-]\d\d:?\d\d(?:\s?\([^()]{3,60}\))?|\(\d+\)|[-\s,.:;|·•–—()\[\]/@：，]""",
    re.I | re.X,
)
_ZONE = re.compile(r"(?:z|utc|gmt|bst|[ecmp][sd]?t|i?st|c?est|eest|msk|мск|[ap]m?)", re.I)
_DAY_FIRST_ENGLISH = ("gb", "au", "ie", "in", "nz", "za", "ng", "ke", "pk", "sg", "mt")
_YEAR_FIRST = ("und", "zh", "ja", "ko", "hu", "lt", "mn", "fa")  # or not known
_LETTERS = re.compile(r"[^\W\d_]+")
UNSET = {  # what programs print for a time that is not known
    *("1969-12-31", "1970-01-01", "1970-01", "1970"),
    *("1899-12-30", "1899-12-31", "1900-01-01", "1900-01", "1980-01-01"),
}


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date found in a text: its value, its precision and where it was written."""

    date: str
    precision: Precision
    start: int
    end: int


def find_dates(text: str, day_first: bool = False) -> Iterator[FoundDate]:
    """Yield the dates of day precision (or less where ambiguous) in `text`, in its order.

    With `day_first` the day stands first wherever both orders are possible.
    """
    text = text.translate(_SPACE)
    matches = sorted(
        (found for pattern in _PATTERNS for found in pattern.finditer(text)),
        key=lambda found: (found.start(), -found.end()),
    )
    end = 0
    for found in matches:
        value = _value(found, day_first) if found.start() >= end else None
        if value is not None:
            end = found.end()
            yield FoundDate(*value, found.start(), end)


def puts_day_first(language: str | None) -> bool:
    """Whether a language, or English as a country writes it, has 5/12 for 5 December."""
    base, _, country = (language or "und").replace("_", "-").lower().partition("-")
    if base == "en":
        return country in _DAY_FIRST_ENGLISH
    return base not in _YEAR_FIRST


def read_date(written: str, day_first: bool = False) -> tuple[str, Precision] | None:
    """Read a string that is a date and nothing else; None where it is not, or is not certain."""
    written = _SPACES.sub(" ", written.translate(_SPACE)).strip()
    if not written or len(written) > MAX_WRITTEN:
        return None
    for pattern in _WHOLE:
        whole = pattern.fullmatch(written)
        if whole:
            return _value(whole, day_first)
    found = next(find_dates(written, day_first), None)
    if found is None:
        return _read_foreign(written)
    if is_only_around(written[: found.start] + " " + written[found.end :]):
        return found.date, found.precision
    return None


def read_instant(written: str) -> tuple[str, Precision] | None:
    """Read seconds or milliseconds since 1970, as programs store times, as a day in UTC."""
    found = _INSTANT.fullmatch(written)
    return (datetime.fromtimestamp(int(found[1]), UTC).date().isoformat(), "day") if found else None


def is_only_around(rest: str) -> bool:
    """Whether only times, weekdays, `Published` and punctuation surround a date."""
    words, known = _BESIDE.sub(" ", rest.translate(_SPACE)), date_words()
    beside = _LETTERS.findall(words)
    said = all(word.casefold() in known or _ZONE.fullmatch(word) for word in beside)
    return said and not _LETTERS.sub("", words).strip()


def is_plausible(day: str) -> bool:
    """Whether a page can have been published then: not on a day of `UNSET`, nor after tomorrow.

    Where it is tomorrow already, time zones differ.
    """
    tomorrow = date.today() + timedelta(days=1)
    return day not in UNSET and day <= tomorrow.isoformat()


def _value(found: re.Match[str], day_first: bool) -> tuple[str, Precision] | None:
    parts = found.groupdict()
    if short := parts.get("short"):
        this = date.today().year
        year = this - (this - int(short)) % 100  # the last year that ends so
        return _day(year, int(parts["b"]), int(parts["a"]))
    year = int(parts["year"])
    if parts.get("a"):
        return _settle(year, int(parts["a"]), int(parts["b"]), day_first or parts["sep"] == ".")
    month = int(parts["number"]) if parts.get("number") else None
    if name := parts.get("month") or parts.get("word"):
        month = month_number(name) or 0  # 0, if it names none: no date
    if month is None:
        return str(year), "year"
    if not 1 <= month <= 12:
        return None
    if not parts.get("day"):
        return f"{year}-{month:02}", "month"
    return _day(year, month, int(parts["day"]))


def _settle(year: int, first: int, second: int, day_first: bool) -> tuple[str, Precision] | None:
    """Read day and month where only one order is possible or the order is known; else the year."""
    if day_first and (known := _day(year, second, first)):
        return known
    readings = {_day(year, second, first), _day(year, first, second)} - {None}
    if len(readings) == 1:
        return readings.pop()
    return (str(year), "year") if readings else None


def _day(year: int, month: int, day: int) -> tuple[str, Precision] | None:
    try:
        return date(year, month, day).isoformat(), "day"
    except ValueError:
        return None


def _read_foreign(written: str) -> tuple[str, Precision] | None:
    """Read a full date in another language's words; all three parts must be there."""
    if not (re.search(r"\d{4}", written) and re.search(r"[^\W\d_]{3}", written)):
        return None
    if written.isascii() and not re.fullmatch(r"\D{0,12}\d{1,2}\W{1,3}\D{3,16}\d{4}\D?", written):
        return None
    from dateparser import parse  # slow to import

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    read = parse(written, settings=settings)
    if read is None or str(read.year) not in written:
        return None
    return read.date().isoformat(), "day"
