"""One generation of a local archive, read through SQLite, FAISS and tantivy at once.

Articles are listed in pages, newest first; a cursor leads to the next page.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import sqlite3
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from onrecord.index.encoder import Vectors
from onrecord.index.local import records
from onrecord.index.local.generations import Generation
from onrecord.index.local.records import LIVE, read_article, read_days
from onrecord.index.store import MAX_OUTLETS, ArticlePage, Holdings, IndexedPassage, Key, Stats
from onrecord.index.types import Article, Filter

ARTICLE_ID = r"[A-Za-z0-9._-]{1,64}"


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
        return list_articles(self._connection, where, after, limit, self._at)

    def nearest(self, vector: Vectors, k: int, where: Filter) -> list[tuple[Key, float]]:
        return self._generation.dense.search(vector, k, where)

    def matching(self, words: Sequence[str], k: int, where: Filter) -> list[tuple[Key, float]]:
        return self._generation.words.search(words, k, where)

    def document_frequencies(self, words: Collection[str]) -> dict[str, int]:
        return self._generation.words.document_frequencies(words)

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

    def holdings(self) -> Holdings:
        at, live = {"at": self._at, "most": MAX_OUTLETS}, LIVE.format("")
        days = self._connection.execute(
            f"SELECT min(first), max(last) FROM articles WHERE {live}", at
        ).fetchone()
        outlets = self._connection.execute(  # an index gives the rows, one of each outlet
            f"SELECT record FROM articles JOIN (SELECT max(row) AS row, count(*) AS number "
            f"FROM articles WHERE outlet IS NOT NULL AND {live} GROUP BY outlet "
            "ORDER BY number DESC, outlet LIMIT :most) USING (row) ORDER BY number DESC, outlet",
            at,
        )
        first, last = read_days(*days) or (None, None)
        return Holdings(first, last, tuple(json.loads(one)["outlet"] for (one,) in outlets))


def list_articles(
    connection: sqlite3.Connection, where: Filter, after: str | None, limit: int, at: int
) -> ArticlePage:
    """A page of articles, newest first. Raises `ValueError` for a cursor that is none."""
    conditions, values = _conditions(where)
    if after is not None:
        first, last_id = read_cursor(after)
        conditions.append(
            "(first IS NULL AND id > :last_id)"
            if first is None
            else "(first IS NULL OR first < :first OR (first = :first AND id > :last_id))"
        )
        values |= {"first": first, "last_id": last_id}
    condition = " AND ".join([LIVE.format(""), *conditions])
    chosen = f"SELECT row FROM articles WHERE {condition} ORDER BY first DESC, id LIMIT :limit"
    rows = connection.execute(  # an index gives the rows; only the page's texts are read
        f"SELECT first, id, record, text FROM articles WHERE row IN ({chosen}) "
        "ORDER BY first DESC, id",
        {**values, "at": at, "limit": limit + 1},
    ).fetchall()
    page = tuple(read_article(record, text) for _, _, record, text in rows[:limit])
    more = write_cursor(rows[limit - 1][0], rows[limit - 1][1]) if len(rows) > limit else None
    return ArticlePage(page, more)


def _conditions(where: Filter) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if where.published_from:
        conditions.append("first >= :from_day")
        values["from_day"] = where.published_from.toordinal()
    if where.published_to:
        conditions.append("last <= :to_day")
        values["to_day"] = where.published_to.toordinal()
    if where.outlets:
        names = {f"outlet{at}": name.casefold() for at, name in enumerate(where.outlets)}
        conditions.append(f"outlet IN ({', '.join(f':{name}' for name in names)})")
        values.update(names)
    return conditions, values


def write_cursor(first: int | None, article_id: str) -> str:
    """A cursor that points after an article; `first` is its first day, None if it is undated."""
    return base64.urlsafe_b64encode(json.dumps([first, article_id]).encode()).decode()


def read_cursor(cursor: str) -> tuple[int | None, str]:
    """What `write_cursor` was given. Raises `ValueError` for a cursor that is none."""
    try:
        first, article_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise ValueError("after is not a cursor that this archive gave") from error
    is_day = type(first) is int and 1 <= first <= date.max.toordinal()
    if not (first is None or is_day) or not re.fullmatch(ARTICLE_ID, str(article_id)):
        raise ValueError("after is not a cursor that this archive gave")
    return first, str(article_id)
