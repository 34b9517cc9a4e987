"""Whether everything in an archive is as it must be: the record of truth, then what is derived.

Every byte is read and nothing is changed. A service may run and write meanwhile: what is checked
is the generation that was published last.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from onrecord.index.local import schema
from onrecord.index.local.agreement import agree_on_schema, find_dimension
from onrecord.index.local.check_derived import check_vectors, check_words
from onrecord.index.local.check_records import check_articles, check_pages, check_passages
from onrecord.index.local.faults import explained

MOST_FINDINGS = 100  # a damaged disk can make a million


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong; what is derived can be rebuilt, the record of truth cannot."""

    problem: str
    derived: bool


def check(folder: Path) -> list[Finding]:
    """What is wrong with an archive, at most `MOST_FINDINGS` things; empty where nothing is.

    Raises `ArchiveMismatch` for a later schema and `ArchiveDamaged` where SQLite reads nothing.
    """
    with explained(folder):
        connection = schema.connect(folder / schema.RECORDS)
        try:
            while True:
                found = list(islice(_look(folder, connection), MOST_FINDINGS))
                if not any(finding.derived for finding in found) or not _overtaken(connection):
                    return found
        finally:
            connection.close()


def _look(folder: Path, connection: sqlite3.Connection) -> Iterator[Finding]:
    """Everything that is wrong, the record of truth first, within one generation."""
    connection.execute("BEGIN")
    meta = schema.read_meta(connection)
    agree_on_schema(folder, meta["schema"])
    at, dimension = int(meta["published"]), find_dimension(connection) or 1
    earlier = int(meta["schema"]) < schema.SCHEMA_VERSION
    sound = True
    for found in (
        check_pages(connection),
        check_articles(connection),
        () if earlier else check_passages(connection, at, dimension),
    ):
        for problem in found:
            sound = False
            yield Finding(problem, derived=False)
    if not sound:  # nothing to hold the rest against
        return
    if earlier:
        problem = f"it is of schema {meta['schema']}: opening it makes that {schema.SCHEMA_VERSION}"
        yield Finding(problem, derived=True)
        return
    if "words" not in meta:
        yield Finding("nothing is published yet", derived=True)
        return
    for found in (
        check_vectors(folder, connection, meta, dimension),
        check_words(folder, connection, meta),
    ):
        yield from (Finding(problem, derived=True) for problem in found)


def _overtaken(connection: sqlite3.Connection) -> bool:
    """Whether another generation was published meanwhile: its folders are others."""
    before = schema.read_meta(connection)["published"]
    connection.execute("COMMIT")
    return schema.read_meta(connection)["published"] != before
