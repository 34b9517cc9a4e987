"""Replace all that an archive holds by what another one does, in the caller's transaction."""

from __future__ import annotations

import sqlite3

from onrecord.index.local.rows import ARTICLE_COLUMNS, PASSAGE_COLUMNS


def replace_all(connection: sqlite3.Connection, generation: int) -> None:
    """Take the attached archive `kept` over as a new generation; everything else is erased.

    Old versions come along and stay readable by their sha256. Rows are numbered on, so that no
    reader takes a new passage for one that it has seen.
    """
    articles, passages = _last_row(connection, "articles"), _last_row(connection, "passages")
    for table in ("articles", "passages"):
        connection.execute(
            f"UPDATE main.{table} SET removed = ? WHERE removed IS NULL", (generation,)
        )
    connection.execute("UPDATE main.articles SET erased = ? WHERE erased IS NULL", (generation,))
    kept = ARTICLE_COLUMNS.removesuffix(", added")
    connection.execute(
        f"INSERT INTO main.articles (row, {kept}, added, removed) SELECT row + :articles, {kept}, "
        ":generation, CASE WHEN removed IS NULL THEN NULL ELSE :generation END "
        "FROM kept.articles WHERE erased IS NULL ORDER BY row",
        {"articles": articles, "generation": generation},
    )
    held = PASSAGE_COLUMNS.removeprefix("article, ").removesuffix(", added")
    connection.execute(
        f"INSERT INTO main.passages (row, article, {held}, added) SELECT row + :passages, "
        f"article + :articles, {held}, :generation FROM kept.passages WHERE removed IS NULL "
        "ORDER BY row",
        {"passages": passages, "articles": articles, "generation": generation},
    )
    for table in ("sources", "tombstones"):
        connection.execute(f"DELETE FROM main.{table}")
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM kept.{table}")


def _last_row(connection: sqlite3.Connection, table: str) -> int:
    found = connection.execute(
        "SELECT seq FROM main.sqlite_sequence WHERE name = ?", (table,)
    ).fetchone()
    return int(found[0]) if found else 0
