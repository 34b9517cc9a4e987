"""Articles, versions, passages and notes as Milvus rows, and the conditions that find them.

A version is named `id@sha256@attempt`. The attempt is random, so that deleting what an earlier
attempt left never meets a row that is needed. Conditions are made of quoted values and never of
unquoted text. A text that is longer than a VARCHAR is stored in pieces, cut between characters.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from collections.abc import Sequence

import numpy as np

from onrecord.index.errors import ArchiveUnwritable
from onrecord.index.local import records
from onrecord.index.milvus.connection import Row, quoted
from onrecord.index.store import IndexedPassage, Source
from onrecord.index.text.terms import index_terms
from onrecord.index.types import Article, Filter

MAX_BYTES = 65_535  # of a VARCHAR; Milvus allows no more
MAX_PIECES = 4_096  # of an ARRAY; Milvus allows no more
MAX_EARLIER = 1_000  # versions of an article that stay readable by their sha256
PIECE_CHARS = MAX_BYTES // 4  # UTF-8 takes at most four bytes per character
BUCKETS = 4_096  # into which articles are divided; the numbers of each are summed up
UNDATED = -1  # the day of an undated article; days are proleptic ordinals
UNUSED = {"unused": [0.0, 0.0]}  # the vector that Milvus requires
ARTICLE_FIELDS = (
    *("id", "version", "earlier", "location", "digest", "language", "first", "last", "outlet"),
    *("passages", "bucket", "number", "deleted"),
)
PASSAGE_FIELDS = ("key", "version", "first", "last", "body", "vector")
SOURCE = "source"


def both(*conditions: str) -> str:
    """All conditions at once."""
    return " and ".join(f"({condition})" for condition in conditions)


def passing(where: Filter) -> list[str]:
    """The conditions of a filter; undated rows pass no window."""
    conditions = []
    if where.published_from:
        conditions.append(f"first >= {where.published_from.toordinal()}")
    if where.published_to:
        conditions.append(f"last <= {where.published_to.toordinal()} and last > {UNDATED}")
    if where.outlets:
        conditions.append(f"outlet in {quoted(name.casefold() for name in where.outlets)}")
    return conditions


def name_version(article: Article) -> str:
    """A name for a version that no other attempt to store it has."""
    return f"{article.id}@{article.sha256}@{secrets.token_hex(4)}"


def article_of(version: str) -> str:
    """The id of a version's article."""
    return version.rsplit("@", 2)[0]


def sha256_of(version: str) -> str:
    """The sha256 of a version's text."""
    return version.rsplit("@", 2)[1]


def versions_of(article: Row) -> list[str]:
    """All versions that an article's row names, the current one first."""
    return [article["version"], *article["earlier"]] if article["version"] else []


def absent(article_id: str) -> Row:
    """The row of an article that is not there."""
    return {
        **{"id": article_id, "version": "", "earlier": [], "location": "", "digest": ""},
        **{"language": "", "first": UNDATED, "last": UNDATED, "outlet": "", "passages": 0},
        **{"bucket": zlib.crc32(article_id.encode()) % BUCKETS, "number": 0, "deleted": False},
        **UNUSED,
    }


def write_version(
    version: str, article: Article, passages: int, location: str, known: Row
) -> tuple[Row, Row]:
    """The row of a version, and what changes in its article's row (`known`) by publishing it."""
    _, _, first, last, outlet, _, digest, record, text, _ = records.article_row(article, "", 0)
    pointing = {
        **{"version": version, "earlier": versions_of(known)[:MAX_EARLIER]},
        **{"location": fit(location, "location"), "digest": digest, "passages": passages},
        **{"first": UNDATED if first is None else first, "language": article.language},
        **{"last": UNDATED if last is None else last, "outlet": fit(outlet or "", "outlet")},
    }
    body = split_text(json.dumps([record, text], ensure_ascii=False))
    return {"key": version, "body": body, **UNUSED}, pointing


def read_version(row: Row) -> Article:
    """The article of a version's row."""
    record, text = json.loads("".join(row["body"]))
    return records.read_article(record, text)


def write_passage(indexed: IndexedPassage, article: Article, version: str, pointing: Row) -> Row:
    """A passage of a version; `pointing` is what `write_version` made for its article."""
    passage = indexed.passage
    _, start, end, tokens, sentences, _, *rest, _ = records.passage_row(indexed, 0, 0)
    numbers = [base64.b64encode(part).decode() for part in (sentences, *rest)]
    body = json.dumps([article.language, passage.text, start, end, tokens, *numbers])
    hashed = hashlib.sha256(f"{version} {start}-{end}".encode()).digest()
    words = " ".join(index_terms(article.title, passage.text, article.language))
    return {
        "key": int.from_bytes(hashed[:8], "big") >> 1,
        "version": version,
        **{name: pointing[name] for name in ("first", "last", "outlet")},
        "body": split_text(body),
        "words": fit(words, "passage's words"),
        "vector": indexed.vector.tolist(),
    }


def read_passage(row: Row) -> IndexedPassage:
    """The passage of a row."""
    language, text, start, end, tokens, *numbers = json.loads("".join(row["body"]))
    sentences, *rest = map(base64.b64decode, numbers)
    vector = np.array(row["vector"], dtype="<f4").tobytes()
    first, last = (None if row[name] == UNDATED else row[name] for name in ("first", "last"))
    columns = (start, end, tokens, sentences, vector, *rest)
    days = records.read_days(first, last)
    return records.read_passage(article_of(row["version"]), language, days, text, columns)


def note(kind: str, name: str, *, body: str = "", number: int = 0, at: int = 0) -> Row:
    """A row of the notes; `at` is in seconds since 1970."""
    return {
        **{"key": note_key(kind, name), "kind": kind, "name": fit(name, kind)},
        **{"body": split_text(body), "number": number, "at": at},
        **UNUSED,
    }


def note_key(kind: str, name: str) -> str:
    """The key of a note."""
    return f"{kind} {hashlib.sha256(name.encode()).hexdigest()}"


def write_source(source: Source) -> Row:
    """A source as a note."""
    body = json.dumps([source.sha256, source.reading, source.articles], ensure_ascii=False)
    return note(SOURCE, source.location, body=body)


def read_source(row: Row) -> Source:
    """The source of a note."""
    sha256, reading, articles = json.loads("".join(row["body"]))
    return Source(row["name"], sha256, reading, tuple(articles))


def split_text(text: str) -> Sequence[str]:
    """The text in pieces that fit. Raises `ArchiveUnwritable` where there are too many."""
    pieces = [text[at : at + PIECE_CHARS] for at in range(0, len(text), PIECE_CHARS)]
    if len(pieces) > MAX_PIECES:
        raise ArchiveUnwritable(f"expected at most {MAX_PIECES} pieces, got {len(pieces)}")
    return pieces


def fit(text: str, what: str) -> str:
    """The text. Raises `ArchiveUnwritable` where Milvus cannot hold it."""
    size = len(text.encode())
    if size > MAX_BYTES:
        raise ArchiveUnwritable(f"expected a {what} of at most {MAX_BYTES} bytes, got {size}")
    return text
