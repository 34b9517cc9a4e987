"""Lists of articles in pages, newest first, from a database that cannot sort.

Of a small selection all rows are read; of a large one ever wider windows of days, from the newest
day back, until a page is full. Of rows that are not shown only keys and days are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from onrecord.index.local.listing import read_cursor, write_cursor
from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import UNDATED, Visibility, both, literal, passing, quoted
from onrecord.index.milvus.rows import read_body
from onrecord.index.milvus.schema import ARTICLES
from onrecord.index.store import ArticlePage
from onrecord.index.types import Filter

READ_WHOLE = 10_000  # rows of a selection that is sorted here in one piece
FIRST_WINDOW_DAYS = 32
BODIES_AT_ONCE = 50  # texts are up to megabytes; a reply of gRPC has a limit


def list_articles(
    connection: Connection, seen: Visibility, where: Filter, after: str | None, limit: int
) -> ArticlePage:
    """A page of articles, newest first. Raises `ValueError` for a cursor that is none."""
    conditions = [seen.live(), *passing(where)]
    if after is not None:
        first, last_id = read_cursor(after)
        day = UNDATED if first is None else first
        conditions.append(f"first < {day} or (first == {day} and id > {literal(last_id)})")
    rows: list[Row] = []
    for window in _windows(connection, both(*conditions)):
        found = connection.every(ARTICLES, both(*conditions, window), ["key", "id", "first"])
        rows += sorted(found, key=lambda row: (-row["first"], row["id"]))
        if len(rows) > limit:
            break
    page = rows[:limit]
    more = _cursor(page[-1]) if len(rows) > limit else None
    return ArticlePage(tuple(map(read_body, _with_bodies(connection, page))), more)


def _windows(connection: Connection, selection: str) -> Iterator[str]:
    """Conditions that divide a selection, newest first."""
    if connection.count(ARTICLES, selection) <= READ_WHOLE:
        yield f"first >= {UNDATED}"
        return
    low, width = datetime.now(UTC).date().toordinal(), FIRST_WINDOW_DAYS
    high = date.max.toordinal()
    while high > 0:
        low = max(low - width, 0)
        yield f"first > {low} and first <= {high}"
        high, width = low, 2 * width
    yield f"first == {UNDATED}"


def _with_bodies(connection: Connection, rows: list[Row]) -> Iterator[Row]:
    for at in range(0, len(rows), BODIES_AT_ONCE):
        keys = [row["key"] for row in rows[at : at + BODIES_AT_ONCE]]
        found = connection.query(ARTICLES, f"key in {quoted(keys)}", ["key", "body"])
        bodies = {row["key"]: row for row in found}
        yield from (bodies[key] for key in keys if key in bodies)


def _cursor(row: Row) -> str:
    return write_cursor(None if row["first"] == UNDATED else row["first"], row["id"])
