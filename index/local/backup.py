"""A backup is one file: the record of truth, as it stood at one moment; the rest is derived.

Both ways work while a service runs. A restored archive is a new generation that replaces all there
was in one transaction, so readers see the old one whole and then the new one whole.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from onrecord.index.errors import ArchiveDamaged, ArchiveMismatch
from onrecord.index.local import schema
from onrecord.index.local.agreement import agree_on_schema, find_dimension
from onrecord.index.local.archive import LocalStore
from onrecord.index.local.check_records import check_pages
from onrecord.index.local.faults import explained
from onrecord.index.local.schema import RECORDS
from onrecord.index.local.stamps import sync_folder


def backup(folder: Path, file: Path) -> None:
    """Write all that the archive in `folder` has stored to `file`, whole or not at all."""
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    with explained(file.parent):
        try:
            with (
                closing(schema.connect(folder / RECORDS)) as archive,
                closing(sqlite3.connect(scratch, isolation_level=None)) as copy,
            ):
                archive.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                copy.execute("DELETE FROM meta WHERE key = 'words'")  # folders that it lacks
            with scratch.open("rb") as stream:
                os.fsync(stream.fileno())
            os.replace(scratch, file)
            sync_folder(file.parent)
        finally:
            scratch.unlink(missing_ok=True)


def restore(folder: Path, file: Path) -> None:
    """Make the archive in `folder` what `file` holds; keys stay as they are.

    Raises `ArchiveDamaged` for a file that is no whole backup and `ArchiveMismatch` where the
    archive was built another way; it is as it was then.
    """
    with _opened(file) as (kept, verified):
        meta = schema.read_meta(kept)
        store = _open_target(folder, json.loads(meta["build"]), find_dimension(kept) or 1)
        try:
            store.replace_by(verified)
        finally:
            store.close()


def open_as_built(folder: Path) -> LocalStore:
    """The archive in a folder, whatever it was built with. Raises as `LocalStore` does."""
    with explained(folder), closing(schema.connect(folder / RECORDS)) as connection:
        meta = schema.read_meta(connection)
        if not meta:
            raise ArchiveMismatch(f"{folder / RECORDS} is no archive")
        dimension = find_dimension(connection) or 1
    return LocalStore(folder, json.loads(meta["build"]), dimension)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A whole backup of this schema: the file, or a copy of it that was migrated."""
    if not file.is_file():
        raise FileNotFoundError(f"there is no backup at {file}")
    with tempfile.TemporaryDirectory() as scratch:
        version = _verify(file)
        if version < schema.SCHEMA_VERSION:
            file = Path(shutil.copyfile(file, Path(scratch, file.name)))
        with closing(sqlite3.connect(file, isolation_level=None)) as kept:
            if version < schema.SCHEMA_VERSION:
                schema.migrate(kept)
            yield kept, file


def _verify(file: Path) -> int:
    """A backup's schema. Raises `ArchiveDamaged` where it is not whole."""
    with closing(sqlite3.connect(file, isolation_level=None)) as kept:
        try:
            problems, meta = list(check_pages(kept)), schema.read_meta(kept)
        except sqlite3.DatabaseError as error:
            raise ArchiveDamaged(f"{file} is no whole backup: {error}") from error
    if problems or "build" not in meta:
        raise ArchiveDamaged(f"{file} is no whole backup: {problems or 'it is no archive'}")
    agree_on_schema(file, meta["schema"])
    return int(meta["schema"])


def _open_target(folder: Path, build: dict[str, str], dimension: int) -> LocalStore:
    """The archive to restore into; one that is damaged is put aside, not deleted."""
    try:
        return LocalStore(folder, build, dimension)
    except ArchiveDamaged:
        for suffix in ("", "-wal", "-shm"):
            damaged = folder / (RECORDS + suffix)
            if damaged.exists():
                damaged.rename(folder / f"damaged-{RECORDS}{suffix}")
        return LocalStore(folder, build, dimension)
