"""All that a local archive holds, read at one generation, to be put elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from onrecord.index.local import schema, sources
from onrecord.index.local.backup import open_as_built
from onrecord.index.local.records import LIVE
from onrecord.index.local.rows import read_article, read_entry
from onrecord.index.local.schema import RECORDS
from onrecord.index.store import IndexedPassage, Source
from onrecord.index.types import Article


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article; replaced ones have no entries any more."""

    article: Article
    entries: tuple[IndexedPassage, ...]
    location: str


@dataclass(frozen=True, slots=True)
class Whole:
    """One generation of an archive, while its connection is open."""

    connection: sqlite3.Connection
    generation: int

    def articles(self) -> Iterator[list[Version]]:
        """The versions of each article, oldest first."""
        rows = self.connection.execute(
            "SELECT id, row, record, text, location FROM articles WHERE added <= :at "
            "AND (erased IS NULL OR erased > :at) ORDER BY id, row",
            {"at": self.generation},
        )
        for _, versions in groupby(rows, key=lambda row: row[0]):
            yield [self._version(*row[1:]) for row in versions]

    def sources(self) -> list[Source]:
        """Every source that was read."""
        return sources.read_sources(self.connection)

    def tombstones(self) -> list[str]:
        """The ids that were deleted by hand."""
        rows = self.connection.execute("SELECT id FROM tombstones ORDER BY id")
        return [article_id for (article_id,) in rows]

    def _version(self, row: int, record: str, text: str, location: str) -> Version:
        article = read_article(record, text)
        passages = self.connection.execute(
            'SELECT start, "end", tokens, sentences, vector, sentence_vectors, words, shingles '
            "FROM passages "
            f"WHERE article = :row AND {LIVE.format('')} ORDER BY start",
            {"row": row, "at": self.generation},
        )
        entries = [
            read_entry(article.id, article.published.days, text[row[0] : row[1]], row)
            for row in passages
        ]
        return Version(article, tuple(entries), location)


@contextmanager
def open_whole(folder: Path) -> Iterator[Whole]:
    """The generation that is published now; a writer does not disturb it."""
    open_as_built(folder).close()  # migrates it, and publishes what a dead writer left
    connection = schema.connect(folder / RECORDS)
    try:
        connection.execute("BEGIN")
        yield Whole(connection, int(schema.read_meta(connection)["published"]))
    finally:
        connection.close()
