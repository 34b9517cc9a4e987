"""Take one article that a client sends into the archive: a record, a page or a file.

Nothing here opens a file or a URL: what is read is what was sent, and of a file's name only the
ending counts, where the content leaves the kind of page open.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from onrecord.index.articles import encode_article, make_article
from onrecord.index.encoder import Encoder
from onrecord.index.errors import Conflict, UnreadablePage
from onrecord.index.identity import identify
from onrecord.index.passages import Budget
from onrecord.index.readers import ParsedArticle, Rejection, read_page
from onrecord.index.store import POSTED, Store
from onrecord.index.types import Article


@dataclass(frozen=True, slots=True)
class Posting:
    """What was sent: its bytes and the name that tells their kind where they do not."""

    raw: bytes
    name: str

    @property
    def sha256(self) -> str:
        """Hex sha256 of the bytes."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """The article as the archive now holds it, and whether that is news to it."""

    article: Article
    is_new: bool


def record_posting(record: dict[str, object]) -> Posting:
    """A record as the JSON that its reader takes."""
    return Posting(json.dumps(record, ensure_ascii=False).encode(), "article.json")


def post(posting: Posting, store: Store, encoder: Encoder, budget: Budget) -> Posted:
    """Read the article, store and publish it; an article that was deleted by hand comes back.

    Raises `UnreadablePage` where there is not exactly one article in it, and `Conflict` where
    another source holds its id.
    """
    reading = _read_one(posting)
    article = make_article(reading, identify(reading, None), POSTED, posting.sha256)
    holder = store.location(article.id)
    if holder is not None and store.holds(article):
        return Posted(article, is_new=False)
    if holder not in (None, POSTED):
        raise Conflict(f"the id {article.id} belongs to an article that was built from a file")
    entries = encode_article(article, encoder, budget)
    store.put(article, entries, POSTED)
    if store.is_deleted(article.id):
        store.undelete(article.id)
    store.publish()
    return Posted(article, is_new=True)


def _read_one(posting: Posting) -> ParsedArticle:
    readings = read_page(posting.raw, posting.name, len(posting.raw))
    if len(readings) != 1:
        raise UnreadablePage(f"expected one article, got {len(readings)}")
    (reading,) = readings
    if isinstance(reading, Rejection):
        raise UnreadablePage(reading.reason)
    return reading
