"""Articles, passages, sources and tombstones as Milvus rows, and how a writer changes them.

A writer changes rows in a generation of its own. A text that is longer than a VARCHAR is stored in
pieces, cut between characters. Tombstones are the ids that later builds leave out.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Sequence

import numpy as np

from onrecord.index.errors import ArchiveUnwritable
from onrecord.index.local.records import article_row, read_article, read_days
from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import UNDATED, both, quoted, standing, untouched
from onrecord.index.milvus.generations import OpenGeneration, Totals
from onrecord.index.milvus.schema import ARTICLES, MAX_BYTES, MAX_PIECES, NEVER, NOTES, PASSAGES
from onrecord.index.store import IndexedPassage, Source
from onrecord.index.text.terms import index_terms
from onrecord.index.types import Article, Passage, Span

PIECE_CHARS = MAX_BYTES // 4  # UTF-8 takes at most four bytes per character
PASSAGE_FIELDS = (
    *("key", "article", "start", "end", "tokens", "text", "sentences", "vector"),
    *("sentence_vectors", "first", "last"),
)
KNOWN_FIELDS = ("key", "id", "location", "digest")
TOMBSTONE = "tombstone"


def write_article(article: Article, location: str, generation: int) -> Row:
    """A version of an article, added by a generation."""
    article_id, sha256, first, last, outlet, _, digest, record, text, _ = article_row(
        article, location, generation
    )
    return {
        "key": f"{article_id}@{digest}@{generation}",
        "id": article_id,
        "sha256": sha256,
        "digest": digest,
        "location": fit(location, "location"),
        "first": UNDATED if first is None else first,
        "last": UNDATED if last is None else last,
        "outlet": fit(outlet or "", "outlet"),
        "added": generation,
        "removed": NEVER,
        "erased": NEVER,
        "body": split_text(json.dumps([record, text], ensure_ascii=False)),
        "unused": [0.0, 0.0],
    }


def read_body(row: Row) -> Article:
    """The article of a row."""
    record, text = json.loads("".join(row["body"]))
    return read_article(record, text)


def write_passage(indexed: IndexedPassage, article: Article, version: Row, words: list[str]) -> Row:
    """A passage of a version; `words` are those of its title and text, analysed."""
    passage = indexed.passage
    parts = indexed.sentence_vectors.astype("<f2").tobytes()
    return {
        "key": passage_key(version["key"], passage.span),
        "version": version["key"],
        "article": article.id,
        **{name: version[name] for name in ("first", "last", "outlet", "added", "removed")},
        "start": passage.span.start,
        "end": passage.span.end,
        "tokens": passage.tokens,
        "text": fit(passage.text, "passage"),
        "sentences": split_text(
            json.dumps([article.language, *((s.start, s.end) for s in passage.sentences)])
        ),
        "sentence_vectors": split_text(base64.b64encode(parts).decode()),
        "words": fit(" ".join(words), "passage's words"),
        "vector": indexed.vector.tolist(),
    }


def read_passage(row: Row) -> IndexedPassage:
    """The passage of a row."""
    language, *sentences = json.loads("".join(row["sentences"]))
    spans = tuple(Span(start, end) for start, end in sentences)
    span = Span(row["start"], row["end"])
    passage = Passage(row["article"], span, row["text"], row["tokens"], spans)
    vector = np.array(row["vector"], dtype=np.float32)
    parts = np.frombuffer(base64.b64decode("".join(row["sentence_vectors"])), dtype="<f2")
    parts = parts.astype(np.float32).reshape(-1, vector.size)
    first, last = (None if row[name] == UNDATED else row[name] for name in ("first", "last"))
    return IndexedPassage(passage, vector, parts, read_days(first, last), language=language)


def passage_key(version: str, span: Span) -> int:
    """A number made of the version and the span, so that writing twice writes the same row."""
    digest = hashlib.sha256(f"{version} {span.start}-{span.end}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def write_source(source: Source) -> Row:
    """A source as a note."""
    body = json.dumps([source.sha256, source.reading, source.articles], ensure_ascii=False)
    return note("source", source.location, body)


def read_source(row: Row) -> Source:
    """The source of a note."""
    sha256, reading, articles = json.loads("".join(row["body"]))
    return Source(row["name"], sha256, reading, tuple(articles))


def note(kind: str, name: str, body: str = "") -> Row:
    """A row of the notes."""
    return {
        "key": note_key(kind, name),
        "kind": kind,
        "name": fit(name, kind),
        "body": split_text(body),
        "added": 0,
        "removed": NEVER,
        "unused": [0.0, 0.0],
    }


def note_key(kind: str, name: str) -> str:
    """The key of a note."""
    return f"{kind} {hashlib.sha256(name.encode()).hexdigest()}"


def split_text(text: str) -> list[str]:
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


def current_version(connection: Connection, article_id: str, hidden: Collection[int]) -> Row | None:
    """The newest version of an article, as a writer sees it without the hidden generations."""
    named = f"id in {quoted((article_id,))}"
    found = connection.query(ARTICLES, both(named, *standing(hidden)), KNOWN_FIELDS)
    return found[0] if found else None


def add_version(
    connection: Connection,
    article: Article,
    passages: Sequence[IndexedPassage],
    location: str,
    own: OpenGeneration,
) -> None:
    """Write a version, its passages first, so that no article is without them."""
    version = write_article(article, location, own.generation)
    rows = [
        write_passage(
            one, article, version, index_terms(article.title, one.passage.text, article.language)
        )
        for one in passages
    ]
    connection.upsert(PASSAGES, rows)
    connection.upsert(ARTICLES, [version])
    own.change.add(Totals(1, len(rows), int(version["digest"], 16)))


def retire_version(connection: Connection, known: Row, own: OpenGeneration) -> None:
    """Mark a version and its passages as removed; it stays readable by its sha256."""
    rows = connection.every(PASSAGES, f"version in {quoted((known['key'],))}", ["key"])
    keys = [row["key"] for row in rows]
    mark(connection, PASSAGES, keys, removed=own.generation)
    mark(connection, ARTICLES, [known["key"]], removed=own.generation)
    own.change.add(Totals(-1, -len(keys), -int(known["digest"], 16)))


def erase_versions(
    connection: Connection, article_id: str, own: OpenGeneration, hidden: Collection[int]
) -> None:
    """Make every version of an article unreadable, also by its sha256."""
    condition = both(f"id in {quoted((article_id,))}", untouched("erased", hidden))
    rows = connection.every(ARTICLES, condition, ["key"])
    mark(connection, ARTICLES, [row["key"] for row in rows], erased=own.generation)


def mark(
    connection: Connection, collection: str, keys: Sequence[int | str], **fields: int | str
) -> None:
    """Change some fields of existing rows."""
    connection.upsert(collection, [{"key": key, **fields} for key in keys], partial_update=True)


def find_tombstones(connection: Connection, article_id: str, hidden: Collection[int]) -> list[str]:
    """The keys of an id's tombstones, as a writer sees them without the hidden generations."""
    named = f'kind == "{TOMBSTONE}" and name in {quoted((article_id,))}'
    found = connection.query(NOTES, both(named, *standing(hidden)), ["key"])
    return [row["key"] for row in found]


def add_tombstone(connection: Connection, article_id: str, own: int) -> None:
    """Set a tombstone, in the writer's own generation."""
    row = note(TOMBSTONE, article_id)
    connection.upsert(NOTES, [{**row, "key": f"{row['key']} {own}", "added": own}])
