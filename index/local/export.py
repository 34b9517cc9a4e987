"""Export everything that a local archive holds in one generation; see `index/copying.py`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from onrecord.index.copying import ArticleVersion
from onrecord.index.local import database
from onrecord.index.local.backup import open_as_built
from onrecord.index.local.compatibility import find_dimension
from onrecord.index.local.database import RECORDS
from onrecord.index.local.records import LIVE, read_article, read_passage
from onrecord.index.local.sources import read_sources
from onrecord.index.store import Source

DEFAULT_DIMENSION = 384  # of an archive without passages: the default encoder's


@dataclass(frozen=True, slots=True)
class LocalExport:
    """See `index.copying.ArchiveExport`; valid while its connection is open."""

    connection: sqlite3.Connection
    generation: int
    build: dict[str, str]
    dimension: int

    def articles(self) -> Iterator[list[ArticleVersion]]:
        rows = self.connection.execute(
            "SELECT id, row, record, text, location FROM articles WHERE added <= :at "
            "AND (erased IS NULL OR erased > :at) ORDER BY id, row",
            {"at": self.generation},
        )
        for _, versions in groupby(rows, key=lambda row: row[0]):
            yield [self._version(*row[1:]) for row in versions]

    def sources(self) -> list[Source]:
        return read_sources(self.connection)

    def tombstones(self) -> list[str]:
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
        entries = [
            read_passage(article.id, article.published.days, text[row[0] : row[1]], row)
            for row in passages
        ]
        return ArticleVersion(article, tuple(entries), location)


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
