"""Whether an archive on disk is the one that the settings ask for, and what to do if it is not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from onrecord.index.errors import ArchiveMismatch
from onrecord.index.local import schema

ADVICE = (
    "Set them back, or build into another folder (--archive), or delete this one and build it anew"
)
FLOAT_BYTES = 4


def make_or_agree(
    folder: Path,
    connection: sqlite3.Connection,
    build: Mapping[str, str],
    dimension: int,
    locked: Callable[[], AbstractContextManager[None]],
) -> None:
    """Lay out a new archive, or see that it is the one asked for and of this schema.

    `locked` holds the writer's lock. Raises `ArchiveMismatch`.
    """
    if not schema.read_meta(connection):
        with locked():
            if not schema.read_meta(connection):
                schema.create(connection, build=json.dumps(build, sort_keys=True))
    meta = schema.read_meta(connection)
    agree_on_schema(folder, meta["schema"])
    agree_on_build(folder, build, meta["build"])
    agree_on_dimension(folder, connection, dimension)
    if int(meta["schema"]) < schema.SCHEMA_VERSION:
        with locked():
            schema.migrate(connection)


def agree_on_schema(folder: Path, found: str) -> None:
    """Raise `ArchiveMismatch` for an archive of a later schema; earlier ones are migrated."""
    if int(found) > schema.SCHEMA_VERSION:
        raise ArchiveMismatch(
            f"{folder}: expected schema {schema.SCHEMA_VERSION} or earlier, got {found}: a later "
            "onrecord wrote it. Upgrade onrecord, or build into another folder (--archive)"
        )


def agree_on_build(folder: Path, build: Mapping[str, str], found: str) -> None:
    """Raise `ArchiveMismatch` where the passages were cut or encoded otherwise."""
    was = json.loads(found)
    differs = ", ".join(
        f"{name} is {build[name]}, the archive has {was.get(name)}"
        for name in build
        if build[name] != was.get(name)
    )
    if differs:
        raise ArchiveMismatch(f"{folder} was built with other settings: {differs}. {ADVICE}")


def agree_on_dimension(folder: Path, connection: sqlite3.Connection, dimension: int) -> None:
    """Raise `ArchiveMismatch` where the stored vectors have other dimensions."""
    found = _live_dimension(connection)
    if found not in (None, dimension):
        raise ArchiveMismatch(
            f"{folder}: expected vectors of {dimension} dimensions, got {found}: another encoder "
            f"made them. {ADVICE}"
        )


def find_dimension(connection: sqlite3.Connection) -> int | None:
    """The dimensions of the stored vectors, else of those that the last generation was made for.

    An archive that lost its last article still has an index of that many dimensions.
    """
    noted = schema.read_meta(connection).get("dimension")
    return _live_dimension(connection) or (int(noted) if noted else None)


def _live_dimension(connection: sqlite3.Connection) -> int | None:
    """The dimensions of the stored vectors; None where there are none."""
    found = connection.execute(
        "SELECT length(vector) FROM passages WHERE removed IS NULL LIMIT 1"
    ).fetchone()
    return found[0] // FLOAT_BYTES if found else None
