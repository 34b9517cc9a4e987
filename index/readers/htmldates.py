"""When an HTML page was published, from its strongest statement on.

The order: JSON-LD `datePublished`; meta tags of publication; `<time>` marked as publication;
`<time>` or a line of date between headline and article (`byline`); the date in the page's own
address; what htmldate finds in the page, if that day is written in it near the headline. Modified
dates are kept as evidence and never win. Nothing else is asked, so a page without any of these
stays undated.
"""

from __future__ import annotations

import re
from datetime import date

from index.readers.blocks import Block
from index.readers.byline import Place, read_published
from index.readers.chrome import Label
from index.readers.dates import find_dates, read_date
from index.readers.metadata import Metadata, one_line
from index.types import Evidence, Precision, Published

PUBLISHED_TAGS = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time",
    "article:published", "publication_date", "publish-date", "publishdate", "published_time",
    "parsely-pub-date", "sailthru.date", "date.published", "published-date", "pubdate",
    "publish_date",
    "article.published", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "cxenseparse:recs:publishtime", "article_date_original", "originalpublicationdate", "ptime",
    "rnews:datepublished", "citation_publication_date", "article:post_time", "og:pubdate",
    "dc.date", "dcterms.date", "date", "displaydate", "article-publication-date", "timestamp",
)  # fmt: skip
MODIFIED_TAGS = (
    "article:modified_time", "datemodified", "og:updated_time", "lastmod", "last-modified",
    "revised",
)  # fmt: skip

_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d|[a-z]{3})[/-]?(\d\d)(?=[/_.-]|$)", re.I)
_MONTH_IN_URL = re.compile(r"/((?:19|20)\d\d)/(\d\d)/(?!\d{1,2}/)", re.I)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_UTC = re.compile(r"T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|\+00:?00)$")
_VISIBLE = ("published line", "byline", "date line", "signature", "address")

Claim = tuple[tuple[str, Precision], Evidence]


def read_page_date(
    text: str,
    stated: Metadata,
    url: str | None,
    lines: list[Block],
    labels: list[Label | None],
    place: Place,
) -> tuple[Published, list[Evidence]]:
    """Read the publication date; the second value is all evidence, the winner first."""
    claims = [*_from_markup(stated), *_from_times(stated)]
    visible, evidence = read_published([], lines, labels, place)
    if visible.date and visible.precision:
        claims.append(((visible.date, visible.precision), evidence[0]))
    claims += _from_url(url)
    if not any(len(claim[0][0]) == 10 for claim in claims):
        claims += _from_htmldate(text, lines, labels, place)
    losers = [one for one in evidence if all(one != claim[1] for claim in claims)]
    losers += _modified(stated)
    if not claims:
        return Published(), losers
    best = _choose(claims)
    others = [claim[1] for claim in claims if claim is not best]
    return Published(*best[0], best[1]), [best[1], *others, *losers]


def _choose(claims: list[Claim]) -> Claim:
    """Choose the first claim of the finest precision; an instant in UTC yields to a local day.

    A page printed late on 8 November in New York says `2023-11-09T03:28:35Z` in its markup: where
    the page itself also names the day before or after, that is its date.
    """
    finest = max(len(claim[0][0]) for claim in claims)
    claims = [claim for claim in claims if len(claim[0][0]) == finest]
    best = claims[0]
    if finest < 10 or not _UTC.search(best[1].snippet):
        return best
    days = [(claim, date.fromisoformat(claim[0][0])) for claim in claims]
    near = [claim for claim, day in days if abs((day - days[0][1]).days) == 1]
    local = [claim for claim in near if not _UTC.search(claim[1].snippet)]
    same = [claim for claim, day in days[1:] if day == days[0][1] and claim[1].rule in _VISIBLE]
    return local[0] if local and not same else best


def _from_markup(stated: Metadata) -> list[Claim]:
    found = [("JSON-LD datePublished", one_line(stated.article.get("datePublished")))]
    found += [(f"meta {tag}", stated.meta[tag][0]) for tag in PUBLISHED_TAGS if tag in stated.meta]
    return [claim for rule, value in found for claim in _read(rule, value)]


def _from_times(stated: Metadata) -> list[Claim]:
    claims: list[Claim] = []
    for element, value in stated.times:
        marks = " ".join(str(element.get(name, "")) for name in ("itemprop", "class", "pubdate"))
        if re.search(r"publish|pubdate|entry-date|posted", marks + str(element.keys()), re.I):
            claims += _read("time element", value)
    return claims[:1]


def _read(rule: str, value: str) -> list[Claim]:
    read = read_date(value)
    return [(read, Evidence(rule, value))] if read else []


def _from_url(url: str | None) -> list[Claim]:
    found = _IN_URL.search(url or "")
    if found:
        month = found[2].lower()
        number = _MONTHS.index(month) + 1 if month in _MONTHS else month
        read = read_date(f"{found[1]}-{number:0>2}-{found[3]}")
    else:
        found = _MONTH_IN_URL.search(url or "")
        read = read_date(f"{found[1]}-{found[2]}") if found else None
    return [(read, Evidence("address", found[0]))] if found and read else []


def _from_htmldate(
    text: str, lines: list[Block], labels: list[Label | None], place: Place
) -> list[Claim]:
    """Ask htmldate, and believe it only where that day is written near the article, or in markup.

    Its own search goes on to copyright years and any date in the text: none of that is publication.
    """
    from htmldate import find_date  # slow to import

    try:
        day = find_date(text, extensive_search=False, original_date=True)
    except (RecursionError, ValueError):
        return []
    snippet = (_near_headline(day, lines, labels, place) or _in_markup(day, text)) if day else None
    return [((day, "day"), Evidence("htmldate", snippet))] if day and snippet else []


def _near_headline(
    day: str, lines: list[Block], labels: list[Label | None], place: Place
) -> str | None:
    for index in range(max(0, place.headline - 3), min(len(lines), place.start + 2)):
        line = lines[index].text
        told = len(line) < 200 and any(found.date == day for found in find_dates(line))
        if told and labels[index] != "caption" and not re.search("updated|modified", line, re.I):
            return line
    return None


def _in_markup(day: str, text: str) -> str | None:
    found = re.search(rf"""<[^<>]*(?:date|time|publish)[\w:-]*\s*=\s*["']{day}""", text, re.I)
    return found[0][-40:] if found else None


def _modified(stated: Metadata) -> list[Evidence]:
    found = [
        Evidence(f"meta {tag}", stated.meta[tag][0]) for tag in MODIFIED_TAGS if tag in stated.meta
    ]
    value = one_line(stated.article.get("dateModified"))
    return ([Evidence("JSON-LD dateModified", value)] if value else []) + found
