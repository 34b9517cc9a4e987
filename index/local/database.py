"""The record of truth: one SQLite file, its tables, connections to it and what its errors mean.

Every row of `articles` and `passages` carries the generation that added it and, once it is
replaced, the one that removed it. A reader at generation g sees `added <= g < removed`, so the
derived indexes may be older than the newest rows, and no reader sees half a change. `erased` is the
generation that deleted every version: when it is published, the article's row is deleted and with
it the text, of which passages hold none; the ids of its words go with its vectors.

`meta` holds, beside `schema`, `build` and the writer's `generation`: which generation is
`published`, its `fingerprint`, `articles` and `passages`, and the folders of `vectors` and `words`
with the sha256 of their manifests.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from onrecord.index.errors import (
    ArchiveDamaged,
    ArchiveMismatch,
    ArchiveUnwritable,
    describe_mismatch,
)

RECORDS = "archive.sqlite"  # in the archive's folder
SCHEMA_VERSION = 4
BUSY_MS = 10_000  # for which SQLite waits for another process's lock

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
  removed INTEGER,
  erased INTEGER
);
CREATE INDEX articles_by_id ON articles (id, sha256);
CREATE TABLE passages (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  article INTEGER NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  sentences BLOB NOT NULL,
  vector BLOB NOT NULL,
  sentence_vectors BLOB NOT NULL,
  words BLOB NOT NULL DEFAULT x'',
  shingles BLOB NOT NULL DEFAULT x'',
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
# They hold all that a listing and a fingerprint ask for, so no text is read on the way.
INDEXES = """
CREATE INDEX articles_listed ON articles (first DESC, id, last, outlet, added, removed);
CREATE INDEX articles_by_digest ON articles (digest, added, removed);
CREATE INDEX articles_by_erased ON articles (erased) WHERE erased IS NOT NULL;
"""
# What makes the next schema of one: a schema's own statements come last.
MIGRATIONS = {
    1: "DROP INDEX articles_by_date;\nALTER TABLE articles ADD COLUMN erased INTEGER;\n"
    # The derived folders are no longer named, so that opening makes new ones.
    + "DELETE FROM meta WHERE key = 'words';\n"
    + INDEXES,
    # What an earlier schema's passages have none of is read from their texts while questions wait.
    2: "ALTER TABLE passages ADD COLUMN words BLOB NOT NULL DEFAULT x'';\n"
    "ALTER TABLE passages ADD COLUMN shingles BLOB NOT NULL DEFAULT x'';\n",
    # Words were analysed in another way.
    3: "UPDATE passages SET words = x'';\nDELETE FROM meta WHERE key = 'words';\n",
}
ADVICE = (
    "Set them back, or build into another folder (--archive), or delete this one and build it again"
)
FLOAT_BYTES = 4
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
LEAST_FREE = 1 << 20  # bytes; with less, SQLite's I/O errors are those of a full disk


def connect(path: Path) -> sqlite3.Connection:
    """A connection that leaves transactions to the caller and survives a dead process's locks."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything that the caller changes, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back where the disk is full
            connection.execute("ROLLBACK")
        raise


def create(connection: sqlite3.Connection, build: str) -> None:
    """Make the tables of an archive at generation 0, unless another process has just done so."""
    with transaction(connection):
        if not read_meta(connection):
            _run(connection, TABLES + INDEXES)
            write_meta(connection, schema=SCHEMA_VERSION, generation=0, published=0, build=build)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an archive of an earlier schema to the current one, in one transaction."""
    with transaction(connection):
        for version in range(int(read_meta(connection)["schema"]), SCHEMA_VERSION):
            _run(connection, MIGRATIONS[version])
        write_meta(connection, schema=SCHEMA_VERSION)


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


def next_generation(connection: sqlite3.Connection) -> int:
    """Raise the writer's generation, within the caller's transaction, and return it."""
    ((raised,),) = connection.execute(
        "UPDATE meta SET value = value + 1 WHERE key = 'generation' RETURNING value"
    )
    return int(raised)


def check_build(
    folder: Path, connection: sqlite3.Connection, build: Mapping[str, str], dimension: int
) -> None:
    """Raise `ArchiveMismatch` for a later schema, another build or another dimension."""
    meta = read_meta(connection)
    check_schema(folder, meta["schema"])
    differs = describe_mismatch(build, json.loads(meta["build"]))
    if differs:
        raise ArchiveMismatch(f"{folder} was built with other settings: {differs}. {ADVICE}")
    found = _live_dimension(connection)
    if found not in (None, dimension):
        raise ArchiveMismatch(
            f"{folder}: expected vectors of {dimension} dimensions, got {found}: another encoder "
            f"made them. {ADVICE}"
        )


def check_schema(folder: Path, found: str) -> None:
    """Raise `ArchiveMismatch` for an archive of a later schema; earlier ones are migrated."""
    if int(found) > SCHEMA_VERSION:
        raise ArchiveMismatch(
            f"{folder}: expected schema {SCHEMA_VERSION} or earlier, got {found}: a later "
            "onrecord wrote it. Upgrade onrecord, or build into another folder (--archive)"
        )


def find_dimension(connection: sqlite3.Connection) -> int | None:
    """The dimension of the stored vectors, else that of the last generation's index.

    An archive whose last article was removed still has an index of that dimension.
    """
    noted = read_meta(connection).get("dimension")
    return _live_dimension(connection) or (int(noted) if noted else None)


def _live_dimension(connection: sqlite3.Connection) -> int | None:
    """The dimension of the stored vectors; None where there are none."""
    found = connection.execute(
        "SELECT length(vector) FROM passages WHERE removed IS NULL LIMIT 1"
    ).fetchone()
    return found[0] // FLOAT_BYTES if found else None


def _run(connection: sqlite3.Connection, statements: str) -> None:
    """Run statements within the caller's transaction, which `executescript` would end."""
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.execute(statement)


@contextmanager
def translate_errors(archive: Path) -> Iterator[None]:
    """Raise `ArchiveUnwritable` or `ArchiveDamaged` for faults of the disk; other errors pass."""
    try:
        yield
    except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        code = (getattr(error, "sqlite_errorname", None) or "").removeprefix("SQLITE_")
        failing = code.startswith("IOERR")
        if (failing and _is_full(archive)) or code.startswith("FULL") or _is_of(error, NO_ROOM):
            raise ArchiveUnwritable(
                f"the disk of {archive} is full: the change was not stored; make room and repeat it"
            ) from error
        if failing or code.startswith(("READONLY", "CANTOPEN")) or _is_of(error, FORBIDDEN):
            raise ArchiveUnwritable(f"{archive} cannot be written to: {error}") from error
        if code.startswith(("CORRUPT", "NOTADB")):
            raise ArchiveDamaged(
                f"{archive} is damaged ({error}): restore a backup with `onrecord restore FILE`, "
                "or delete the folder and build it again"
            ) from error
        raise


def _is_full(folder: Path) -> bool:
    """Whether there is hardly any room; a folder that is gone is not full."""
    try:
        return shutil.disk_usage(folder).free < LEAST_FREE
    except OSError:
        return False


def _is_of(error: Exception, codes: Iterable[int]) -> bool:
    """Whether the system gave one of the codes, though a library may have kept the words alone."""
    found = getattr(error, "errno", None)
    return any(found == code or os.strerror(code) in str(error) for code in codes)
