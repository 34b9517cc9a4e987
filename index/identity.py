"""What makes two pages one: ids, addresses of the same page, and which of two copies is newer.

A page that was saved again, under whatever name, is a new version if it says that it was changed or
captured later. A copy that does not say so stays out, with the reason.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from onrecord.index.errors import Conflict
from onrecord.index.pages import Page
from onrecord.index.readers.parsed import MODIFIED_TAGS, ParsedArticle
from onrecord.index.readers.records import MODIFIED
from onrecord.index.store import POSTED, Store
from onrecord.index.times.dates import read_date
from onrecord.index.types import Article, Filter

_OWN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
SAME_DAY = 200  # articles of an outlet's day that are looked at for the same title
UPDATED_RULES = (
    *("JSON-LD dateModified", "updated line", "capture"),
    *(f"meta {tag}" for tag in MODIFIED_TAGS),
    *(f"field {name}" for name in MODIFIED),
)
_TRACKING = re.compile(
    r"utm_\w+|[a-z]{1,4}clid|mc_[ce]id|amp|outputType|ref|ref_src|cmpid|igshid", re.I
)
_MOBILE = re.compile(r"^(?:www|m|mobile|amp)\.")
_AMP = re.compile(r"/amp(?=/|$)|\.amp(?=\.|$)", re.I)


def identify(parsed: ParsedArticle, path: str | None) -> str:
    """The article's id, the same on every machine: the record's own or a hash.

    The hash is of the URL, else of `path`, else of the text. `path` is `pages.shared_path` for a
    file that holds one article, and None for anything else.
    """
    if parsed.record_id is not None and _OWN_ID.fullmatch(parsed.record_id):
        return parsed.record_id
    return hash_name(_drop_tracking(parsed.url or "") or path or parsed.text)


def hash_name(name: str) -> str:
    """A short name for a long one."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PageIdentity:
    """What tells whether two articles are one page at two times, and which is the newer."""

    url: str | None
    title: str
    outlet: str | None
    day: str | None
    text_sha256: str
    updated: datetime | None

    @classmethod
    def of(cls, article: Article | ParsedArticle) -> Self:
        """That of an article, stored or just read."""
        sha256 = hashlib.sha256(article.text.encode()).hexdigest()
        day, updated = article.published.date, updated_at(article)
        return cls(article.url, article.title, article.outlet, day, sha256, updated)

    def is_same(self, other: PageIdentity) -> bool:
        """Whether both are the same page, by their addresses if both have one."""
        if self.url and other.url:
            return other.url in (self.url, *vary_url(self.url))
        mine, its = (self.title, self.outlet, self.day), (other.title, other.outlet, other.day)
        return self.text_sha256 == other.text_sha256 or (mine == its and self.day is not None)


def updated_at(article: Article | ParsedArticle) -> datetime | None:
    """When a page says that it was changed, else when it was captured; None where it says neither.

    A day without a time is its beginning, and a time without a zone is one of UTC.
    """
    found = []
    for evidence in article.evidence.get("published", ()):
        if evidence.rule in UPDATED_RULES and (day := read_date(evidence.snippet)):
            moment = _read_moment(evidence.snippet)
            if moment is None:
                moment = datetime.fromisoformat(f"{day[0]}-01-01"[: len("2024-12-05")])
            found.append(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return max(found, default=None)


def _read_moment(written: str) -> datetime | None:
    """A moment as ISO 8601 or a mail's header writes it."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError):
            return read(written)
    return None


def vary_url(url: str | None) -> list[str]:
    """The addresses of one page: with and without `www`, TLS, a slash; none with tracking."""
    if url is None:
        return []
    parts = urlsplit(_drop_tracking(url))
    host = _MOBILE.sub("", parts.netloc)
    path = _AMP.sub("", parts.path).rstrip("/")
    return [
        urlunsplit((scheme, prefix + host, path + end, parts.query, ""))
        for scheme in ("https", "http")
        for prefix in ("", "www.")
        for end in ("", "/")
    ]


def _drop_tracking(url: str) -> str:
    """An address without what only says how a reader came; any other is as it was."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
    return url if kept == pairs else urlunsplit((*parts[:3], urlencode(kept), ""))


class SamePage(NamedTuple):
    """What a page has in common with itself saved again, where it has no address."""

    title: str
    outlet: str
    day: date


class KnownPages:
    """Which pages the archive has, and which a build has read, though they may not be stored yet.

    `taken` is the location of each article id of the build.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.taken: dict[str, str] = {}
        self._read: dict[str, PageIdentity] = {}
        self._same: dict[SamePage, str] = {}

    def place(self, parsed: ParsedArticle, article_id: str, page: Page) -> tuple[str, str]:
        """The id and the location under which an article is to be stored.

        They are those of the same page, if the archive has it from elsewhere. A record whose id
        another export gave to another page gets an id with its file's path in it. Raises `Conflict`
        where the archive has the page as new as it is here, or newer.
        """
        placed, location = self._find(parsed, article_id, page)
        if location != page.location or placed in self.taken:
            self._require_newer(placed, PageIdentity.of(parsed), location)
        return placed, location

    def note(self, article_id: str, location: str, parsed: ParsedArticle) -> None:
        """Note that the build has read an article."""
        self.taken[article_id] = location
        self._read[article_id] = PageIdentity.of(parsed)

    def _find(self, parsed: ParsedArticle, article_id: str, page: Page) -> tuple[str, str]:
        if parsed.url is None and parsed.record_id is None:
            article_id = self._find_same(parsed, article_id)
        ids = [article_id]
        if parsed.record_id is None:
            ids += [hash_name(url) for url in vary_url(parsed.url)]
        for one in ids:
            holder = self.taken.get(one) or self._store.location(one)
            if holder is None:
                continue
            if holder in (page.location, POSTED) or not Path(holder).exists():
                return one, page.location
            stored = self._identity(one)
            if parsed.record_id is None or (stored and PageIdentity.of(parsed).is_same(stored)):
                return one, holder
            return f"{one}-{hash_name(page.shared)[:8]}", page.location
        return article_id, page.location

    def _find_same(self, parsed: ParsedArticle, article_id: str) -> str:
        """The id of a page of the same title, outlet and day, if this one says it was updated.

        Others may be two briefs of one day under one title.
        """
        day = parsed.published.first
        if parsed.outlet is None or day is None or parsed.published.precision != "day":
            return article_id
        key = SamePage(parsed.title.casefold(), parsed.outlet.casefold(), day)
        if updated_at(parsed) is None:
            self._same.setdefault(key, article_id)
            return article_id
        if key not in self._same:
            with self._store.snapshot() as snapshot:
                page = snapshot.articles(Filter(day, day, (parsed.outlet,)), None, SAME_DAY)
            found = (one.id for one in page.articles if one.title.casefold() == key.title)
            self._same[key] = next(found, article_id)
        return self._same[key]

    def _identity(self, article_id: str) -> PageIdentity | None:
        """That of what the archive has, or is about to have, under an id."""
        if article_id in self._read:
            return self._read[article_id]
        with self._store.snapshot() as snapshot:
            stored = snapshot.article(article_id)
        return PageIdentity.of(stored) if stored else None

    def _require_newer(self, article_id: str, here: PageIdentity, location: str) -> None:
        there = self._identity(article_id)
        if there is None:
            return
        if not here.is_same(there):
            raise Conflict(f"the id {article_id} is taken by {location}")
        if here.updated is None or (there.updated is not None and here.updated <= there.updated):
            earlier = here.updated and there.updated and here.updated < there.updated
            what = "an earlier version" if earlier else "a copy"
            raise Conflict(f"{what} of the page {article_id}, which is from {location}")
