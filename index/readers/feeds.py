"""Read feeds (RSS, Atom): the articles in their entries, or the pages that they name.

Of an entry that has only a summary, the summary is read. A feed's entities are never resolved, so
it cannot expand itself or reach the network. A sitemap names pages, too, or other sitemaps.
Source: https://www.sitemaps.org/protocol.html.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, NamedTuple
from urllib.parse import urljoin

from lxml import etree

from onrecord.index.defaults import MAX_PAGE_BYTES
from onrecord.index.errors import UnreadablePage
from onrecord.index.readers.decode import decode
from onrecord.index.readers.parsed import ParsedArticle, Rejection
from onrecord.index.readers.records import clean_url, settle

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
_ENTRIES = ("item", "entry")
_ADDRESSES = ("link", "loc")
_CHANGED = ("updated", "modified", "lastmod")  # RSS says only when an entry was published


class Link(NamedTuple):
    """A page, or a sitemap, and when it was last changed, as its feed writes it."""

    url: str
    changed: str | None


class Links(NamedTuple):
    """What a feed or a sitemap names: pages, or other sitemaps."""

    pages: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()


def read_feed(text: str) -> list[ParsedArticle | Rejection]:
    """Read every entry of a feed; raises `UnreadablePage` where it is broken or has none."""
    root = _parse(text)
    entries = [] if root is None else [e for e in root.iter() if _name(e) in _ENTRIES]
    if not entries:
        raise UnreadablePage("a feed without entries")
    outlet = next((_text(e) for e in root.iter() if _name(e) == "title"), "")
    language = next((_text(e) for e in root.iter() if _name(e) == "language"), "")
    return [
        _read_entry(f"entry {number}", entry, outlet, language)
        for number, entry in enumerate(entries, 1)
    ]


def read_links(raw: bytes, url: str) -> Links:
    """What a feed or sitemap at an address names, in its order; it may be packed with gzip.

    Raises `UnreadablePage` for anything else, with the feed's address for a page that names one.
    """
    text = decode(_unpack(raw) if raw.startswith(b"\x1f\x8b") else raw)
    root = _parse(text)
    kind = "" if root is None else _name(root)
    if kind not in ("rss", "feed", "RDF", "urlset", "sitemapindex"):
        feed = _find_feed(text, url)
        raise UnreadablePage(f"neither a feed nor a sitemap{feed and f'; its feed is {feed}'}")
    found = (_read_link(e, url) for e in root.iter() if _name(e) in (*_ENTRIES, "url", "sitemap"))
    links = tuple({link.url: link for link in found if link}.values())
    return Links(sitemaps=links) if kind == "sitemapindex" else Links(pages=links)


def _parse(text: str) -> Any:
    """The root element, None where there is none. Raises `UnreadablePage` for broken XML."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(_REFERENCE.sub(_refer, text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadablePage(f"a broken feed: {error.msg}") from None


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
    return settle(locator, record)


def _read_link(entry: Any, base: str) -> Link | None:
    children = [e for e in entry if e.get("rel", "alternate") == "alternate"]
    named = (str(e.get("href") or "") or _text(e) for e in children if _name(e) in _ADDRESSES)
    address = next(filter(None, named), "")
    url = clean_url(urljoin(base, address.partition("#")[0])) if address else None
    changed = next((_text(e) for e in children if _name(e) in _CHANGED), None)
    return Link(url, changed or None) if url else None


def _unpack(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # gzip
    try:
        body = unpacking.decompress(raw, MAX_PAGE_BYTES)
    except zlib.error as error:
        raise UnreadablePage(f"broken gzip: {error}") from None
    if unpacking.unconsumed_tail:
        raise UnreadablePage(f"too large: expected at most {MAX_PAGE_BYTES:,} bytes unpacked")
    return body


def _find_feed(text: str, url: str) -> str:
    page = etree.HTML(text.encode())
    links = () if page is None else page.iterfind(".//link[@rel='alternate']")
    feeds = (str(link.get("href") or "") for link in links if "+xml" in link.get("type", ""))
    return next((urljoin(url, href) for href in feeds if href), "")


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    return "".join(str(piece) for piece in element.itertext()).strip()
