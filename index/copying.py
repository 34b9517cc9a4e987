"""Copy a local archive into another store without encoding anything again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from onrecord.index.local import database
from onrecord.index.local.backup import open_as_built
from onrecord.index.local.database import RECORDS, find_dimension
from onrecord.index.local.records import LIVE, read_article, read_passage, read_sources
from onrecord.index.store import IndexedPassage, Source, Store
from onrecord.index.types import Article

PUBLISH_EVERY = 500  # articles: an interrupted copy does not repeat what it has published
DEFAULT_DIMENSION = 384  # of an archive without passages: the default encoder's


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version of an article; versions that were replaced have no passages any more."""

    article: Article
    passages: tuple[IndexedPassage, ...]
    location: str


@dataclass(frozen=True, slots=True)
class LocalExport:
    """Everything in one generation of a local archive; valid while its connection is open.

    `build` is how its passages were cut and encoded.
    """

    connection: sqlite3.Connection
    generation: int
    build: dict[str, str]
    dimension: int

    def articles(self) -> Iterator[list[ArticleVersion]]:
        """The versions of each article, oldest first."""
        rows = self.connection.execute(
            "SELECT id, row, record, text, location FROM articles WHERE added <= :at "
            "AND (erased IS NULL OR erased > :at) ORDER BY id, row",
            {"at": self.generation},
        )
        for _, versions in groupby(rows, key=lambda row: row[0]):
            yield [self._version(*row[1:]) for row in versions]

    def sources(self) -> list[Source]:
        """Every file that was read."""
        return read_sources(self.connection)

    def tombstones(self) -> list[str]:
        """The ids of the articles that were deleted by hand."""
        rows = self.connection.execute("SELECT id FROM tombstones ORDER BY id")
        return [article_id for (article_id,) in rows]

    def _version(self, row: int, record: str, text: str, location: str) -> ArticleVersion:
        article = read_article(record, text)
        passages = self.connection.execute(
            'SELECT start, "end", tokens, sentences, vector, sentence_vectors, words, shingles '
            "FROM passages "
            f"WHERE article = :row AND {LIVE.format('')} ORDER BY start",
            {"row": row, "at": self.generation},
        )
        stored = [
            read_passage(article.id, article.published.days, text[row[0] : row[1]], row)
            for row in passages
        ]
        return ArticleVersion(article, tuple(stored), location)


@contextmanager
def open_export(folder: Path) -> Iterator[LocalExport]:
    """The generation that is published now; writers may go on meanwhile."""
    open_as_built(folder).close()  # migrates the archive and publishes what a dead writer left
    connection = database.connect(folder / RECORDS)
    try:
        connection.execute("BEGIN")
        meta = database.read_meta(connection)
        dimension = find_dimension(connection) or DEFAULT_DIMENSION
        yield LocalExport(connection, int(meta["published"]), json.loads(meta["build"]), dimension)
    finally:
        connection.close()


@dataclass(slots=True)
class CopyReport:
    """How many articles were copied, and how many were there already."""

    copied: int = 0
    there: int = 0


def copy_archive(
    export: LocalExport, open_target: Callable[[Mapping[str, str], int], Store]
) -> CopyReport:
    """Put all of an archive into another store: versions, sources and tombstones too.

    It may be repeated: what the target already holds is left alone, and nothing is removed there.
    `open_target` gets the build and the dimension. Raises `Conflict` where an id belongs to an
    article from another location there.
    """
    report = CopyReport()
    target = open_target(export.build, export.dimension)
    try:
        for versions in export.articles():
            if target.holds(versions[-1].article):
                report.there += 1
                continue
            for version in versions:
                target.put(version.article, version.passages, version.location)
            report.copied += 1
            if report.copied % PUBLISH_EVERY == 0:
                target.publish()
        for source in export.sources():
            target.sources.remember(source)
        for article_id in export.tombstones():
            target.mark_deleted(article_id)
        target.publish()
    finally:
        target.close()
    return report
