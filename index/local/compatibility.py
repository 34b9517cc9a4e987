"""Whether an archive on disk was built with the settings in force, and what to do if it was not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from onrecord.index.errors import ArchiveMismatch
from onrecord.index.local import database

ADVICE = (
    "Set them back, or build into another folder (--archive), or delete this one and build it anew"
)
FLOAT_BYTES = 4


def create_or_check(
    folder: Path,
    connection: sqlite3.Connection,
    build: Mapping[str, str],
    dimension: int,
    locked: Callable[[], AbstractContextManager[None]],
) -> None:
    """Make a new archive, or check that this one has the build and dimension, and migrate it.

    `locked` holds the writer's lock. Raises `ArchiveMismatch`.
    """
    if not database.read_meta(connection):
        with locked():
            if not database.read_meta(connection):
                database.create(connection, build=json.dumps(build, sort_keys=True))
    meta = database.read_meta(connection)
    check_schema(folder, meta["schema"])
    check_build(folder, build, meta["build"])
    check_dimension(folder, connection, dimension)
    if int(meta["schema"]) < database.SCHEMA_VERSION:
        with locked():
            database.migrate(connection)


def check_schema(folder: Path, found: str) -> None:
    """Raise `ArchiveMismatch` for an archive of a later schema; earlier ones are migrated."""
    if int(found) > database.SCHEMA_VERSION:
        raise ArchiveMismatch(
            f"{folder}: expected schema {database.SCHEMA_VERSION} or earlier, got {found}: a later "
            "onrecord wrote it. Upgrade onrecord, or build into another folder (--archive)"
        )


def check_build(folder: Path, build: Mapping[str, str], found: str) -> None:
    """Raise `ArchiveMismatch` where the passages were cut or encoded with other settings."""
    was = json.loads(found)
    differs = ", ".join(
        f"{name} is {build[name]}, the archive has {was.get(name)}"
        for name in build
        if build[name] != was.get(name)
    )
    if differs:
        raise ArchiveMismatch(f"{folder} was built with other settings: {differs}. {ADVICE}")


def check_dimension(folder: Path, connection: sqlite3.Connection, dimension: int) -> None:
    """Raise `ArchiveMismatch` where the stored vectors have other dimensions."""
    found = _live_dimension(connection)
    if found not in (None, dimension):
        raise ArchiveMismatch(
            f"{folder}: expected vectors of {dimension} dimensions, got {found}: another encoder "
            f"made them. {ADVICE}"
        )


def find_dimension(connection: sqlite3.Connection) -> int | None:
    """The dimension of the stored vectors, else that of the last generation's index.

    An archive whose last article was removed still has an index of that dimension.
    """
    noted = database.read_meta(connection).get("dimension")
    return _live_dimension(connection) or (int(noted) if noted else None)


def _live_dimension(connection: sqlite3.Connection) -> int | None:
    """The dimension of the stored vectors; None where there are none."""
    found = connection.execute(
        "SELECT length(vector) FROM passages WHERE removed IS NULL LIMIT 1"
    ).fetchone()
    return found[0] // FLOAT_BYTES if found else None
