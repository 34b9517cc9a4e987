"""A question's view of an archive in Milvus: each article stays as it was when first read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cached_property

from onrecord.index.cache import FifoCache
from onrecord.index.encoder import Vectors
from onrecord.index.local.snapshot import read_cursor, write_cursor
from onrecord.index.milvus.connection import (
    MAX_ROWS,
    Connection,
    Row,
    in_batches,
    literal,
    quoted,
)
from onrecord.index.milvus.publications import Numbers
from onrecord.index.milvus.rows import (
    PASSAGE_FIELDS,
    UNDATED,
    article_of,
    both,
    passing,
    read_passage,
    read_version,
    sha256_of,
    versions_of,
)
from onrecord.index.milvus.schema import ARTICLES, PASSAGES, VERSIONS
from onrecord.index.store import MAX_OUTLETS, ArticlePage, Holdings, IndexedPassage, Key, Stats
from onrecord.index.types import Article, Filter

BREADTH = 2  # candidates of the graph per wanted passage …
LEAST_BREADTH = 128  # … and at least
KEYS_AT_ONCE = 1_000
COUNTED_AT_ONCE = 32  # words that many passages have
READ_FOR_WORDS = 1_000  # passages
READ_WHOLE = 10_000  # rows of a selection that is sorted here in one piece
FIRST_WINDOW_DAYS = 32
BODIES_AT_ONCE = 50  # texts are up to megabytes; a reply of gRPC has a limit
Passages = FifoCache[Key, tuple[str, IndexedPassage]]  # with their versions


class MilvusSnapshot:
    """See `index.store.Snapshot`; it holds no connection or lock of its own.

    What changes while it is open is seen in articles that it has not read yet. BM25 counts words in
    all rows of the collection, also in those that no reader sees.
    """

    def __init__(
        self, connection: Connection, numbers: Numbers, build: str, cache: Passages
    ) -> None:
        """`build` is what the fingerprint covers beside the articles."""
        self._connection = connection
        self._numbers = numbers
        self._build = build
        self._cache = cache
        self._articles: dict[str, Row | None] = {}  # those that it has read

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        row = self._read([article_id])[article_id]
        versions = versions_of(row) if row else []
        wanted = (one for one in versions if sha256 in (None, sha256_of(one)))
        return next(self._texts([*wanted][:1]), None)

    def articles(self, where: Filter, after: str | None, limit: int) -> ArticlePage:
        """A page of articles, newest first, from a database that cannot sort.

        Of a small selection all rows are read; of a large one ever wider windows of days, from the
        newest day back, until a page is full. Texts are read of those that are shown.
        """
        conditions = ['version != ""', *passing(where)]
        if after is not None:
            first, last_id = read_cursor(after)
            day = UNDATED if first is None else first
            conditions.append(f"first < {day} or (first == {day} and id > {literal(last_id)})")
        rows: list[Row] = []
        for window in _windows(self._connection, both(*conditions)):
            there = both(*conditions, window)
            found = self._connection.every(ARTICLES, there, ["id", "version", "earlier", "first"])
            rows += sorted(found, key=lambda row: (-row["first"], row["id"]))
            if len(rows) > limit:
                break
        page, more = rows[:limit], None
        if len(rows) > limit:
            first = page[-1]["first"]
            more = write_cursor(None if first == UNDATED else first, page[-1]["id"])
        shown = [self._articles.setdefault(row["id"], row) for row in page]
        return ArticlePage(tuple(self._texts([row["version"] for row in shown if row])), more)

    def nearest(self, vector: Vectors, k: int, where: Filter) -> list[tuple[Key, float]]:
        """See `Snapshot`; exact in Milvus Lite, by a graph (HNSW) in a cluster."""
        return self._search("vector", vector.tolist(), k, where)

    def matching(self, words: Sequence[str], k: int, where: Filter) -> list[tuple[Key, float]]:
        return self._search("bm25", " ".join(dict.fromkeys(words)), k, where) if words else []

    def document_frequencies(self, words: Collection[str]) -> dict[str, int]:
        """See `Snapshot`; exact where all words together have less than a thousand passages.

        Where they have more, passages that no reader sees are counted too, and of more words than
        `COUNTED_AT_ONCE` only those in a thousand of the passages.
        """
        if not words:
            return {}
        some = self._connection.query(
            PASSAGES, _holding(" ".join(words)), ["version", "words"], READ_FOR_WORDS
        )
        current = self._current(row["version"] for row in some)
        held = ({*row["words"].split()} for row in some if row["version"] in current)
        found = Counter(word for there in held for word in there.intersection(words))
        if len(some) < READ_FOR_WORDS:
            return dict(found)
        asked = words if len(words) <= COUNTED_AT_ONCE else found
        counted = ((word, self._connection.count(PASSAGES, _holding(word))) for word in asked)
        return {word: count for word, count in counted if count}

    def passages(self, keys: Sequence[Key]) -> dict[Key, IndexedPassage]:
        """See `Snapshot`; the passage of a key never changes, so it is read once."""
        found = self._cache.get_many(keys)
        for batch in in_batches([key for key in keys if key not in found], KEYS_AT_ONCE):
            named = f"key in {[int(key) for key in batch]}"
            rows = self._connection.query(PASSAGES, named, PASSAGE_FIELDS)
            read = {row["key"]: (row["version"], read_passage(row)) for row in rows}
            self._cache.put_many(read)
            found |= read
        current = self._current(version for version, _ in found.values())
        return {key: passage for key, (version, passage) in found.items() if version in current}

    def stats(self) -> Stats:
        return self._stats

    def holdings(self) -> Holdings:
        """See `Snapshot`; a row of every article is read."""
        fields = ["version", "first", "last", "outlet"]
        rows = [*self._connection.every(ARTICLES, 'version != ""', fields)]
        dated = [row for row in rows if row["first"] != UNDATED]
        counted = Counter(row["outlet"] for row in rows if row["outlet"]).most_common(MAX_OUTLETS)
        example = {row["outlet"]: row["version"] for row in rows}
        outlets = (one.outlet for one in self._texts([example[name] for name, _ in counted]))
        first = min((date.fromordinal(row["first"]) for row in dated), default=None)
        last = max((date.fromordinal(row["last"]) for row in dated), default=None)
        return Holdings(first, last, tuple(filter(None, outlets)))

    @cached_property
    def _stats(self) -> Stats:
        return self._numbers.read(self._build)

    def _read(self, article_ids: Iterable[str]) -> dict[str, Row | None]:
        """What the snapshot knows of articles, after reading what it had not read yet."""
        unread = [name for name in dict.fromkeys(article_ids) if name not in self._articles]
        for batch in in_batches(unread, KEYS_AT_ONCE):
            there = f'id in {quoted(batch)} and version != ""'
            rows = self._connection.query(ARTICLES, there, ["id", "version", "earlier"])
            self._articles |= {**dict.fromkeys(batch), **{row["id"]: row for row in rows}}
        return self._articles

    def _current(self, versions: Iterable[str]) -> set[str]:
        """The versions, of those given, that readers see."""
        wanted = {*versions}
        articles = self._read(map(article_of, wanted))
        rows = ((one, articles[article_of(one)]) for one in wanted)
        return {version for version, row in rows if row and row["version"] == version}

    def _texts(self, versions: Sequence[str]) -> Iterator[Article]:
        for names in in_batches(versions, BODIES_AT_ONCE):
            found = self._connection.query(VERSIONS, f"key in {quoted(names)}", ["key", "body"])
            read = {row["key"]: row for row in found}
            yield from (read_version(read[name]) for name in names if name in read)

    def _search(self, field: str, wanted: object, k: int, where: Filter) -> list[tuple[Key, float]]:
        """The best k passages of current versions.

        Where passages of other versions were among them, more are asked for.
        """
        limit, found = min(k, MAX_ROWS), list[tuple[Key, float]]()
        while len(found) < k:
            hits = self._hits(field, wanted, limit, where)
            current = self._current(hit["version"] for hit in hits)
            found = [(int(h["key"]), h["score"]) for h in hits if h["version"] in current]
            if len(hits) < limit or limit == MAX_ROWS:
                break
            limit = min(2 * limit, MAX_ROWS)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _hits(self, field: str, wanted: object, limit: int, where: Filter) -> list[Row]:
        """The best passages of any version. Milvus Lite negates BM25, which is never below zero."""
        graph = {"metric_type": "IP", "params": {"ef": max(BREADTH * limit, LEAST_BREADTH)}}
        (hits,) = self._connection.call(
            "search",
            PASSAGES,
            data=[wanted],
            anns_field=field,
            limit=limit,
            filter=both(*passing(where)),
            search_params={"metric_type": "BM25"} if field == "bm25" else graph,
            output_fields=["key", "version"],
        )
        score = abs if field == "bm25" else float
        return [{**hit["entity"], "score": float(score(hit["distance"]))} for hit in hits]


def _holding(words: str) -> str:
    """The condition of passages that have one of the words."""
    return f"text_match(words, {literal(words)})"


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
