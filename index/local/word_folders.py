"""The folders `words-N` beside the record of truth: one a generation, never changed again.

A change is made in a new folder that shares the old one's files (hard links: tantivy writes a file
once), so a reader is not disturbed and a process that dies leaves the old folder as it was.

tantivy counts removed passages in its statistics until they are written anew. Up to
`ALWAYS_ANEW` passages every removal writes the index anew, so that scores depend on what the
archive holds and not on how it came to hold it. Beyond, where that takes seconds, up to
`REMOVED_SHARE` of removed passages still count in the rarity of words; the fingerprint says so.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from onrecord.index.local import records
from onrecord.index.local.folders import fresh_folder
from onrecord.index.local.stamps import Part, Stamp, look, read_stamp, write_stamp
from onrecord.index.local.words import WordIndex, write_words

ALWAYS_ANEW = 50_000  # passages; writing them takes about six seconds
REMOVED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class WordFolder:
    """A folder and its stamp; `removed` passages still count in its statistics."""

    path: Path
    stamp: str
    removed: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether scores depend on nothing but what the archive holds."""
        return not self.removed


def find_words(path: Path, stamp: str) -> WordFolder:
    """The folder of that stamp. Raises `ValueError` where it is missing or damaged."""
    read = read_stamp(path, stamp)
    look(path, read)
    return WordFolder(path, stamp, read.facts["removed"])


def open_words(folder: WordFolder) -> WordIndex:
    """The index in a folder. Raises `ValueError` where tantivy cannot read it."""
    try:
        return WordIndex(folder.path)
    except OSError as error:
        raise ValueError(f"{folder.path}: {error}") from error


def update_words(
    archive: Path,
    connection: sqlite3.Connection,
    before: WordFolder | None,
    published: int,
    generation: int,
) -> WordFolder:
    """The folder that is right at `generation`; `before` was right at `published`."""
    if before is None:
        return _write_anew(archive, connection, generation)
    if generation == published:
        return before
    gone = records.removed_rows(connection, after=published, at=generation)
    removed = before.removed + len(gone)
    allowed = REMOVED_SHARE * records.count_passages(connection, generation)
    if removed and (allowed < REMOVED_SHARE * ALWAYS_ANEW or removed > allowed):
        return _write_anew(archive, connection, generation)
    fresh = records.word_documents(connection, after=published, at=generation)
    path = fresh_folder(archive, "words", generation)
    share_files(before.path, path)
    write_words(path, fresh, gone)
    facts = {"generation": generation, "removed": removed}
    known = read_stamp(before.path, before.stamp)
    return WordFolder(path, write_stamp(path, facts, known=_unchanging(known)), removed)


def share_files(old: Path, new: Path) -> None:
    """A folder of the same files, without a copy where the disk can link."""
    new.mkdir()
    for file in old.iterdir():
        if file.suffix in {".lock", ".json"}:  # those are written anew
            if file.name in {"meta.json", ".managed.json"}:
                shutil.copy2(file, new / file.name)
            continue
        try:
            os.link(file, new / file.name)
        except OSError:
            shutil.copy2(file, new / file.name)


def _write_anew(archive: Path, connection: sqlite3.Connection, generation: int) -> WordFolder:
    path = fresh_folder(archive, "words", generation)
    write_words(path, records.word_documents(connection, after=-1, at=generation))
    return WordFolder(path, write_stamp(path, {"generation": generation, "removed": 0}))


def _unchanging(stamp: Stamp) -> dict[str, Part]:
    return {name: part for name, part in stamp.parts.items() if not name.endswith(".json")}
