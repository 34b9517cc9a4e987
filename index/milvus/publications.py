"""Publications, by which readers learn that articles have changed, and the archive's numbers.

A publication is open before the first of its articles' rows is written and done after the last.
Its number is above all that a reader can have seen before that, so readers find by number what has
changed since. Two at once may have the same number. All this needs Milvus's strong consistency,
with which the collections are made.
"""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.index.milvus.connection import Connection, Row, in_batches
from onrecord.index.milvus.rows import note
from onrecord.index.milvus.schema import ARTICLES, NOTES
from onrecord.index.store import Stats
from onrecord.index.text.terms import LANGUAGES

PUBLICATION, OPEN = "publication", "open"
DEAD_SECONDS = 600  # after which an open publication is taken for that of a dead process
BUCKETS_AT_ONCE = 100
MODULUS = 2**256  # of sums of sha256, which identify a set of articles in any order


def begin(connection: Connection, writer: str) -> int:
    """Open a writer's publication and return its number."""
    number = newest(read_publications(connection)) + 1
    _write(connection, writer, OPEN, number)
    others = [row for row in read_publications(connection) if row["name"] != writer]
    return max(number, newest(others) + 1)


def end(connection: Connection, writer: str, number: int) -> None:
    """Note that a publication is done, and forget earlier ones, those of dead processes too."""
    _write(connection, writer, "", number)
    known = read_publications(connection)
    over = [row["key"] for row in known if row["number"] < number and not is_open(row)]
    connection.delete(NOTES, "key", over)


def read_publications(connection: Connection) -> list[Row]:
    """The publications that are open and the newest that are done."""
    fields = ("key", "name", "number", "at", "body")
    return connection.query(NOTES, f'kind == "{PUBLICATION}"', fields)


def newest(publications: Sequence[Row]) -> int:
    """The highest number; 0 where there is no publication."""
    return max((row["number"] for row in publications), default=0)


def is_open(publication: Row) -> bool:
    """Whether a living process may still be at it."""
    alive = time.time() - publication["at"] < DEAD_SECONDS
    return alive and list(publication["body"]) == [OPEN]


def _write(connection: Connection, writer: str, state: str, number: int) -> None:
    row = note(PUBLICATION, writer, body=state, number=number, at=int(time.time()))
    connection.upsert(NOTES, [row])


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of some articles; `digests` is the sum of theirs."""

    articles: int = 0
    passages: int = 0
    digests: int = 0
    languages: frozenset[str] = frozenset()

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.articles + other.articles,
            self.passages + other.passages,
            (self.digests + other.digests) % MODULUS,
            self.languages | other.languages,
        )


class Numbers:
    """The archive's numbers, without reading all articles again after each publication.

    Sums are kept of each bucket of articles; those buckets are read again that have changed.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reading = threading.Lock()
        self._seen: object = None  # the publications that the sums cover
        self._unread = 0  # articles of this number and above may have changed since
        self._sums: dict[int, Totals] = {}
        self._total = Totals()

    def read(self, build: str) -> Stats:
        """The numbers now; the fingerprint covers the articles and `build`.

        While somebody publishes, no two snapshots are known to be equal.
        """
        with self._reading:
            known = read_publications(self._connection)
            opened = [row["number"] for row in known if is_open(row)]
            seen = ({(row["key"], row["number"], *row["body"]) for row in known}, bool(opened))
            if seen != self._seen:
                self._read_changes()
                self._unread = min([*opened, newest(known) + 1])
                self._seen = seen
            total = self._total
        covered = f"{build}\n{total.digests:064x}\n{uuid.uuid4() if opened else ''}"
        fingerprint = hashlib.sha256(covered.encode()).hexdigest()
        languages = tuple(sorted(total.languages))
        return Stats(newest(known), fingerprint, total.articles, total.passages, languages)

    def _read_changes(self) -> None:
        changed = self._connection.every(ARTICLES, f"number >= {self._unread}", ["bucket"])
        for buckets in in_batches(sorted({row["bucket"] for row in changed}), BUCKETS_AT_ONCE):
            sums = dict.fromkeys(buckets, Totals())
            there = f'bucket in {buckets} and version != ""'
            fields = ("bucket", "digest", "passages", "language")
            for row in self._connection.every(ARTICLES, there, fields):
                sums[row["bucket"]] += _count(row)
            self._sums |= sums
        self._total = sum(self._sums.values(), Totals())


def _count(row: Row) -> Totals:
    spoken = [row["language"]] if row["passages"] and row["language"] in LANGUAGES else []
    return Totals(1, row["passages"], int(row["digest"], 16), frozenset(spoken))
