"""Read JSON records and JSON lines, one record at a time; a broken one does not affect others.

The text of a record is its field unchanged (with LF line ends, without lone surrogates): a body in
a field was cut from its page already, so no chrome is removed. A field of HTML is parsed, and its
blocks are the text. A field that is a complete page is read as a page, and the record's other
fields win over what the page says of itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.decode import tidy
from onrecord.index.readers.fields import TEXT, Fields, read_fields, values
from onrecord.index.readers.language import read_language
from onrecord.index.readers.parsed import (
    MIN_RECORD_WORDS,
    ParsedArticle,
    Rejection,
    collect,
    first_words,
    require_size,
    require_words,
)
from onrecord.index.types import Evidence

LISTS = (
    "articles", "items", "results", "documents", "docs", "records", "entries", "posts", "stories",
    "data", "hits", "news", "@graph",
)  # fmt: skip


_WHOLE_PAGE = re.compile(
    r"\s*(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I
)
_TAGS = re.compile(r"</(?:p|div|span|a|li|ul|h[1-6]|strong|em|article|section)>|<br\s*/?>", re.I)


def read_json(text: str) -> list[ParsedArticle | Rejection]:
    """Read one record, a list of records, or an object that holds a list of them."""
    document = _parse(text)
    records = _records(document)
    if records is None:
        return [read_record(document)]
    if not records:
        raise UnreadablePage("an empty list: no article in it")
    return [_settle(f"item {number}", record) for number, record in enumerate(records, 1)]


def read_json_lines(lines: Iterable[str]) -> Iterator[ParsedArticle | Rejection]:
    """Read one record per line; each bad line becomes a rejection that names it."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        locator = f"line {number}"
        try:
            record = _parse(line)
        except UnreadablePage as reason:
            yield Rejection(locator, str(reason))
            continue
        yield _settle(locator, record)


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


def _join(fields: Fields, page: ParsedArticle) -> ParsedArticle:
    """Join a record with its page; the record's fields win over the page's."""
    evidence = {name: list(found) for name, found in fields.evidence.items()}
    for name, found in page.evidence.items():
        evidence[name] = [*evidence.get(name, []), *found]
    return replace(
        page,
        record_id=fields.record_id,
        url=fields.url or page.url,
        title=fields.title or page.title,
        outlet=fields.outlet or page.outlet,
        authors=fields.authors or page.authors,
        language=fields.language or page.language,
        published=fields.published if fields.published.date else page.published,
        evidence=collect(**evidence),
    )


def make_reading(fields: Fields, text: str, heading: str = "") -> ParsedArticle:
    """Join fields and text; a missing title is the page's heading, else the text's first words."""
    evidence = {name: list(found) for name, found in fields.evidence.items()}
    title = fields.title
    if heading:
        evidence["title"] = [*evidence.get("title", []), Evidence("heading", heading)]
        title = title or heading
    if not title:
        title = first_words(text)
        evidence["title"] = [Evidence("first words", title)]
    return ParsedArticle(
        record_id=fields.record_id,
        url=fields.url,
        title=title,
        text=text,
        outlet=fields.outlet,
        authors=fields.authors,
        language=read_language(text, fields.language),
        published=fields.published,
        evidence=collect(**evidence),
    )


def _settle(locator: str, record: object) -> ParsedArticle | Rejection:
    try:
        return read_record(record)
    except UnreadablePage as reason:
        return Rejection(locator, str(reason))


def _records(document: object) -> list[object] | None:
    if isinstance(document, list):
        return document
    if not isinstance(document, Mapping) or any(_read_text(document).split()):
        return None
    return next(
        (document[name] for name in LISTS if isinstance(document.get(name), list)),
        None,
    )


def _read_text(record: Mapping[str, object]) -> str:
    for _, value in values(record, TEXT):
        if isinstance(value, list):
            value = "\n".join(part for part in value if isinstance(part, str))
        if isinstance(value, str) and value.strip():
            return _strip_markup(tidy(value))
    return ""


def _strip_markup(text: str) -> str:
    if len(_TAGS.findall(text[:20_000])) < 2 and not re.match(r"\s*<(?:p|div)\b", text, re.I):
        return text
    from onrecord.index.readers.pagetree import block_texts, parse  # slow to import

    return "\n".join(block_texts(parse(text)))


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
