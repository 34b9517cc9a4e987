"""Versions of articles as a writer adds, replaces and erases them, in a generation of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.errors import ArchiveBusy
from index.local.words import analyzer
from index.milvus.connection import Connection, Row
from index.milvus.expressions import LIVE, both, quoted
from index.milvus.ledger import Change, Opened
from index.milvus.rows import digest_number, read_words, write_article, write_entry
from index.milvus.schema import ARTICLES, NEVER, PASSAGES
from index.store import Entry
from index.types import Article

ROWS_AT_ONCE = 200  # about 1 MB; a request of gRPC has a limit of 64 MB
IDS_AT_ONCE = 500
KNOWN_FIELDS = ("key", "id", "location", "digest", "added")
_analyzer = analyzer()


def current_versions(
    connection: Connection, ids: Iterable[str], open_ones: Iterable[int]
) -> list[Row]:
    """The newest versions of articles as a writer finds them; `open_ones` are other writers'."""
    foreign, wanted, found = sorted(open_ones), sorted(ids), []
    live = f"(removed == {NEVER} or removed in {foreign})" if foreign else LIVE
    others = [f"added not in {foreign}"] if foreign else []
    for at in range(0, len(wanted), IDS_AT_ONCE):
        named = f"id in {quoted(wanted[at : at + IDS_AT_ONCE])}"
        found += connection.query(ARTICLES, both(named, live, *others), KNOWN_FIELDS)
    return found


def add_version(
    connection: Connection, article: Article, entries: Sequence[Entry], location: str, own: Opened
) -> None:
    """Write a version; its passages come first, so that no article is without them."""
    version = write_article(article, location, own.generation)
    rows = [
        write_entry(entry, article, version, _analyzer.analyze(read_words(article, entry)))
        for entry in entries
    ]
    own.locations[article.id] = location
    for at in range(0, len(rows), ROWS_AT_ONCE):
        connection.call("upsert", PASSAGES, rows[at : at + ROWS_AT_ONCE])
    connection.call("upsert", ARTICLES, [version])
    own.change.add(Change(1, len(rows), digest_number(version["digest"])))


def retire_version(connection: Connection, known: Row, own: Opened) -> None:
    """End a version and its passages; it stays readable by its sha256."""
    keys = [
        row["key"]
        for row in connection.every(
            PASSAGES, both(f"version in {quoted((known['key'],))}", LIVE), ["key"]
        )
    ]
    mark(connection, PASSAGES, keys, removed=own.generation)
    mark(connection, ARTICLES, [known["key"]], removed=own.generation)
    own.change.add(Change(-1, -len(keys), -digest_number(known["digest"])))


def erase_versions(connection: Connection, article_id: str, generation: int) -> None:
    """Let no version of an article be read, also not by its sha256."""
    condition = both(f"id in {quoted((article_id,))}", f"erased == {NEVER}")
    rows = connection.every(ARTICLES, condition, ["key"])
    mark(connection, ARTICLES, [row["key"] for row in rows], erased=generation)


def mark(
    connection: Connection, collection: str, keys: Sequence[int | str], **fields: int | str
) -> None:
    """Change some fields of rows that are there, and nothing else of them."""
    for at in range(0, len(keys), ROWS_AT_ONCE):
        rows = [{"key": key, **fields} for key in keys[at : at + ROWS_AT_ONCE]]
        connection.call("upsert", collection, rows, partial_update=True)


def settle(connection: Connection, own: Opened, foreign: Sequence[int]) -> None:
    """Leave one version of each article that another writer put meanwhile: the later one.

    Both writers look after they have written, so at least one of them sees the other. Raises
    `ArchiveBusy` where that one has not published (its generation is `foreign`), or reads another
    source.
    """
    for row in current_versions(connection, own.locations, []):
        if row["added"] == own.generation:
            continue
        if row["added"] in foreign or row["location"] != own.locations[row["id"]]:
            raise ArchiveBusy(f"{row['id']} is being put by another writer; try again")
        retire_version(connection, row, own)
