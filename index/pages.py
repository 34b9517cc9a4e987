"""Which files a build reads: every file under the paths it was given, each under one name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.index.identity import readable, shared_path


@dataclass(frozen=True, slots=True)
class Page:
    """One file to be read: where it is, and its path as every machine would name it."""

    file: Path
    shared: str

    @property
    def location(self) -> str:
        """What the store knows the file by."""
        return readable(str(self.file))

    @property
    def size(self) -> int:
        """Bytes; 0 for a file that cannot be looked at."""
        try:
            return self.file.stat().st_size
        except OSError:
            return 0

    def hash(self) -> str:
        """Hex sha256 of the file's bytes. Raises `OSError` where it cannot be read."""
        with self.file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def find_pages(paths: Sequence[Path]) -> list[Page]:
    """Every file under the paths, in order; hidden ones and READMEs only where named themselves.

    Raises `FileNotFoundError` where a path does not exist.
    """
    pages: dict[Path, Page] = {}
    for given in paths:
        if not given.exists():
            raise FileNotFoundError(f"there is no file or folder {given}")
        for file in sorted(_files(given)):
            pages.setdefault(file.resolve(), Page(file.resolve(), shared_path(file, given)))
    return list(pages.values())


def _files(given: Path) -> Iterator[Path]:
    if given.is_file():
        yield given
        return
    for file in given.rglob("*"):
        inside = file.relative_to(given).parts
        hidden = any(part.startswith(".") for part in inside)
        if file.is_file() and not hidden and file.stem.upper() != "README":
            yield file
