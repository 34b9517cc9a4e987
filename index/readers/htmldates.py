"""Read when an HTML page was published, from its strongest statement.

A claim is what the page states in one place. The order of claims is: JSON-LD `datePublished` of the
article; meta tags of publication; `<time>` and microdata marked as publication; a `Published` line
or byline between headline and article (`byline`); `<time>` there; a date line there; meta tags that
only say "date"; JSON-LD of the page itself; the page's own data in its scripts, where all of it
names one day; the page's address; `<time>` anywhere, where all of them name one day; what htmldate
finds in the page, if that day is written in it near the headline. Markup that each article of a
list could carry (`<time>`, microdata) is used only near the headline or where it is marked as
publication.

There are four exceptions. A finer date beats a coarser one. Where markup of publication contradicts
itself, the earliest day wins, because the others are of later editions. A time in UTC yields to the
local day that the page shows. A day in the address that is earlier than the markup's is the day on
which the page first appeared. Modified dates are kept as evidence and never win, nor do days on
which no page can have been published (`is_plausible`). Nothing else is used, so a page without any
of these stays undated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from lxml import html

from onrecord.index.readers.blocks import Block
from onrecord.index.readers.byline import BlockPlace, DateClaim, find_claims
from onrecord.index.readers.decode import tidy
from onrecord.index.readers.metadata import Metadata, one_line
from onrecord.index.readers.parsed import MODIFIED_TAGS
from onrecord.index.readers.records import written
from onrecord.index.times.dates import find_dates, is_plausible, read_date, read_instant
from onrecord.index.times.names import month_number
from onrecord.index.types import Evidence, Published

NEAR_HEADLINE = 15  # blocks from the headline on that may hold its date
MAX_ZONE_DAYS = 1  # an address may name the day before or after, in another time zone
STRONG_LINES = ("published line", "byline")
_UTC = re.compile(r"T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|\+00:?00)$")
_SHOWN = (
    *STRONG_LINES, "date line", "signature", "dated line", "time near the headline",
    "time element", "address",
)  # fmt: skip
PUBLISHED_TAGS = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time",
    "article:published", "publication_date", "publish-date", "publishdate", "published_time",
    "parsely-pub-date", "sailthru.date", "date.published", "published-date", "pubdate",
    "publish_date",
    "article.published", "dc.date.issued", "dcterms.issued",
    "cxenseparse:recs:publishtime", "article_date_original", "originalpublicationdate", "ptime",
    "rnews:datepublished", "citation_publication_date", "article:post_time", "og:pubdate",
    "displaydate", "article-publication-date",
)  # fmt: skip
# Tags whose meaning is only a convention: they rank below what the page shows its readers.
VAGUE_TAGS = (
    "dc.date", "dcterms.date", "date", "timestamp", "dcterms.created", "dc.date.created",
)  # fmt: skip
MAX_TIMES = 500  # elements looked at; a page of comments has hundreds
_PUBLICATION_MARK = re.compile(r"publish|pubdate|entry-date|posted", re.I)
UPDATE_MARK = re.compile(r"modif|updat|edited|revis", re.I)
# `/2024/12/3-questions/` names a month, and `/2024-12-03-questions/` a day.
_SEPARATED = re.compile(
    r"/((?:19|20)\d\d)(?:(/)|-)(\d\d?|[a-z]{3})(?(2)/|-)(\d\d?)(?=(?(2)[/_.?#]|[/_.?#-])|$)", re.I
)
_COMPACT = re.compile(r"[/_-]((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.?#-]|$)")
_MONTH = re.compile(r"/((?:19|20)\d\d)/(\d\d)/(?!\d{1,2}/)", re.I)
# What SingleFile and the Wayback Machine write into the pages that they save.
_CAPTURE = re.compile(r"\bsaved date: ([^\n]{10,80})|\bFILE ARCHIVED ON [\d:]+ (\w+ \d+, \d{4})")
HEAD_CHARS = 5_000
_STATE = re.compile(
    r"""\\?["'](?:date_?published?|publish(?:ed)?_?(?:date|at|on|time)|pub_?date|first_?published\w{0,8}|
    publication_?date)\\?["']\s*:\s*\\?["'](\d{4}-\d\d-\d\d[^"'\\<>]{0,20})""",
    re.I | re.X,
)


def read_page_date(
    text: str,
    root: html.HtmlElement,
    stated: Metadata,
    url: str | None,
    blocks: list[Block],
    place: BlockPlace,
) -> tuple[Published, list[Evidence]]:
    """Read the publication date; the second value is all evidence, the winner first."""
    markup = [
        *_read("JSON-LD datePublished", written(stated.article.get("datePublished"))),
        *_from_meta(stated, PUBLISHED_TAGS),
    ]
    shown, lost = find_claims([], blocks, place)
    head = blocks[place.headline : min(place.start + 1, place.headline + NEAR_HEADLINE)]
    near = [element for block in head for element in block.times]
    strong = [claim for claim in shown if claim.rule in STRONG_LINES]
    claims = [
        *sorted(markup, key=lambda claim: (-len(claim.date), claim.date)),
        *_from_marked(root, stated),
        *strong,
        *_from_times(near),
        *[claim for claim in shown if claim not in strong],
        *_from_meta(stated, VAGUE_TAGS),
        *_read("JSON-LD page", written(stated.page.get("datePublished"))),
        *_read("JSON-LD dateCreated", written(stated.article.get("dateCreated"))),
    ]
    addressed = _from_address(url)
    if not _days([*claims, *addressed]):
        claims += _from_scripts(text)
    claims += addressed
    if not _days(claims):
        claims += _from_only_day(stated)
    if not _days(claims):
        claims += _ask_htmldate(text, blocks, place)
    if modified := one_line(stated.article.get("dateModified")):
        lost.append(Evidence("JSON-LD dateModified", modified))
    lost += [Evidence(f"meta {tag.rule}", tag.snippet) for tag in stated.tags(*MODIFIED_TAGS)]
    lost += [
        Evidence("capture", found[1] or found[2]) for found in _CAPTURE.finditer(text[:HEAD_CHARS])
    ]
    lost += [claim.evidence for claim in claims if not is_plausible(claim.date)]
    claims = [claim for claim in claims if is_plausible(claim.date)]
    if not claims:
        return Published(), lost
    best = _choose(claims)
    others = [claim.evidence for claim in claims if claim is not best]
    return Published(best.date, best.precision, best.evidence), [best.evidence, *others, *lost]


def _days(claims: list[DateClaim]) -> list[DateClaim]:
    return [claim for claim in claims if claim.precision == "day" and is_plausible(claim.date)]


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
    same = [
        claim
        for claim, days in away[1:]
        if days == 0 and claim.rule in _SHOWN and not _UTC.search(claim.evidence.snippet)
    ]
    return local[0] if local and not same else best


def _ask_htmldate(text: str, blocks: list[Block], place: BlockPlace) -> list[DateClaim]:
    """Ask htmldate, and use its day only if it is written near the article or in markup.

    htmldate also takes copyright years and any date in the text, which are no publication dates.
    """
    from htmldate import find_date  # slow to import

    try:
        day = find_date(text, extensive_search=False, original_date=True)
    except (RecursionError, ValueError):
        return []
    snippet = (_shown_near(day, blocks, place) or _in_markup(day, text)) if day else None
    return [DateClaim(day, "day", Evidence("htmldate", snippet))] if day and snippet else []


def _shown_near(day: str, blocks: list[Block], place: BlockPlace) -> str | None:
    for block in blocks[max(0, place.headline - 3) : place.start + 2]:
        line = block.text
        told = len(line) < 200 and any(found.date == day for found in find_dates(line))
        if told and block.label != "caption" and not re.search("updated|modified", line, re.I):
            return line
    return None


def _in_markup(day: str, text: str) -> str | None:
    """Return the tag that states the day; `<time>` was read before, and updates never count."""
    stated = re.compile(rf"""<[^<>]*(?:date|time|publish)[\w:-]*\s*=\s*["']{day}""", re.I)
    for tag in stated.finditer(text):
        if not re.match("<time", tag[0], re.I) and not UPDATE_MARK.search(tag[0]):
            return tag[0][-40:]
    return None


def _from_meta(stated: Metadata, tags: Iterable[str]) -> list[DateClaim]:
    return [c for tag in stated.tags(*tags) for c in _read(f"meta {tag.rule}", tag.snippet)]


def _from_marked(root: html.HtmlElement, stated: Metadata) -> list[DateClaim]:
    """Return the first claim of a `<time>` or a property that is marked as publication."""
    marked = [element for element in stated.times[:MAX_TIMES] if _is_publication(element)]
    marked += root.xpath("//*[@itemprop='datePublished' and not(self::meta) and not(self::time)]")
    for element in marked[:MAX_TIMES]:
        if claims := _read("time element", _value(element)):
            return claims
    return []


def _from_times(near: Iterable[html.HtmlElement]) -> list[DateClaim]:
    """Return the first claim of the `<time>` elements near the headline, updates excepted."""
    for element in near:
        told = not UPDATE_MARK.search(_marks(element))
        if told and (claims := _read("time near the headline", _value(element))):
            return claims
    return []


def _from_only_day(stated: Metadata) -> list[DateClaim]:
    """Return the claim of all `<time>` elements, where all name one day; else it lists others."""
    told = (
        one
        for one in stated.times[:MAX_TIMES]
        if not UPDATE_MARK.search(_marks(one))
        and next(one.iterancestors("aside", "footer", "nav"), None) is None
    )
    claims = [claim for one in told for claim in _read("only time", _value(one))]
    return claims[:1] if len({claim.date for claim in claims}) == 1 else []


def _from_scripts(text: str) -> list[DateClaim]:
    """Return the claim of the page's own data if all of it names one day; else it lists others."""
    found = [value[1] for value in _STATE.finditer(text)][:MAX_TIMES]
    claims = [claim for value in found for claim in _read("page data", value.strip())]
    return claims[:1] if len({claim.date for claim in claims}) == 1 else []


def _from_address(url: str | None) -> list[DateClaim]:
    """Return the claim of the page's address: a day, or a month."""
    if url is None:
        return []
    if found := _SEPARATED.search(url):
        number = found[3] if found[3].isdigit() else month_number(found[3]) or 0
        read = read_date(f"{found[1]}-{number:0>2}-{found[4]:0>2}")
    elif found := _COMPACT.search(url) or _MONTH.search(url):
        read = read_date("-".join(found.groups()))
    else:
        return []
    return [DateClaim(*read, Evidence("address", found[0]))] if read else []


def _read(rule: str, value: str) -> list[DateClaim]:
    read = read_date(value) or read_instant(value)
    return [DateClaim(*read, Evidence(rule, value))] if read else []


def _value(element: html.HtmlElement) -> str:
    """Return the date as an element writes it: its attribute, else its text."""
    for name in ("datetime", "content", "title"):
        if (value := str(element.get(name, "")).strip()) and read_date(value):
            return one_line(value)
    shown = one_line("".join(element.itertext()))
    found = next(find_dates(shown), None)
    return shown if read_date(shown) or found is None else shown[found.start : found.end]


def _marks(element: html.HtmlElement) -> str:
    names = ("itemprop", "class", "id", "data-testid")
    return " ".join(str(element.get(name, "")) for name in names)


def _is_publication(element: html.HtmlElement) -> bool:
    marks = _marks(element)
    shown = tidy("".join(element.itertext())).strip()[:40]
    told = _PUBLICATION_MARK.search(marks) or element.get("pubdate") is not None
    says = re.match(r"(?:first )?(?:published|posted)\b", shown, re.I)
    return bool(told or says) and not UPDATE_MARK.search(marks)
