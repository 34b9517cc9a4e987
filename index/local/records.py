"""Reads and writes of the record of truth, one SQL statement or transaction each.

Functions take the connection and leave beginning and ending a transaction to the caller.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.local.rows import (
    ARTICLE_COLUMNS,
    PASSAGE_COLUMNS,
    article_row,
    passage_row,
    read_article,
    read_entry,
)
from index.local.words import WordDocument
from index.passages import titled
from index.store import ArticlePage, Entry, Source
from index.types import Article, Filter

ARTICLE_ID = r"[A-Za-z0-9._-]{1,64}"
LIVE = "{0}added <= :at AND ({0}removed IS NULL OR {0}removed > :at)"


def insert_article(
    connection: sqlite3.Connection,
    article: Article,
    entries: Sequence[Entry],
    location: str,
    generation: int,
) -> None:
    """Add a version and its passages; the version before it, if any, ends here."""
    retire_article(connection, article.id, generation)
    values = article_row(article, location, generation)
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(
        f"INSERT INTO articles ({ARTICLE_COLUMNS}) VALUES ({marks})", values
    )
    rows = [passage_row(entry, int(cursor.lastrowid or 0), generation) for entry in entries]
    connection.executemany(
        f"INSERT INTO passages ({PASSAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
    )


def retire_article(connection: sqlite3.Connection, article_id: str, generation: int) -> None:
    """End the newest version; it stays readable by its sha256."""
    rows = connection.execute(
        "SELECT row FROM articles WHERE id = ? AND removed IS NULL", (article_id,)
    ).fetchall()
    for (row,) in rows:
        connection.execute("UPDATE articles SET removed = ? WHERE row = ?", (generation, row))
        connection.execute(
            "UPDATE passages SET removed = ? WHERE article = ? AND removed IS NULL",
            (generation, row),
        )


def erase_article(connection: sqlite3.Connection, article_id: str, generation: int) -> None:
    """Remove every version at once, text included."""
    retire_article(connection, article_id, generation)
    connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))


def current_version(connection: sqlite3.Connection, article_id: str) -> tuple[str, str] | None:
    """Location and digest of the newest version."""
    found: tuple[str, str] | None = connection.execute(
        "SELECT location, digest FROM articles WHERE id = ? AND removed IS NULL", (article_id,)
    ).fetchone()
    return found


def find_article(
    connection: sqlite3.Connection, article_id: str, sha256: str | None, at: int
) -> Article | None:
    """The version that generation `at` shows, or any version of that sha256."""
    if sha256 is None:
        condition = "id = :id AND " + LIVE.format("")
    else:
        condition = "id = :id AND sha256 = :sha256 AND added <= :at"
    row = connection.execute(
        f"SELECT record, text FROM articles WHERE {condition} ORDER BY row DESC LIMIT 1",
        {"id": article_id, "sha256": sha256, "at": at},
    ).fetchone()
    return read_article(*row) if row else None


def list_articles(
    connection: sqlite3.Connection, where: Filter, after: str | None, limit: int, at: int
) -> ArticlePage:
    """A page of articles, newest first. Raises `ValueError` for a cursor that is none."""
    conditions, values = _conditions(where)
    if after is not None:
        first, last_id = _read_cursor(after)
        conditions.append(
            "(first IS NULL AND id > :last_id)"
            if first is None
            else "(first IS NULL OR first < :first OR (first = :first AND id > :last_id))"
        )
        values |= {"first": first, "last_id": last_id}
    condition = " AND ".join([LIVE.format("a."), *conditions])
    rows = connection.execute(
        f"SELECT first, id, record, text FROM articles a WHERE {condition} "
        "ORDER BY first IS NULL, first DESC, id LIMIT :limit",
        {**values, "at": at, "limit": limit + 1},
    ).fetchall()
    page = tuple(read_article(record, text) for _, _, record, text in rows[:limit])
    more = _write_cursor(rows[limit - 1][0], rows[limit - 1][1]) if len(rows) > limit else None
    return ArticlePage(page, more)


def live_rows(connection: sqlite3.Connection, at: int) -> NDArray[np.int64]:
    """The rows of every passage that generation `at` shows, rising."""
    rows = connection.execute(
        f"SELECT row FROM passages WHERE {LIVE.format('')} ORDER BY row", {"at": at}
    )
    return np.fromiter((row for (row,) in rows), dtype=np.int64)


def filtered_rows(connection: sqlite3.Connection, where: Filter, at: int) -> NDArray[np.int64]:
    """The rows of the passages whose articles pass the filter."""
    conditions, values = _conditions(where)
    rows = connection.execute(
        "SELECT p.row FROM articles a JOIN passages p ON p.article = a.row WHERE "
        + " AND ".join([LIVE.format("a."), LIVE.format("p."), *conditions]),
        {**values, "at": at},
    )
    return np.fromiter((row for (row,) in rows), dtype=np.int64)


def find_entries(connection: sqlite3.Connection, keys: Sequence[int], at: int) -> dict[int, Entry]:
    """The passages of those rows that generation `at` shows."""
    rows = connection.execute(
        'SELECT p.row, a.id, p.start, p."end", substr(a.text, p.start + 1, p."end" - p.start), '
        "p.tokens, p.sentences, p.vector, p.sentence_vectors "
        "FROM passages p JOIN articles a ON a.row = p.article "
        f"WHERE p.row IN (SELECT value FROM json_each(:keys)) AND {LIVE.format('p.')}",
        {"keys": json.dumps(list(keys)), "at": at},
    )
    return {row[0]: read_entry(row[1:]) for row in rows}


def word_documents(
    connection: sqlite3.Connection, *, after: int, at: int
) -> Iterator[WordDocument]:
    """What the word index reads of passages added behind generation `after` and live at `at`."""
    rows = connection.execute(
        'SELECT p.row, a.record, substr(a.text, p.start + 1, p."end" - p.start), '
        "a.first, a.last, a.outlet FROM passages p JOIN articles a ON a.row = p.article "
        f"WHERE p.added > :after AND {LIVE.format('p.')} ORDER BY p.row",
        {"after": after, "at": at},
    )
    for row, record, text, first, last, outlet in rows:
        title = json.loads(record)["title"]
        yield WordDocument(row, titled(title, text), first, last, outlet)


def digests(connection: sqlite3.Connection, at: int) -> list[str]:
    """The digests of all articles that generation `at` shows, sorted."""
    rows = connection.execute(
        f"SELECT digest FROM articles WHERE {LIVE.format('')} ORDER BY digest", {"at": at}
    )
    return [digest for (digest,) in rows]


def read_sources(connection: sqlite3.Connection, location: str | None = None) -> list[Source]:
    """One source or all of them."""
    rows = connection.execute(
        "SELECT location, sha256, reading, articles FROM sources "
        "WHERE :location IS NULL OR location = :location ORDER BY location",
        {"location": location},
    )
    return [
        Source(where, sha, reading, tuple(json.loads(ids))) for where, sha, reading, ids in rows
    ]


def write_source(connection: sqlite3.Connection, source: Source) -> None:
    """Insert or replace what is known of a source."""
    connection.execute(
        "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)",
        (source.location, source.sha256, source.reading, json.dumps(source.articles)),
    )


def _conditions(where: Filter) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if where.published_from:
        conditions.append("first >= :from_day")
        values["from_day"] = where.published_from.toordinal()
    if where.published_to:
        conditions.append("last <= :to_day")
        values["to_day"] = where.published_to.toordinal()
    if where.outlets:
        conditions.append("outlet IN (SELECT value FROM json_each(:outlets))")
        values["outlets"] = json.dumps([name.casefold() for name in where.outlets])
    return conditions, values


def _write_cursor(first: int | None, article_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([first, article_id]).encode()).decode()


def _read_cursor(cursor: str) -> tuple[int | None, str]:
    try:
        first, article_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise ValueError("after is not a cursor that this archive gave") from error
    is_day = type(first) is int and 1 <= first <= date.max.toordinal()
    if not (first is None or is_day) or not re.fullmatch(ARTICLE_ID, str(article_id)):
        raise ValueError("after is not a cursor that this archive gave")
    return first, str(article_id)
