"""One generation of a local archive, read through SQLite, FAISS and tantivy at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from onrecord.index.encoder import Vectors
from onrecord.index.local import listing, records
from onrecord.index.local.generations import Generation
from onrecord.index.store import ArticlePage, IndexedPassage, Key, Stats
from onrecord.index.types import Article, Filter


class LocalSnapshot:
    """See `index.store.Snapshot`; holds one open read transaction."""

    def __init__(self, connection: sqlite3.Connection, generation: Generation) -> None:
        self._connection = connection
        self._generation = generation
        self._at = generation.stats.generation

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        if sha256 is not None:
            return records.find_article(self._connection, article_id, sha256, self._at)
        cached = self._generation.articles.get_many([article_id]).get(article_id)
        if cached is not None:
            return cached
        read = records.find_article(self._connection, article_id, None, self._at)
        if read is not None:
            self._generation.articles.put_many({article_id: read})
        return read

    def articles(self, where: Filter, after: str | None, limit: int) -> ArticlePage:
        return listing.list_articles(self._connection, where, after, limit, self._at)

    def nearest(self, vector: Vectors, k: int, where: Filter) -> list[tuple[Key, float]]:
        return self._generation.dense.search(vector, k, where)

    def matching(self, words: Sequence[str], k: int, where: Filter) -> list[tuple[Key, float]]:
        return self._generation.words.search(words, k, where)

    def document_frequency(self, word: str) -> int:
        return self._generation.words.document_frequency(word)

    def passages(self, keys: Sequence[Key]) -> dict[Key, IndexedPassage]:
        found = self._generation.passages.get_many(keys)
        unread = [key for key in keys if key not in found]
        if unread:
            read = records.find_passages(self._connection, unread, self._at)
            self._generation.passages.put_many(read)
            found |= read
        return found

    def stats(self) -> Stats:
        return self._generation.stats
