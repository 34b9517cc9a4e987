"""Versions and tombstones of articles, as a writer changes them in a generation of its own.

Tombstones are the ids that later builds leave out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import both, quoted, standing, untouched
from onrecord.index.milvus.generations import OpenGeneration, Totals
from onrecord.index.milvus.rows import note, write_article, write_passage
from onrecord.index.milvus.schema import ARTICLES, NOTES, PASSAGES
from onrecord.index.store import IndexedPassage
from onrecord.index.text import analyse, titled
from onrecord.index.types import Article

KNOWN_FIELDS = ("key", "id", "location", "digest")
TOMBSTONE = "tombstone"


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
        write_passage(one, article, version, analyse(titled(article.title, one.passage.text)))
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
