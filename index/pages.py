"""Which files a build reads: every file under the paths that it was given, each under one name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SHARD_DIGITS = 15  # hexadecimal digits of a sha256, enough to divide pages evenly


@dataclass(frozen=True, slots=True)
class Page:
    """One file to be read: where it is, and its path as every machine would name it."""

    file: Path
    shared: str

    @property
    def location(self) -> str:
        """The name under which the store knows the file."""
        return _printable(str(self.file))

    @property
    def size(self) -> int:
        """Bytes; 0 for a file that cannot be examined."""
        try:
            return self.file.stat().st_size
        except OSError:
            return 0

    def hash(self) -> str:
        """Hex sha256 of the file's bytes. Raises `OSError` where it cannot be read."""
        with self.file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th, from 1, of `of` parts of the pages, for workers that share a build."""

    number: int
    of: int

    def takes(self, sha256: str) -> bool:
        """Whether a page of these bytes is in this part; every page is in exactly one.

        The bytes decide, so that one worker gets all copies of a page and rejects all but one.
        """
        return int(sha256[:SHARD_DIGITS], 16) % self.of == self.number - 1


def find_pages(paths: Sequence[Path]) -> list[Page]:
    """Every file under the paths, in order; hidden files and READMEs only if named themselves.

    Raises `FileNotFoundError` where a path does not exist.
    """
    pages: dict[Path, Page] = {}
    for given in paths:
        if not given.exists():
            raise FileNotFoundError(f"there is no file or folder {given}")
        for file in sorted(_files(given)):
            pages.setdefault(file.resolve(), Page(file.resolve(), shared_path(file, given)))
    return list(pages.values())


def shared_path(file: Path, given: Path) -> str:
    """A file's path from the name of the folder that was given, or of the file's own folder."""
    if given.is_dir():
        # Not resolved: a link inside the folder may point out of it.
        shared = Path(given.resolve().name) / file.relative_to(given)
    else:
        shared = Path(file.resolve().parent.name) / file.resolve().name
    return _printable(shared.as_posix())


def _files(given: Path) -> Iterator[Path]:
    if given.is_file():
        yield given
        return
    for file in given.rglob("*"):
        inside = file.relative_to(given).parts
        hidden = any(part.startswith(".") for part in inside)
        if file.is_file() and not hidden and file.stem.upper() != "README":
            yield file


def _printable(path: str) -> str:
    """The path with every byte that is not UTF-8 as an escape sequence."""
    return path.encode("utf-8", "backslashreplace").decode()
