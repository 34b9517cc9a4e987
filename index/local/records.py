"""Reads and writes of the record of truth, one SQL statement or transaction each.

Functions take the connection and leave beginning and ending a transaction to the caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from onrecord.index.local.rows import (
    ARTICLE_COLUMNS,
    PASSAGE_COLUMNS,
    article_row,
    passage_row,
    read_article,
    read_days,
    read_entry,
)
from onrecord.index.local.words import WordDocument
from onrecord.index.store import IndexedPassage
from onrecord.index.text import titled
from onrecord.index.types import Article

LIVE = "{0}added <= :at AND ({0}removed IS NULL OR {0}removed > :at)"


def insert_article(
    connection: sqlite3.Connection,
    article: Article,
    entries: Sequence[IndexedPassage],
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
        f"INSERT INTO passages ({PASSAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
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
    """Remove every version; `forget_removed` takes the text away once that is published."""
    retire_article(connection, article_id, generation)
    connection.execute(
        "UPDATE articles SET erased = ? WHERE id = ? AND erased IS NULL", (generation, article_id)
    )


def forget_removed(connection: sqlite3.Connection, published: int, generation: int) -> None:
    """Take away what nobody sees any more: erased texts, and the vectors of removed passages.

    The passages' rows stay, to say which vectors of the dense index's base are gone.
    """
    connection.execute("DELETE FROM articles WHERE erased <= ?", (generation,))
    connection.execute(
        "UPDATE passages SET sentences = x'', vector = x'', sentence_vectors = x'', "
        "words = x'', shingles = x'' "
        "WHERE removed > ? AND removed <= ?",
        (published, generation),
    )


def drop_removed(connection: sqlite3.Connection, generation: int) -> None:
    """Take the removed passages' rows away: no base has their vectors."""
    connection.execute("DELETE FROM passages WHERE removed <= ?", (generation,))


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
        condition = (
            "id = :id AND sha256 = :sha256 AND added <= :at AND (erased IS NULL OR erased > :at)"
        )
    row = connection.execute(
        f"SELECT record, text FROM articles WHERE {condition} ORDER BY row DESC LIMIT 1",
        {"id": article_id, "sha256": sha256, "at": at},
    ).fetchone()
    return read_article(*row) if row else None


def removed_rows(connection: sqlite3.Connection, *, after: int, at: int) -> list[int]:
    """The passages that generation `after` shows and `at` does not."""
    rows = connection.execute(
        "SELECT row FROM passages WHERE removed > ? AND removed <= ? AND added <= ? ORDER BY row",
        (after, at, after),
    )
    return [row for (row,) in rows]


def count_passages(connection: sqlite3.Connection, at: int) -> int:
    """How many passages generation `at` shows."""
    (count,) = connection.execute(
        "SELECT (SELECT count(*) FROM passages WHERE added <= :at) - "
        "(SELECT count(*) FROM passages WHERE removed IS NOT NULL AND removed <= :at)",
        {"at": at},
    ).fetchone()
    return int(count)


def find_entries(
    connection: sqlite3.Connection, keys: Sequence[int], at: int
) -> dict[int, IndexedPassage]:
    """The passages of those rows that generation `at` shows."""
    rows = connection.execute(
        "SELECT p.row, a.id, a.first, a.last, "
        'substr(a.text, p.start + 1, p."end" - p.start), p.start, p."end", p.tokens, '
        "p.sentences, p.vector, p.sentence_vectors, p.words, p.shingles "
        "FROM passages p JOIN articles a ON a.row = p.article "
        f"WHERE p.row IN (SELECT value FROM json_each(:keys)) AND {LIVE.format('p.')}",
        {"keys": json.dumps(list(keys)), "at": at},
    )
    return {
        key: read_entry(article_id, read_days(first, last), text, columns)
        for key, article_id, first, last, text, *columns in rows
    }


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
