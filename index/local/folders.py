"""The names of derived folders: `vectors-N` and `words-N`, N the generation that made them."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Collection
from pathlib import Path

KINDS = ("vectors", "words")


def fresh_folder(archive: Path, kind: str, generation: int) -> Path:
    """A name that nothing has; a second folder of one generation gets a number more."""
    names = itertools.chain(
        [f"{kind}-{generation}"], (f"{kind}-{generation}-{again}" for again in itertools.count(2))
    )
    return next(path for name in names if not (path := archive / name).exists())


def remove_stale(archive: Path, kept: Collection[str]) -> None:
    """Remove the folders but those kept: the newest, and the one before that is being read."""
    for kind in KINDS:
        for folder in archive.glob(f"{kind}-*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
    (archive / "vectors.faiss").unlink(missing_ok=True)  # of schema 1


def identify_file(file: Path) -> tuple[int, int] | None:
    """What tells a file from another one of its name; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
