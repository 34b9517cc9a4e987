"""Give every article the same id on every machine and after every edit."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from index.readers import Reading

_OWN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def identify(reading: Reading, path: str | None) -> str:
    """The record's own id, else a hash of its URL, of its path, or of its text.

    `path` is `shared_path`'s for a file that holds one article, and None for anything else.
    """
    if reading.record_id is not None and _OWN_ID.fullmatch(reading.record_id):
        return reading.record_id
    named = reading.url or path or reading.text
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def shared_path(file: Path, given: Path) -> str:
    """A file's path from the name of the folder that was given; from its own folder's otherwise."""
    file, given = file.resolve(), given.resolve()
    root = given if given.is_dir() else file.parent
    return (Path(root.name) / file.relative_to(root)).as_posix()
