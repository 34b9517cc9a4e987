"""Versions of articles as a writer adds, replaces and erases them, in a generation of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import both, quoted, standing, untouched
from onrecord.index.milvus.generations import Opened
from onrecord.index.milvus.ledger import Change
from onrecord.index.milvus.rows import digest_number, read_words, write_article, write_entry
from onrecord.index.milvus.schema import ARTICLES, PASSAGES
from onrecord.index.store import IndexedPassage
from onrecord.index.text import analyse
from onrecord.index.types import Article

ROWS_AT_ONCE = 200  # some megabytes; a request of gRPC has a limit of 64 MB
KNOWN_FIELDS = ("key", "id", "location", "digest")


def current_version(connection: Connection, article_id: str, hidden: Collection[int]) -> Row | None:
    """The newest version of an article for a writer from whom some generations are hidden."""
    named = f"id in {quoted((article_id,))}"
    found = connection.query(ARTICLES, both(named, *standing(hidden)), KNOWN_FIELDS)
    return found[0] if found else None


def add_version(
    connection: Connection,
    article: Article,
    entries: Sequence[IndexedPassage],
    location: str,
    own: Opened,
) -> None:
    """Write a version; its passages come first, so that no article is without them."""
    version = write_article(article, location, own.generation)
    rows = [
        write_entry(entry, article, version, analyse(read_words(article, entry)))
        for entry in entries
    ]
    for at in range(0, len(rows), ROWS_AT_ONCE):
        connection.call("upsert", PASSAGES, rows[at : at + ROWS_AT_ONCE])
    connection.call("upsert", ARTICLES, [version])
    own.change.add(Change(1, len(rows), digest_number(version["digest"])))


def retire_version(connection: Connection, known: Row, own: Opened) -> None:
    """End a version and its passages; it stays readable by its sha256."""
    rows = connection.every(PASSAGES, f"version in {quoted((known['key'],))}", ["key"])
    keys = [row["key"] for row in rows]
    mark(connection, PASSAGES, keys, removed=own.generation)
    mark(connection, ARTICLES, [known["key"]], removed=own.generation)
    own.change.add(Change(-1, -len(keys), -digest_number(known["digest"])))


def erase_versions(
    connection: Connection, article_id: str, own: Opened, hidden: Collection[int]
) -> None:
    """Let no version of an article be read, also not by its sha256."""
    condition = both(f"id in {quoted((article_id,))}", untouched("erased", hidden))
    rows = connection.every(ARTICLES, condition, ["key"])
    mark(connection, ARTICLES, [row["key"] for row in rows], erased=own.generation)


def mark(
    connection: Connection, collection: str, keys: Sequence[int | str], **fields: int | str
) -> None:
    """Change some fields of rows that are there, and nothing else of them."""
    for at in range(0, len(keys), ROWS_AT_ONCE):
        rows = [{"key": key, **fields} for key in keys[at : at + ROWS_AT_ONCE]]
        connection.call("upsert", collection, rows, partial_update=True)
