"""The folders `words-N` beside the record of truth: which one is right, and when to write anew.

New passages are added where the index stands. An index with removals, a damaged one or one whose
count is off is written anew under the next name, so a reader that has it open is not disturbed.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from index.local import records
from index.local.words import WordIndex, write_words

log = logging.getLogger(__name__)


def open_words(archive: Path, meta: Mapping[str, str]) -> WordIndex | None:
    """The published word index; None where it is missing or damaged."""
    folder = archive / meta.get("words", "")
    if not (folder / "meta.json").exists():
        return None
    try:
        return WordIndex(folder)
    except ValueError as error:
        log.warning("%s cannot be read and is rebuilt: %s", folder, error)
        return None


def update_words(
    archive: Path, connection: sqlite3.Connection, meta: Mapping[str, str], generation: int
) -> Path:
    """The folder of a word index that is right at `generation`, written where it has to be."""
    published = int(meta["published"])
    words = open_words(archive, meta)
    if words is not None and _can_grow(words, connection, published):
        folder = archive / meta["words"]
        if generation > published:
            added = records.word_documents(connection, after=published, at=generation)
            write_words(folder, added, anew=False)
        return folder
    folder = archive / f"words-{generation}"
    write_words(folder, records.word_documents(connection, after=-1, at=generation), anew=True)
    return folder


def remove_stale_words(archive: Path, kept: set[str]) -> None:
    """Remove the folders but those kept: the newest, and the one before that is being read."""
    for folder in archive.glob("words-*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _can_grow(words: WordIndex, connection: sqlite3.Connection, published: int) -> bool:
    removed = connection.execute(
        "SELECT 1 FROM passages WHERE removed > ? LIMIT 1", (published,)
    ).fetchone()
    return removed is None and words.size == records.live_rows(connection, published).size
