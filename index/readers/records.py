"""Read records: JSON and JSON lines.

Fields are found whatever names they use, compared without case, `_` and `-`. The first name of a
list that holds a usable value wins; the nested object `metadata` (as in BEIR collections) comes
after the record itself. A date that cannot be read is kept as losing evidence and never replaced.

The text of a record is its field (with LF line ends, without lone surrogates and with the
characters that its entities stand for): a body in a field was cut from its page already, so no
chrome is removed. A field of HTML is parsed, and its blocks are the text. A field that is a
complete page is read as a page, and the record's other fields win over what the page says of
itself. A broken record does not affect others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.authors import read_authors
from onrecord.index.readers.decode import tidy
from onrecord.index.readers.language import normalise_tag, read_language
from onrecord.index.readers.parsed import (
    MIN_RECORD_WORDS,
    ParsedArticle,
    Rejection,
    collect,
    first_words,
    require_size,
    require_words,
)
from onrecord.index.times.dates import is_plausible, puts_day_first, read_date, read_instant
from onrecord.index.types import Evidence, Published

LISTS = (
    "articles", "items", "results", "documents", "docs", "records", "entries", "posts", "stories",
    "data", "hits", "news", "@graph",
)  # fmt: skip


_WHOLE_PAGE = re.compile(
    r"\s*(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I
)
_TAGS = re.compile(r"</(?:p|div|span|a|li|ul|h[1-6]|strong|em|article|section)>|<br\s*/?>", re.I)
_ENTITY = re.compile(r"&(?:#\d{2,7}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d{0,2});", re.I)
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
    "publishedTime", "posted_at", "pub_date",
)  # fmt: skip
# When a record was made: of a page that a reader saved, that is the day of saving. So they count
# only in records that do not know of a publication, not even of an unknown one.
CREATED = ("created_at", "dateCreated", "created", "time", "timestamp")
MODIFIED = ("dateModified", "updated_at", "updated", "modified", "last_modified", "modified_at")
OUTLET = ("outlet", "publisher", "site_name", "source", "publication", "newspaper", "website")
AUTHORS = ("authors", "author", "byline", "creator", "dc:creator", "writer", "by")
URL = ("url", "link", "canonical_url", "permalink", "source_url", "href", "uri")
WRAPPED = ("name", "title", "rendered", "@value", "#text", "$date", "$numberLong", "@id")
LANGUAGE = ("lang", "language", "inLanguage", "language_code")
_EMPTY = ("", "~", "null", "none", "nan", "n/a")


def read_json(text: str) -> list[ParsedArticle | Rejection]:
    """Read one record, a list of records, or an object that holds a list of them."""
    document = _parse(text)
    records = _records(document)
    if records is None:
        return [read_record(document)]
    if not records:
        raise UnreadablePage("an empty list: no article in it")
    return [settle(f"item {number}", record) for number, record in enumerate(records, 1)]


def read_json_lines(lines: Iterable[str], first: int = 1) -> Iterator[ParsedArticle | Rejection]:
    """Read one record per line; each bad line becomes a rejection that names it.

    `first` is the number of the first line.
    """
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        try:
            yield read_record(_parse(line))
        except UnreadablePage as reason:
            yield Rejection(f"line {number}", str(reason))


def read_json_text(text: str) -> list[ParsedArticle | Rejection]:
    """Read one record per line. Raises `UnreadablePage` where no line holds one."""
    if lines := list(read_json_lines(text.split("\n"))):
        return lines
    raise UnreadablePage("no line holds a record")


def read_record(record: object) -> ParsedArticle:
    """Read one record; raises `UnreadablePage` where it has no text worth keeping."""
    if not isinstance(record, Mapping):
        raise UnreadablePage(f"expected a JSON object, got {type(record).__name__}")
    fields = read_fields(record)
    page = _read_page(record)
    if page is not None:
        return _join(fields, page)
    text = _read_text(record)
    if not text.strip():
        raise UnreadablePage(f"no article text: none of the fields {', '.join(TEXT[:4])} holds any")
    require_size(text)
    require_words(text, MIN_RECORD_WORDS)
    return make_reading(fields, text)


def _read_page(record: Mapping[str, object]) -> ParsedArticle | None:
    """Read a record that holds a complete page, as crawlers store them; None for any other."""
    first = next((value for _, value in values(record, TEXT) if isinstance(value, str)), "")
    if not _WHOLE_PAGE.match(first):
        return None
    from onrecord.index.readers.html import read_html  # slow to import

    return read_html(tidy(first))


def _join(fields: ParsedArticle, page: ParsedArticle) -> ParsedArticle:
    """Join a record with its page; the record's fields win over the page's."""
    evidence = {
        name: [*found, *page.evidence.get(name, ())] for name, found in fields.evidence.items()
    }
    return replace(
        page,
        record_id=fields.record_id,
        url=fields.url or page.url,
        title=fields.title or page.title,
        outlet=fields.outlet or page.outlet,
        authors=fields.authors or page.authors,
        language=page.language if fields.language == "und" else fields.language,
        published=fields.published if fields.published.date else page.published,
        evidence=collect(**evidence),
    )


def make_reading(fields: ParsedArticle, text: str, heading: str = "") -> ParsedArticle:
    """Join fields and text; a missing title is the page's heading, else the text's first words."""
    titles = [*fields.evidence["title"], *([Evidence("heading", heading)] if heading else [])]
    title = fields.title or heading or first_words(text)
    if not fields.title and not heading:
        titles = [Evidence("first words", title)]
    return replace(
        fields,
        title=title,
        text=text,
        language=read_language(text, fields.language),
        evidence=collect(**{**fields.evidence, "title": titles}),
    )


def settle(locator: str, record: object) -> ParsedArticle | Rejection:
    """The article of a record, or why it is none; `locator` says where it stands in its file."""
    try:
        return read_record(record)
    except UnreadablePage as reason:
        return Rejection(locator, str(reason))


def _records(document: object) -> list[object] | None:
    if isinstance(document, list):
        return document
    if not isinstance(document, Mapping) or any(_read_text(document).split()):
        return None
    return next((document[name] for name in LISTS if isinstance(document.get(name), list)), None)


def _read_text(record: Mapping[str, object]) -> str:
    for _, value in values(record, TEXT):
        if isinstance(value, Mapping):
            value = next((value[key] for key in WRAPPED if value.get(key)), "")
        if isinstance(value, list):
            value = "\n".join(part for part in value if isinstance(part, str))
        if isinstance(value, str) and value.strip():
            return _strip_markup(tidy(value))
    return ""


def _strip_markup(text: str) -> str:
    if len(_TAGS.findall(text[:20_000])) < 2 and not re.match(r"\s*<(?:p|div)\b", text, re.I):
        return _unescape(text)
    from onrecord.index.readers.pagetree import block_texts, parse  # slow to import

    return "\n".join(block_texts(parse(text)))


def _unescape(text: str) -> str:
    """The text with its entities read, once more where they were escaped twice."""
    for _ in range(2):
        if _ENTITY.search(text):
            text = tidy(unescape(text))
    return text


def _parse(text: str) -> object:
    try:
        # NaN and Infinity are not JSON: a field that holds one counts as empty.
        return json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise UnreadablePage("broken JSON: nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise UnreadablePage(f"broken JSON: {error.msg} at {where}column {error.colno}") from None
    except ValueError:
        raise UnreadablePage("broken JSON: a number of too many digits") from None


def read_fields(record: Mapping[str, object]) -> ParsedArticle:
    """Read the well-known fields of a record or of a front matter, except for its text."""
    evidence: dict[str, tuple[Evidence, ...]] = {}
    evidence["title"] = titles = _evidence(record, TITLE)
    evidence["outlet"] = outlets = _evidence(record, OUTLET)
    published, evidence["published"] = _published(record)
    authors, evidence["authors"] = _authors(record)
    ids = (written(value) for _, value in values(record, ID))
    urls = (clean_url(written(value)) for _, value in values(record, URL))
    tags = (normalise_tag(written(value)) for _, value in values(record, LANGUAGE))
    return ParsedArticle(
        record_id=next((name for name in ids if name), None),
        title=titles[0].snippet[:MAX_TITLE] if titles else "",
        text="",
        outlet=outlets[0].snippet if outlets else None,
        authors=authors,
        url=next((url for url in urls if url), None),
        language=next((tag for tag in tags if tag), "und"),
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
    """Return the text of a field's value on one line; objects give their name, or what they wrap.

    `$date` and `$numberLong` are MongoDB's, `rendered` is WordPress's, `@value` is JSON-LD's.
    """
    if isinstance(value, Mapping):
        return next((found for key in WRAPPED if (found := written(value.get(key)))), "")
    if isinstance(value, (list, tuple)) and value:
        return written(value[0]) if not isinstance(value[0], (list, tuple)) else ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    line = " ".join(_unescape(tidy(str(value)[:10_000])).split())
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


def _evidence(record: Mapping[str, object], names: tuple[str, ...]) -> tuple[Evidence, ...]:
    found = ((key, written(value)) for key, value in values(record, names))
    return tuple(Evidence(f"field {key}", value) for key, value in found if value)


def _published(record: Mapping[str, object]) -> tuple[Published, tuple[Evidence, ...]]:
    nested = record.get("metadata")
    keys = {_plain(str(key)) for key in (*record, *(nested if isinstance(nested, Mapping) else ()))}
    knows = not keys.isdisjoint(map(_plain, PUBLISHED))
    evidence = _evidence(record, PUBLISHED if knows else CREATED)
    evidence += _evidence(record, MODIFIED)
    language = next((written(value) for _, value in values(record, LANGUAGE)), None)
    for index, found in enumerate(evidence):
        if _plain(found.rule.removeprefix("field ")) in _MODIFIED:
            break
        value = read_date(found.snippet, puts_day_first(language)) or read_instant(found.snippet)
        if value is not None and is_plausible(value[0]):
            return Published(*value, found), (found, *evidence[:index], *evidence[index + 1 :])
    return Published(), evidence


_MODIFIED = frozenset(map(_plain, MODIFIED))


def _authors(record: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    for key, value in values(record, AUTHORS):
        if names := tuple(tidy(name) for name in read_authors(value)):
            return names, (Evidence(f"field {key}", ", ".join(names)),)
    return (), ()
