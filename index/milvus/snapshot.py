"""One generation of an archive in Milvus."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from onrecord.index.cache import FifoCache
from onrecord.index.encoder import Vectors
from onrecord.index.local.snapshot import read_cursor, write_cursor
from onrecord.index.milvus.connection import MAX_ROWS, Connection, Row, in_batches
from onrecord.index.milvus.expressions import UNDATED, Visibility, both, literal, passing, quoted
from onrecord.index.milvus.generations import read_ledger
from onrecord.index.milvus.rows import PASSAGE_FIELDS, read_body, read_passage
from onrecord.index.milvus.schema import ARTICLES, PASSAGES
from onrecord.index.store import ArticlePage, IndexedPassage, Key, Stats
from onrecord.index.text.terms import LANGUAGES, language_term
from onrecord.index.types import Article, Filter

BREADTH = 2  # candidates of the graph per wanted passage …
LEAST_BREADTH = 128  # … and at least
KEYS_AT_ONCE = 1_000
COUNTED_AT_ONCE = 32  # words; of more the passages are read …
READ_FOR_WORDS = 1_000  # … at most
READ_WHOLE = 10_000  # rows of a selection that is sorted here in one piece
FIRST_WINDOW_DAYS = 32
BODIES_AT_ONCE = 50  # texts are up to megabytes; a reply of gRPC has a limit


class MilvusSnapshot:
    """See `index.store.Snapshot`; it holds no connection or lock of its own.

    BM25 counts words in all rows of the collection, also in those that are not yet published and
    those that were removed and not yet swept.
    """

    def __init__(
        self,
        connection: Connection,
        seen: Visibility,
        stats: Stats,
        cache: FifoCache[Key, IndexedPassage],
    ) -> None:
        self._connection = connection
        self._seen = seen
        self._stats = stats
        self._cache = cache

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        named = f"id in {quoted((article_id,))}"
        if sha256 is None:
            condition = both(named, self._seen.live())
        else:
            condition = both(named, f"sha256 in {quoted((sha256,))}", self._seen.not_erased())
        found = self._connection.query(ARTICLES, condition, ["added", "removed", "body"])
        newest = max(found, key=lambda row: (row["added"], row["removed"]), default=None)
        return read_body(newest) if newest else None

    def articles(self, where: Filter, after: str | None, limit: int) -> ArticlePage:
        return list_articles(self._connection, self._seen, where, after, limit)

    def nearest(self, vector: Vectors, k: int, where: Filter) -> list[tuple[Key, float]]:
        """See `Snapshot`; exact in Milvus Lite, by a graph (HNSW) in a cluster."""
        breadth = max(BREADTH * k, LEAST_BREADTH)
        return self._search("vector", vector.tolist(), k, where, {"ef": breadth})

    def matching(self, words: Sequence[str], k: int, where: Filter) -> list[tuple[Key, float]]:
        """See `Snapshot`. Milvus Lite returns BM25, which is never below zero, negated."""
        text = " ".join(dict.fromkeys(words))
        found = self._search("bm25", text, k, where, {}) if text else []
        return [(key, abs(score)) for key, score in found]

    def document_frequencies(self, words: Collection[str]) -> dict[str, int]:
        """See `Snapshot`; of many words only those in a thousand of their passages."""
        if len(words) > COUNTED_AT_ONCE:
            some = self._connection.call(
                "query",
                PASSAGES,
                filter=self._holding(" ".join(words)),
                output_fields=["words"],
                limit=READ_FOR_WORDS,
            )
            words = {*words} & {word for row in some for word in row["words"].split()}
        counted = ((one, self._connection.count(PASSAGES, self._holding(one))) for one in words)
        return {word: count for word, count in counted if count}

    def _holding(self, words: str) -> str:
        """The live passages that have one of the words."""
        return both(f"text_match(words, {literal(words)})", self._seen.live())

    def passages(self, keys: Sequence[Key]) -> dict[Key, IndexedPassage]:
        """See `Snapshot`; the passage of a key never changes, so it is read once."""
        cached = self._cache.get_many(keys)
        live = {row["key"] for row in self._rows([*cached], ["key"])}
        unread = [key for key in keys if key not in cached]
        read = {row["key"]: read_passage(row) for row in self._rows(unread, PASSAGE_FIELDS)}
        self._cache.put_many(read)
        return {key: cached[key] for key in cached if key in live} | read

    def stats(self) -> Stats:
        return self._stats

    def _rows(self, keys: Sequence[Key], fields: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for batch in in_batches(keys, KEYS_AT_ONCE):
            named = f"key in {[int(key) for key in batch]}"
            found += self._connection.query(PASSAGES, both(named, self._seen.live()), fields)
        return found

    def _search(
        self, field: str, wanted: object, k: int, where: Filter, params: dict[str, int]
    ) -> list[tuple[Key, float]]:
        if k < 1:
            return []
        (found,) = self._connection.call(
            "search",
            PASSAGES,
            data=[wanted],
            anns_field=field,
            limit=min(k, MAX_ROWS),
            filter=both(self._seen.live(), *passing(where)),
            search_params={"metric_type": "BM25" if field == "bm25" else "IP", "params": params},
            output_fields=["key"],
        )
        hits = [(int(hit["key"]), float(hit["distance"])) for hit in found]
        return sorted(hits, key=lambda hit: (-abs(hit[1]) if field == "bm25" else -hit[1], hit[0]))


def begin_reading(
    connection: Connection,
    build: str,
    cache: FifoCache[Key, IndexedPassage],
    languages: FifoCache[int, tuple[str, ...]],
) -> MilvusSnapshot:
    """The newest published generation of an archive.

    `cache` has passages of any generation, `languages` those of each. The fingerprint names the
    archive too where its search is approximate: another one of the same articles may find others.
    """
    known = read_ledger(connection)
    total = known.total(known.newest)
    parts = [build, f"{total.digests:064x}", *([] if connection.is_lite else [known.name])]
    fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    stats = Stats(known.newest, fingerprint, total.articles, total.passages)
    snapshot = MilvusSnapshot(connection, known.seen, stats, cache)
    if known.newest not in languages.get_many([known.newest]):
        markers = {language_term(language): language for language in LANGUAGES}
        held = snapshot.document_frequencies(markers) if total.passages else {}
        languages.put_many({known.newest: tuple(markers[term] for term in sorted(held))})
    spoken = languages.get_many([known.newest])[known.newest]
    return MilvusSnapshot(connection, known.seen, replace(stats, languages=spoken), cache)


def list_articles(
    connection: Connection, seen: Visibility, where: Filter, after: str | None, limit: int
) -> ArticlePage:
    """A page of articles, newest first, from a database that cannot sort.

    Of a small selection all rows are read; of a large one ever wider windows of days, from the
    newest day back, until a page is full. Of rows that are not shown only keys and days are read.
    Raises `ValueError` for a cursor that is none.
    """
    conditions = [seen.live(), *passing(where)]
    if after is not None:
        first, last_id = read_cursor(after)
        day = UNDATED if first is None else first
        conditions.append(f"first < {day} or (first == {day} and id > {literal(last_id)})")
    rows: list[Row] = []
    for window in _windows(connection, both(*conditions)):
        found = connection.every(ARTICLES, both(*conditions, window), ["key", "id", "first"])
        rows += sorted(found, key=lambda row: (-row["first"], row["id"]))
        if len(rows) > limit:
            break
    page, more = rows[:limit], None
    if len(rows) > limit:
        first = page[-1]["first"]
        more = write_cursor(None if first == UNDATED else first, page[-1]["id"])
    return ArticlePage(tuple(map(read_body, _with_bodies(connection, page))), more)


def _windows(connection: Connection, selection: str) -> Iterator[str]:
    """Conditions that divide a selection, newest first."""
    if connection.count(ARTICLES, selection) <= READ_WHOLE:
        yield f"first >= {UNDATED}"
        return
    low, width = datetime.now(UTC).date().toordinal(), FIRST_WINDOW_DAYS
    high = date.max.toordinal()
    while high > 0:
        low = max(low - width, 0)
        yield f"first > {low} and first <= {high}"
        high, width = low, 2 * width
    yield f"first == {UNDATED}"


def _with_bodies(connection: Connection, rows: list[Row]) -> Iterator[Row]:
    for keys in in_batches([row["key"] for row in rows], BODIES_AT_ONCE):
        found = connection.query(ARTICLES, f"key in {quoted(keys)}", ["key", "body"])
        bodies = {row["key"]: row for row in found}
        yield from (bodies[key] for key in keys if key in bodies)
