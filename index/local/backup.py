"""Back up and restore: a backup is one file, the record of truth at one moment.

Both work while a service runs. A restored archive is a new generation that replaces everything in
one transaction, so readers see all of the old one or all of the new one.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from onrecord.index.errors import ArchiveDamaged, ArchiveMismatch
from onrecord.index.local import database
from onrecord.index.local.check import check_pages
from onrecord.index.local.database import RECORDS, check_schema, find_dimension, translate_errors
from onrecord.index.local.manifest import sync_folder
from onrecord.index.local.store import LocalStore


def backup(folder: Path, file: Path) -> None:
    """Write all that the archive in `folder` has stored to `file`, or nothing."""
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    with translate_errors(file.parent):
        try:
            with (
                closing(database.connect(folder / RECORDS)) as archive,
                closing(sqlite3.connect(scratch, isolation_level=None)) as copy,
            ):
                archive.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                # The backup lacks the folders of what is derived.
                copy.execute("DELETE FROM meta WHERE key = 'words'")
            with scratch.open("rb") as stream:
                os.fsync(stream.fileno())
            os.replace(scratch, file)
            sync_folder(file.parent)
        finally:
            scratch.unlink(missing_ok=True)


def restore(folder: Path, file: Path) -> None:
    """Replace the archive in `folder` by the backup in `file`; API keys stay as they are.

    Raises `ArchiveDamaged` for a file that is not a complete backup and `ArchiveMismatch` where the
    archive was built otherwise; then it is unchanged.
    """
    build, dimension, schema = _verify(file)
    with tempfile.TemporaryDirectory() as scratch:
        if schema < database.SCHEMA_VERSION:
            file = Path(shutil.copyfile(file, Path(scratch, file.name)))
            with closing(sqlite3.connect(file, isolation_level=None)) as copied:
                database.migrate(copied)
        with closing(_open_target(folder, build, dimension)) as store:
            store.replace_with(file)


def open_as_built(folder: Path) -> LocalStore:
    """Open the archive in a folder with whatever build it has. Raises as `LocalStore` does."""
    with translate_errors(folder), closing(database.connect(folder / RECORDS)) as connection:
        meta = database.read_meta(connection)
        if not meta:
            raise ArchiveMismatch(f"{folder / RECORDS} is no archive")
        dimension = find_dimension(connection) or 1
    return LocalStore(folder, json.loads(meta["build"]), dimension)


def _verify(file: Path) -> tuple[dict[str, str], int, int]:
    """A backup's build, dimension and schema. Raises `ArchiveDamaged` where it is not complete."""
    if not file.is_file():
        raise FileNotFoundError(f"there is no backup at {file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as copied:
        try:
            problems, meta = list(check_pages(copied)), database.read_meta(copied)
            if problems or "build" not in meta:
                raise sqlite3.DatabaseError(problems or "it is no archive")
            dimension = find_dimension(copied) or 1
        except sqlite3.DatabaseError as error:
            raise ArchiveDamaged(f"{file} is not a complete backup: {error}") from error
    check_schema(file, meta["schema"])
    return json.loads(meta["build"]), dimension, int(meta["schema"])


def _open_target(folder: Path, build: dict[str, str], dimension: int) -> LocalStore:
    """The archive to restore into; a damaged one is renamed, not deleted."""
    try:
        return LocalStore(folder, build, dimension)
    except ArchiveDamaged:
        for suffix in ("", "-wal", "-shm"):
            damaged = folder / (RECORDS + suffix)
            if damaged.exists():
                damaged.rename(folder / f"damaged-{RECORDS}{suffix}")
        return LocalStore(folder, build, dimension)
