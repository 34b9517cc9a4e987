"""Read RSS and Atom feeds, one article per entry.

Of an entry that has only a summary, the summary is read. Entities are never resolved, so a feed
cannot expand itself or reach the network.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.parsed import ParsedArticle, Rejection
from onrecord.index.readers.structured import read_record

_REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{1,6})|0*([0-9]{1,7}));", re.IGNORECASE)
_FIELDS = {  # element -> field of a record, fuller texts first
    "encoded": "articleBody",
    "content": "content",
    "description": "story",
    "summary": "story",
    "title": "title",
    "link": "link",
    "pubDate": "pubDate",
    "published": "published",
    "date": "date",
    "creator": "creator",
    "author": "author",
}


def read_feed(text: str) -> list[ParsedArticle | Rejection]:
    """Read every entry of a feed; raises `UnreadablePage` where it is broken or has none."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_REFERENCE.sub(_refer, text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadablePage(f"a broken feed: {error.msg}") from None
    entries = [] if root is None else [e for e in root.iter() if _name(e) in ("item", "entry")]
    if not entries:
        raise UnreadablePage("a feed without entries")
    outlet = next((_text(e) for e in root.iter() if _name(e) == "title"), "")
    language = next((_text(e) for e in root.iter() if _name(e) == "language"), "")
    return [
        _read_entry(f"entry {number}", entry, outlet, language)
        for number, entry in enumerate(entries, 1)
    ]


def _refer(reference: re.Match[str]) -> str:
    """U+FFFD for half a surrogate pair, as in HTML; lxml accepts it and cannot read it again."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else reference[0]


def _read_entry(locator: str, entry: Any, outlet: str, language: str) -> ParsedArticle | Rejection:
    record: dict[str, object] = {"outlet": outlet, "language": language}
    for child in entry:
        if child.get("rel", "alternate") != "alternate":  # an enclosure, or the feed itself
            continue
        field = _FIELDS.get(_name(child))
        value = _text(child) or str(child.get("href") or "")
        if field and value and field not in record:
            record[field] = value
    try:
        return read_record(record)
    except UnreadablePage as reason:
        return Rejection(locator, str(reason))


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    return "".join(str(piece) for piece in element.itertext()).strip()
