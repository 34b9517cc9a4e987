"""Tombstones: the ids that later builds leave out.

They are set and taken away by generations, as the articles that they speak of are.
"""

from __future__ import annotations

from collections.abc import Collection

from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.expressions import both, quoted, standing
from onrecord.index.milvus.rows import note
from onrecord.index.milvus.schema import NOTES
from onrecord.index.milvus.versions import mark

TOMBSTONE = "tombstone"


def find_tombstones(connection: Connection, article_id: str, hidden: Collection[int]) -> list[str]:
    """The keys of an id's tombstones, as a writer from whom some generations are hidden sees it."""
    named = f'kind == "{TOMBSTONE}" and name in {quoted((article_id,))}'
    found = connection.query(NOTES, both(named, *standing(hidden)), ["key"])
    return [row["key"] for row in found]


def bury(connection: Connection, article_id: str, own: int) -> None:
    """Set a tombstone, in one's own generation."""
    row = note(TOMBSTONE, article_id)
    connection.call("upsert", NOTES, [{**row, "key": f"{row['key']} {own}", "added": own}])


def unbury(connection: Connection, keys: list[str], own: int) -> None:
    """Take tombstones away, in one's own generation."""
    mark(connection, NOTES, keys, removed=own)
