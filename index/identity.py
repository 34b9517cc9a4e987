"""Give every article the same id on every machine and after every edit."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from onrecord.index.readers import ParsedArticle

_OWN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def identify(reading: ParsedArticle, path: str | None) -> str:
    """The record's own id, else a hash of its URL, of its path, or of its text.

    `path` is `shared_path`'s for a file that holds one article, and None for anything else.
    """
    if reading.record_id is not None and _OWN_ID.fullmatch(reading.record_id):
        return reading.record_id
    named = reading.url or path or reading.text
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def shared_path(file: Path, given: Path) -> str:
    """A file's path from the name of the folder that was given; from its own folder's otherwise."""
    if given.is_dir():
        # Not resolved: a link inside the folder may point out of it.
        shared = Path(given.resolve().name) / file.relative_to(given)
    else:
        shared = Path(file.resolve().parent.name) / file.resolve().name
    return readable(shared.as_posix())


def readable(path: str) -> str:
    """The path as UTF-8 can write it; a byte of a name that is none is spelled out."""
    return path.encode("utf-8", "backslashreplace").decode()
