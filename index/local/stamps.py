"""What a derived folder must look like: every file's size and sha256, in `stamp.json`.

The stamp's own sha256 stands in the record of truth, so a folder that is missing, cut short, of
another generation or of another archive is known at once. Opening reads sizes and heads only (a
head is what a reader must trust before it touches the rest); `verify` reads every byte.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAMP = "stamp.json"
HEAD_BYTES = 65_536  # of a file that says nothing else; hashed in well under a millisecond
CHUNK_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a derived folder."""

    size: int
    head: int
    head_sha256: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A folder's files by name, and what its writer notes about it."""

    facts: Mapping[str, Any]
    parts: Mapping[str, Part]


def write_stamp(
    folder: Path,
    facts: Mapping[str, Any],
    heads: Mapping[str, int] | None = None,
    known: Mapping[str, Part] | None = None,
) -> str:
    """Stamp a folder and sync it; returns the stamp's sha256.

    `heads` says how long a file's head is. `known` parts are not read again where their size is
    the same: they are files that nobody changes.
    """
    parts = {}
    for file in _files(folder):
        before = (known or {}).get(file.name)
        same = before is not None and before.size == file.stat().st_size
        parts[file.name] = (
            before if same and before else _read_part(file, (heads or {}).get(file.name))
        )
    shown = {"facts": dict(facts), "parts": {name: _fields(part) for name, part in parts.items()}}
    written = json.dumps(shown, indent=1, sort_keys=True).encode()
    with (folder / STAMP).open("wb") as stream:
        stream.write(written)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(folder)
    sync_folder(folder.parent)
    return hashlib.sha256(written).hexdigest()


def read_stamp(folder: Path, sha256: str) -> Stamp:
    """The stamp of that sha256. Raises `ValueError` where the folder has no such stamp."""
    try:
        written = (folder / STAMP).read_bytes()
    except OSError as error:
        raise ValueError(f"{folder / STAMP} is missing") from error
    found = hashlib.sha256(written).hexdigest()
    if found != sha256:
        raise ValueError(f"{folder / STAMP}: expected sha256 {sha256}, got {found}")
    shown = json.loads(written)
    return Stamp(shown["facts"], {name: Part(**part) for name, part in shown["parts"].items()})


def look(folder: Path, stamp: Stamp) -> None:
    """Raise `ValueError` for a file that is missing, of another size or has another head."""
    for name, part in stamp.parts.items():
        file = folder / name
        if not file.is_file():
            raise ValueError(f"{file} is missing")
        size = file.stat().st_size
        if size != part.size:
            raise ValueError(f"{file}: expected {part.size} bytes, got {size}")
        with file.open("rb") as stream:
            if hashlib.sha256(stream.read(part.head)).hexdigest() != part.head_sha256:
                raise ValueError(f"{file}: its head is damaged")


def damaged_parts(folder: Path, stamp: Stamp) -> list[str]:
    """What is wrong with the folder's files, every byte read; empty where all are whole."""
    found = []
    for name, part in stamp.parts.items():
        file = folder / name
        if not file.is_file():
            found.append(f"{file} is missing")
        elif _read_part(file, part.head) != part:
            found.append(f"{file} is not as it was written")
    return found


def sync_folder(folder: Path) -> None:
    """Make a folder's listing survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files(folder: Path) -> list[Path]:
    """The files that matter: no stamp, no lock."""
    return sorted(
        file
        for file in folder.iterdir()
        if file.is_file() and file.name != STAMP and file.suffix != ".lock"
    )


def _read_part(file: Path, head: int | None) -> Part:
    head = HEAD_BYTES if head is None else head
    with file.open("rb") as stream:
        first = stream.read(head)
        whole = hashlib.sha256(first)
        while chunk := stream.read(CHUNK_BYTES):
            whole.update(chunk)
        size = stream.tell()
    return Part(size, head, hashlib.sha256(first).hexdigest(), whole.hexdigest())


def _fields(part: Part) -> dict[str, int | str]:
    return {name: getattr(part, name) for name in Part.__slots__}
