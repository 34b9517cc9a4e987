"""Which fault of SQLite, FAISS, tantivy or the disk means what, in words that can be acted on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.index.errors import ArchiveDamaged, ArchiveUnwritable

FULL = ("disk is full", "No space left on device", "disk I/O error")
READ_ONLY = ("readonly database", "Read-only file system", "unable to open database file")
DAMAGED = ("malformed", "not a database")
UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def explained(archive: Path) -> Iterator[None]:
    """Raise `ArchiveUnwritable` or `ArchiveDamaged` for what the disk did; others pass."""
    try:
        yield
    except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        said = str(error)
        if any(words in said for words in FULL) or _is(error, {errno.ENOSPC, errno.EDQUOT}):
            raise ArchiveUnwritable(
                f"the disk of {archive} is full: the change was not stored; make room and repeat it"
            ) from error
        if any(words in said for words in READ_ONLY) or _is(error, UNWRITABLE):
            raise ArchiveUnwritable(f"{archive} cannot be written to: {said}") from error
        if isinstance(error, sqlite3.DatabaseError) and any(words in said for words in DAMAGED):
            raise ArchiveDamaged(
                f"{archive} is damaged ({said}): restore a backup with `onrecord restore FILE`, "
                "or delete the folder and build it anew"
            ) from error
        raise


def _is(error: Exception, codes: set[int]) -> bool:
    return isinstance(error, OSError) and error.errno in codes
