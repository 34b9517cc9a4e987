"""Read an article's fields from records and front matter, whatever names they use.

Names are compared without case, `_` and `-`. The first name of a list that holds a usable value
wins; the nested object `metadata` (as in BEIR collections) comes after the record itself. A date
that cannot be read is kept as losing evidence and never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from onrecord.index.readers.authors import read_authors
from onrecord.index.readers.dates import read_date
from onrecord.index.readers.decode import tidy
from onrecord.index.readers.language import normalise_tag
from onrecord.index.types import Evidence, Precision, Published

MAX_URL = 2_048  # characters; what browsers and servers agree on
MAX_TITLE = 500

ID = ("id", "_id", "article_id", "doc_id", "docid", "guid", "uuid")
TITLE = ("title", "headline", "name", "heading")
TEXT = (
    "text", "body", "articleBody", "content", "full_text", "article_text", "article", "maintext",
    "body_text", "content_text", "content_html", "html", "body_html", "contents", "story",
)  # fmt: skip
PUBLISHED = (
    "published", "datePublished", "date_published", "published_at", "date", "pubDate",
    "publication_date", "publish_date", "date_publish", "published_on", "published_date",
    "publishedTime", "posted_at", "pub_date", "created_at", "dateCreated", "created", "time",
    "timestamp",
)  # fmt: skip
OUTLET = ("outlet", "publisher", "site_name", "source", "publication", "newspaper", "website")
AUTHORS = ("authors", "author", "byline", "creator", "dc:creator", "writer", "by")
URL = ("url", "link", "canonical_url", "permalink", "source_url", "href", "uri")
LANGUAGE = ("lang", "language", "inLanguage", "language_code")

_INSTANT = re.compile(r"([1-9]\d{8,9})(?:\d{3}|\.\d+)?")  # from 1973 to 2286
_EMPTY = ("", "~", "null", "none", "nan", "n/a")


@dataclass(frozen=True, slots=True)
class Fields:
    """What a mapping says about an article, except for its text."""

    record_id: str | None
    title: str
    outlet: str | None
    authors: tuple[str, ...]
    url: str | None
    language: str | None
    published: Published
    evidence: dict[str, list[Evidence]]


def read_fields(record: Mapping[str, object]) -> Fields:
    """Read the well-known fields of a record or of a front matter."""
    evidence: dict[str, list[Evidence]] = {}
    title, evidence["title"] = _first(record, TITLE)
    outlet, evidence["outlet"] = _first(record, OUTLET)
    published, evidence["published"] = _published(record)
    authors, evidence["authors"] = _authors(record)
    ids = (written(value) for _, value in values(record, ID))
    urls = (clean_url(written(value)) for _, value in values(record, URL))
    tags = (normalise_tag(written(value)) for _, value in values(record, LANGUAGE))
    return Fields(
        record_id=next((name for name in ids if name), None),
        title=(title or "")[:MAX_TITLE],
        outlet=outlet,
        authors=authors,
        url=next((url for url in urls if url), None),
        language=next((tag for tag in tags if tag), None),
        published=published,
        evidence=evidence,
    )


def values(record: Mapping[str, object], names: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Yield (name in the record, value) for the given names, in their order; metadata last."""
    nested = record.get("metadata")
    for mapping in (record, nested if isinstance(nested, Mapping) else {}):
        known = {_plain(str(key)): str(key) for key in mapping}
        for name in names:
            key = known.get(_plain(name))
            if key is not None and mapping[key] is not None:
                yield key, mapping[key]


def written(value: object) -> str:
    """Return the text of a field's value on one line; objects give their name."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("@id")
    if isinstance(value, (list, tuple)) and value:
        return written(value[0]) if not isinstance(value[0], (list, tuple)) else ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    line = " ".join(tidy(str(value)[:10_000]).split())
    return "" if line.lower() in _EMPTY else line


def clean_url(url: str) -> str | None:
    """Return an http or https address with a host; anything else is None."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    sound = parts.scheme in ("http", "https") and host and len(url) <= MAX_URL
    return url if sound and not re.search(r"[\s<>\"\x00-\x1f\\]", url) else None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z:]", "", name.lower())


def _first(
    record: Mapping[str, object], names: tuple[str, ...]
) -> tuple[str | None, list[Evidence]]:
    found = [(key, written(value)) for key, value in values(record, names)]
    evidence = [Evidence(f"field {key}", value) for key, value in found if value]
    return (evidence[0].snippet if evidence else None), evidence


def _published(record: Mapping[str, object]) -> tuple[Published, list[Evidence]]:
    evidence = _first(record, PUBLISHED)[1]
    for index, found in enumerate(evidence):
        value = read_date(found.snippet) or _read_instant(found.snippet)
        if value is not None:
            losers = evidence[:index] + evidence[index + 1 :]
            return Published(*value, found), [found, *losers]
    return Published(), evidence


def _read_instant(written: str) -> tuple[str, Precision] | None:
    """Read seconds or milliseconds since 1970, as crawlers store times, as a day in UTC."""
    found = _INSTANT.fullmatch(written)
    if found is None:
        return None
    return datetime.fromtimestamp(int(found[1]), UTC).date().isoformat(), "day"


def _authors(record: Mapping[str, object]) -> tuple[tuple[str, ...], list[Evidence]]:
    for key, value in values(record, AUTHORS):
        names = tuple(tidy(name) for name in read_authors(value))
        if names:
            return names, [Evidence(f"field {key}", ", ".join(names))]
    return (), []
