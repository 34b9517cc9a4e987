"""Read when an HTML page was published, from its strongest statement.

The order is: JSON-LD `datePublished` of the article; meta tags of publication; `<time>` and
microdata marked as publication; a `Published` line or byline between headline and article
(`byline`); `<time>` there; a date line there; meta tags that only say "date"; JSON-LD of the page
itself; the page's own data in its scripts, where all of it names one day; the page's address; what
htmldate finds in the page, if that day is written in it near the headline.

There are four exceptions. A finer date beats a coarser one. Where markup of publication contradicts
itself, the earliest day wins, because the others are of later editions. A time in UTC yields to the
local day that the page shows. A day in the address that is earlier than the markup's is the day on
which the page first appeared. Modified dates are kept as evidence and never win. Nothing else is
used, so a page without any of these stays undated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from lxml import html

from onrecord.index.readers.blocks import Block
from onrecord.index.readers.byline import BlockPlace, find_claims
from onrecord.index.readers.chrome import Label
from onrecord.index.readers.dateclaims import (
    PUBLISHED_TAGS,
    UPDATE_MARK,
    VAGUE_TAGS,
    from_address,
    from_linked_data,
    from_linked_page,
    from_marked,
    from_meta,
    from_scripts,
    from_times,
    updates,
)
from onrecord.index.readers.dates import DateClaim, find_dates
from onrecord.index.readers.metadata import Metadata
from onrecord.index.types import Evidence, Published

MAX_ZONE_DAYS = 1  # an address may name the day before or after, in another time zone
STRONG_LINES = ("published line", "byline")
_UTC = re.compile(r"T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|\+00:?00)$")
_SHOWN = (
    *STRONG_LINES, "date line", "signature", "dated line", "time near the headline",
    "time element", "address",
)  # fmt: skip


def read_page_date(
    text: str,
    root: html.HtmlElement,
    stated: Metadata,
    url: str | None,
    lines: list[Block],
    labels: list[Label | None],
    place: BlockPlace,
    near: Sequence[html.HtmlElement],
) -> tuple[Published, list[Evidence]]:
    """Read the publication date; the second value is all evidence, the winner first."""
    markup = [*from_linked_data(stated), *from_meta(stated, PUBLISHED_TAGS)]
    shown, lost = find_claims([], lines, labels, place)
    strong = [claim for claim in shown if claim.rule in STRONG_LINES]
    claims = [
        *sorted(markup, key=lambda claim: (-len(claim.date), claim.date)),
        *from_marked(root, stated),
        *strong,
        *from_times(near),
        *[claim for claim in shown if claim not in strong],
        *from_meta(stated, VAGUE_TAGS),
        *from_linked_page(stated),
    ]
    addressed = from_address(url)
    if not _days([*claims, *addressed]):
        claims += from_scripts(text)
    claims += addressed
    if not _days(claims):
        claims += _ask_htmldate(text, lines, labels, place)
    lost += updates(stated)
    if not claims:
        return Published(), lost
    best = _choose(claims)
    others = [claim.evidence for claim in claims if claim is not best]
    return Published(best.date, best.precision, best.evidence), [best.evidence, *others, *lost]


def _days(claims: list[DateClaim]) -> list[DateClaim]:
    return [claim for claim in claims if claim.precision == "day"]


def _choose(claims: list[DateClaim]) -> DateClaim:
    """Choose the first claim of the finest precision, with the exceptions above.

    A page printed late on 8 November in New York says `2023-11-09T03:28:35Z` in its markup: where
    the page itself also names the day before or after, that is its date.
    """
    finest = max(len(claim.date) for claim in claims)
    claims = [claim for claim in claims if len(claim.date) == finest]
    best = claims[0]
    if finest < len("2024-12-31"):
        return best
    first = date.fromisoformat(best.date)
    away = [(claim, (date.fromisoformat(claim.date) - first).days) for claim in claims]
    for claim, days in away:
        if claim.rule == "address" and days < -MAX_ZONE_DAYS:
            return claim
    if not _UTC.search(best.evidence.snippet):
        return best
    local = [c for c, days in away if abs(days) == 1 and not _UTC.search(c.evidence.snippet)]
    same = [c for c, days in away[1:] if days == 0 and c.rule in _SHOWN]
    return local[0] if local and not same else best


def _ask_htmldate(
    text: str, lines: list[Block], labels: list[Label | None], place: BlockPlace
) -> list[DateClaim]:
    """Ask htmldate, and use its day only if it is written near the article or in markup.

    htmldate also takes copyright years and any date in the text, which are no publication dates.
    """
    from htmldate import find_date  # slow to import

    try:
        day = find_date(text, extensive_search=False, original_date=True)
    except (RecursionError, ValueError):
        return []
    snippet = (_shown_near(day, lines, labels, place) or _in_markup(day, text)) if day else None
    return [DateClaim(day, "day", Evidence("htmldate", snippet))] if day and snippet else []


def _shown_near(
    day: str, lines: list[Block], labels: list[Label | None], place: BlockPlace
) -> str | None:
    for index in range(max(0, place.headline - 3), min(len(lines), place.start + 2)):
        line = lines[index].text
        told = len(line) < 200 and any(found.date == day for found in find_dates(line))
        if told and labels[index] != "caption" and not re.search("updated|modified", line, re.I):
            return line
    return None


def _in_markup(day: str, text: str) -> str | None:
    """Return the tag that states the day; `<time>` was read before, and updates never count."""
    stated = re.compile(rf"""<[^<>]*(?:date|time|publish)[\w:-]*\s*=\s*["']{day}""", re.I)
    for tag in stated.finditer(text):
        if not re.match("<time", tag[0], re.I) and not UPDATE_MARK.search(tag[0]):
            return tag[0][-40:]
    return None
