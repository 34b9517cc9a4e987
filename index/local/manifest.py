"""Folders of derived indexes, `vectors-N` and `words-N`, and their manifests.

N is the generation that wrote the folder. Its manifest, `stamp.json`, holds the size and sha256 of
every file, and the manifest's own sha256 is in the record of truth, so a folder that is missing,
truncated or another one is recognised at once. Opening reads only sizes and heads (what a reader
must trust before it reads the rest); `onrecord check` reads every byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KINDS = ("vectors", "words")
MANIFEST = "stamp.json"
HEAD_BYTES = 65_536  # of a file whose head has no length of its own; hashed in under a millisecond


@dataclass(frozen=True, slots=True)
class FileSum:
    """The checksums of one file, and those of its first `head` bytes."""

    size: int
    head: int
    head_sha256: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A folder's files by name, and the facts that its writer noted about it."""

    facts: Mapping[str, Any]
    files: Mapping[str, FileSum]


def new_folder(archive: Path, kind: str, generation: int) -> Path:
    """Where a generation's index goes; what a writer left there that died is removed."""
    folder = archive / f"{kind}-{generation}"
    if folder.exists():
        shutil.rmtree(folder)
    return folder


def remove_stale(archive: Path, current: Collection[str]) -> None:
    """Remove all folders but the current ones: the newest, and the one before, still being read."""
    for kind in KINDS:
        for folder in archive.glob(f"{kind}-*"):
            if folder.name not in current:
                shutil.rmtree(folder, ignore_errors=True)
    (archive / "vectors.faiss").unlink(missing_ok=True)  # of schema 1


def write_manifest(
    folder: Path,
    facts: Mapping[str, Any],
    heads: Mapping[str, int] | None = None,
    known: Mapping[str, FileSum] | None = None,
) -> str:
    """Write a folder's manifest and sync all its files; returns the manifest's sha256.

    `heads` gives the length of a file's head. `known` files are never changed and are not read
    again where their size is the same.
    """
    files = {}
    for file in sorted(folder.iterdir()):
        if file.name != MANIFEST and file.suffix != ".lock":
            before = (known or {}).get(file.name)
            if before is None or before.size != file.stat().st_size:
                before = _read_file(file, (heads or {}).get(file.name, HEAD_BYTES))
            files[file.name] = before
    shown = {"facts": dict(facts), "parts": {name: asdict(one) for name, one in files.items()}}
    written = json.dumps(shown, indent=1, sort_keys=True).encode()
    with (folder / MANIFEST).open("wb") as stream:
        stream.write(written)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(folder)
    sync_folder(folder.parent)
    return hashlib.sha256(written).hexdigest()


def read_manifest(folder: Path, sha256: str) -> Manifest:
    """The manifest of that sha256. Raises `ValueError` where the folder has another or none."""
    try:
        written = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise ValueError(f"{folder / MANIFEST} is missing") from error
    found = hashlib.sha256(written).hexdigest()
    if found != sha256:
        raise ValueError(f"{folder / MANIFEST}: expected sha256 {sha256}, got {found}")
    shown = json.loads(written)
    return Manifest(shown["facts"], {name: FileSum(**one) for name, one in shown["parts"].items()})


def open_folder(folder: Path, sha256: str) -> Manifest:
    """The manifest of that sha256. Raises `ValueError` where it, a size or a head is another."""
    manifest = read_manifest(folder, sha256)
    for problem in find_damage(folder, manifest, heads_only=True):
        raise ValueError(problem)
    return manifest


def find_damage(folder: Path, manifest: Manifest, *, heads_only: bool) -> Iterator[str]:
    """What is wrong with the folder's files, by their sizes and heads or by every byte."""
    for name, known in manifest.files.items():
        file = folder / name
        if not file.is_file():
            yield f"{file} is missing"
        elif (size := file.stat().st_size) != known.size:
            yield f"{file}: expected {known.size} bytes, got {size}"
        elif _hash_head(file, known.head) != known.head_sha256:
            yield f"{file}: its head is damaged"
        elif not heads_only and _hash_file(file) != known.sha256:
            yield f"{file} is not as it was written"


def sync_folder(folder: Path) -> None:
    """Make a folder's listing survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_file(file: Path, head: int) -> FileSum:
    """The checksums of a file, synced to disk."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
    return FileSum(file.stat().st_size, head, _hash_head(file, head), _hash_file(file))


def _hash_head(file: Path, head: int) -> str:
    with file.open("rb") as stream:
        return hashlib.sha256(stream.read(head)).hexdigest()


def _hash_file(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
