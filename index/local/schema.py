"""The record of truth: one SQLite file, its tables and how a connection to it is made.

Every row of `articles` and `passages` carries the generation that added it and, once it is
replaced, the one that removed it. A reader at generation g sees `added <= g < removed`, so the
derived indexes may lag behind the writer without anybody seeing half a change. A passage row holds
no text of its own: deleting the article's row is what deletes the words.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCHEMA_VERSION = 1
BUSY_MS = 10_000

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  first INTEGER,
  last INTEGER,
  outlet TEXT,
  location TEXT NOT NULL,
  digest TEXT NOT NULL,
  record TEXT NOT NULL,
  text TEXT NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER
);
CREATE INDEX articles_by_id ON articles (id, sha256);
CREATE INDEX articles_by_date ON articles (first, id);
CREATE TABLE passages (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  article INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  sentences BLOB NOT NULL,
  vector BLOB NOT NULL,
  sentence_vectors BLOB NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_added ON passages (added);
CREATE INDEX passages_by_removed ON passages (removed) WHERE removed IS NOT NULL;
CREATE TABLE sources (
  location TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  reading INTEGER NOT NULL,
  articles TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE tombstones (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection that leaves transactions to the caller and survives a dead process's locks."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def create(connection: sqlite3.Connection, meta: dict[str, str]) -> None:
    """Lay out an empty archive, at generation 0, in one transaction."""
    statements = [statement for statement in TABLES.split(";\n") if statement.strip()]
    connection.execute("BEGIN IMMEDIATE")
    for statement in statements:
        connection.execute(statement)
    rows = {"schema": str(SCHEMA_VERSION), "generation": "0", "published": "0", **meta}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
    connection.execute("COMMIT")


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Everything in `meta`; empty where the file is no archive yet."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    return dict(connection.execute("SELECT key, value FROM meta")) if known else {}


def write_meta(connection: sqlite3.Connection, **values: str | int) -> None:
    """Set entries of `meta`, within the caller's transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)",
        [(key, str(value)) for key, value in values.items()],
    )
