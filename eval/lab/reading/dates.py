"""Dates: the day that is read from a page, compared with the day found by hand and with htmldate's.

htmldate is asked as its own evaluation does (extensive search, original date) and is given the
page's address, which the reader is not: a saved page has it only where it says it itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pool

from onrecord.eval.lab.reading.gold import GoldPage
from onrecord.index.errors import UnreadablePage
from onrecord.index.readers import ParsedArticle, read_page


@dataclass(frozen=True, slots=True)
class Tally:
    """On how many pages the right day was read, another one, or none (or not to the day)."""

    right: int
    wrong: int
    none: int


def measure_dates(pages: Sequence[GoldPage], jobs: int) -> dict[str, Tally]:
    """Each reader's tally over all pages."""
    with Pool(jobs) as pool:
        read = pool.map(read_dates, pages, chunksize=4)
    return {
        name: tally([(page.date, one[name]) for page, one in zip(pages, read, strict=True)])
        for name in read[0]
    }


def read_dates(page: GoldPage) -> dict[str, str | None]:
    """What each reader takes for the page's date."""
    return {"htmldate": _ask_htmldate(page), "onrecord": _ask_ourselves(page)}


def tally(days: Sequence[tuple[str, str | None]]) -> Tally:
    """Count (by hand, as read) pairs; a month or a year is right to claim no day, and counts so."""
    claimed = [(day, read) for day, read in days if read is not None and len(read) == len(day)]
    right = sum(day == read for day, read in claimed)
    return Tally(right, len(claimed) - right, len(days) - len(claimed))


def _ask_ourselves(page: GoldPage) -> str | None:
    try:
        (reading,) = read_page(page.raw, "page.html")
    except UnreadablePage:
        return None
    return reading.published.date if isinstance(reading, ParsedArticle) else None


def _ask_htmldate(page: GoldPage) -> str | None:
    from htmldate import find_date

    return find_date(page.html, extensive_search=True, original_date=True, url=page.url)
