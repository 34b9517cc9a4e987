"""Copy a local archive into another store without encoding anything again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from onrecord.index.local import database
from onrecord.index.local.backup import open_as_built
from onrecord.index.local.database import RECORDS, find_dimension
from onrecord.index.local.records import LIVE, read_article, read_passage, read_sources
from onrecord.index.store import IndexedPassage, Store
from onrecord.index.types import Article

PUBLISH_EVERY = 500  # articles: an interrupted copy does not repeat what it has published
DEFAULT_DIMENSION = 384  # of an archive without passages: the default encoder's


@dataclass(slots=True)
class CopyReport:
    """How many articles were copied, and how many were there already."""

    copied: int = 0
    there: int = 0


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version of an article; versions that were replaced have no passages any more."""

    article: Article
    passages: list[IndexedPassage]
    location: str


def copy_archive(
    folder: Path,
    open_target: Callable[[Mapping[str, str], int], Store],
    only: Sequence[str] | None = None,
) -> CopyReport:
    """Put all that is published in an archive, or `only` those ids, into another store.

    Tombstones are copied too. Writers may go on meanwhile. It may be repeated: what the target
    already holds is left alone, and nothing is removed there. `open_target` gets the build and the
    dimension. Raises `Conflict` where an id belongs to an article from another location there.
    """
    open_as_built(folder).close()  # migrates the archive and publishes what a dead writer left
    report = CopyReport()
    with closing(database.connect(folder / RECORDS)) as connection:
        connection.execute("BEGIN")
        meta = database.read_meta(connection)
        dimension = find_dimension(connection) or DEFAULT_DIMENSION
        with closing(open_target(json.loads(meta["build"]), dimension)) as target:
            for versions in _read_versions(connection, int(meta["published"]), only):
                if target.holds(versions[-1].article):
                    report.there += 1
                    continue
                for version in versions:
                    target.put(version.article, version.passages, version.location)
                report.copied += 1
                if report.copied % PUBLISH_EVERY == 0:
                    target.publish()
            for source in read_sources(connection):
                target.sources.remember(source)
            for (article_id,) in connection.execute("SELECT id FROM tombstones ORDER BY id"):
                target.mark_deleted(article_id)
            target.publish()
    return report


def _read_versions(
    connection: sqlite3.Connection, at: int, only: Sequence[str] | None
) -> Iterator[list[ArticleVersion]]:
    """The versions of each article that generation `at` shows, oldest first."""
    chosen = "" if only is None else "AND id IN (SELECT value FROM json_each(:only)) "
    rows = connection.execute(
        "SELECT id, row, record, text, location FROM articles WHERE added <= :at "
        f"AND (erased IS NULL OR erased > :at) {chosen}ORDER BY id, row",
        {"at": at, "only": json.dumps(only)},
    )
    for _, versions in groupby(rows, key=lambda row: row[0]):
        yield [_read_version(connection, at, *row[1:]) for row in versions]


def _read_version(
    connection: sqlite3.Connection, at: int, row: int, record: str, text: str, location: str
) -> ArticleVersion:
    article = read_article(record, text)
    passages = connection.execute(
        'SELECT start, "end", tokens, sentences, vector, sentence_vectors, words, shingles '
        f"FROM passages WHERE article = :row AND {LIVE.format('')} ORDER BY start",
        {"row": row, "at": at},
    )
    days = article.published.days
    read = [
        read_passage(article.id, article.language, days, text[one[0] : one[1]], one)
        for one in passages
    ]
    return ArticleVersion(article, read, location)
