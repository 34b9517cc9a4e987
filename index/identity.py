"""What makes two pages one: ids, addresses of the same page, and which of two copies is newer."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from onrecord.index.readers.parsed import MODIFIED_TAGS, ParsedArticle
from onrecord.index.readers.records import MODIFIED
from onrecord.index.times.dates import read_date
from onrecord.index.types import Article

_OWN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
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
            try:
                moment = datetime.fromisoformat(evidence.snippet)
            except ValueError:
                moment = datetime.fromisoformat(f"{day[0]}-01-01"[: len("2024-12-05")])
            found.append(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return max(found, default=None)


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
