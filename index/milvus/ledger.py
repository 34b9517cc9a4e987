"""Which generations there are, without a lock that a dead writer could keep.

A writer opens a generation of its own, writes rows that carry it, and commits it by changing its
one row of the ledger. A reader asks once: it sees all up to the newest committed generation, but
those still open. A generation is opened only if, read back, no other has its number and none from
it on is committed; so what a reader has seen never grows. Commits older than `GRACE_SECONDS` are
folded into one row. Needs Milvus's strong consistency, which the collections are made with.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.errors import ArchiveBusy
from index.milvus.connection import Connection, Row
from index.milvus.expressions import Seen, quoted
from index.milvus.schema import LEDGER, ledger_row

OPEN, COMMIT, FOLD = "open", "commit", "fold"
GRACE_SECONDS = 60.0  # how long a reader may hold a generation; a question takes milliseconds
DEAD_SECONDS = 600.0  # an open generation that nobody has touched for so long is taken back
TOUCH_SECONDS = 60.0  # how often its writer does
TRIES = 20  # to open a generation beside others that do
MODULUS = 2**256  # sums of sha256 say which articles there are, whatever their order


@dataclass(slots=True)
class Change:
    """What generations did to the numbers: `digests` is a sum modulo `MODULUS`."""

    articles: int = 0
    passages: int = 0
    digests: int = 0

    def add(self, other: Change) -> None:
        """Count another change in."""
        self.articles += other.articles
        self.passages += other.passages
        self.digests = (self.digests + other.digests) % MODULUS

    def write(self) -> str:
        """As JSON; a sum of 256 bits as hexadecimal digits."""
        return json.dumps([self.articles, self.passages, f"{self.digests % MODULUS:x}"])


@dataclass(slots=True)
class Opened:
    """A writer's own generation, what it did to the numbers, and where its articles came from."""

    token: str
    generation: int
    touched: float
    change: Change = field(default_factory=Change)
    locations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger's rows at one moment."""

    rows: tuple[Row, ...]

    @property
    def seen(self) -> Seen:
        """What a reader sees who begins now."""
        newest = self.newest
        open_ones = (row["generation"] for row in self.of(OPEN))
        return Seen(newest, frozenset(at for at in open_ones if at <= newest))

    @property
    def newest(self) -> int:
        """The newest published generation; 0 where there is none."""
        return max((row["generation"] for row in (*self.of(COMMIT), *self.of(FOLD))), default=0)

    @property
    def folded(self) -> int:
        """The generation up to which all is folded."""
        return max((row["generation"] for row in self.of(FOLD)), default=0)

    def total(self, up_to: int) -> Change:
        """The archive's numbers at a generation from `folded` on."""
        total, folded = Change(), self.folded
        for row in self.rows:
            is_fold = row["kind"] == FOLD and row["generation"] == folded
            if is_fold or (row["kind"] == COMMIT and folded < row["generation"] <= up_to):
                total.add(read_change(row["body"]))
        return total

    def foldable(self, before: float) -> int:
        """The newest generation such that it and all before it were committed before a time."""
        young = [row["generation"] for row in self.of(COMMIT) if row["at"] > before]
        bound = min([*young, *(row["generation"] for row in self.of(OPEN))], default=None)
        old = [
            row["generation"]
            for row in self.of(COMMIT)
            if bound is None or row["generation"] < bound
        ]
        return max(old, default=self.folded)

    def of(self, kind: str) -> Iterator[Row]:
        """The rows of a kind."""
        return (row for row in self.rows if row["kind"] == kind)


def read_change(body: str) -> Change:
    """The change that `write` wrote."""
    articles, passages, digests = json.loads(body)
    return Change(articles, passages, int(digests, 16))


def read_ledger(connection: Connection) -> Ledger:
    """The ledger as it is now, in one query."""
    fields = ["token", "kind", "generation", "at", "body"]
    wanted = f"kind in {quoted((OPEN, COMMIT, FOLD))}"
    return Ledger(tuple(connection.query(LEDGER, wanted, fields)))


def open_generation(connection: Connection) -> Opened:
    """A generation of one's own. Raises `ArchiveBusy` where others were always quicker."""
    token = str(uuid.uuid4())
    for _ in range(TRIES):
        known = [row["generation"] for row in read_ledger(connection).rows if row["token"] != token]
        generation = 1 + max(known, default=0)
        _write(connection, token, OPEN, generation, Change())
        if not _is_taken(read_ledger(connection), token, generation):
            return Opened(token, generation, time.time())
        time.sleep(random.uniform(0.01, 0.1))
    drop(connection, token)
    raise ArchiveBusy(f"{TRIES} other writers began at the same moment; try again")


def _is_taken(ledger: Ledger, token: str, generation: int) -> bool:
    return ledger.newest >= generation or any(
        row["generation"] == generation and row["token"] != token for row in ledger.of(OPEN)
    )


def touch(connection: Connection, opened: Opened) -> None:
    """Say that the writer lives. Raises `ArchiveBusy` where it was taken for dead."""
    if time.time() - opened.touched > TOUCH_SECONDS:
        require_open(connection, opened)
        _write(connection, opened.token, OPEN, opened.generation, Change())
        opened.touched = time.time()


def require_open(connection: Connection, opened: Opened) -> None:
    """Raise `ArchiveBusy` where the generation was taken back."""
    if find_kind(connection, opened.token) != OPEN:
        raise ArchiveBusy(
            f"generation {opened.generation} was taken back: its writer was silent for more than "
            f"{DEAD_SECONDS:.0f} s. Do it again"
        )


def find_kind(connection: Connection, token: str) -> str | None:
    """Whether a generation is open or committed; None where it is neither."""
    found = connection.query(LEDGER, f"token in {quoted((token,))}", ["kind"])
    return str(found[0]["kind"]) if found else None


def commit(connection: Connection, opened: Opened) -> None:
    """Publish all that the generation did, at once."""
    _write(connection, opened.token, COMMIT, opened.generation, opened.change)


def fold(connection: Connection, ledger: Ledger, up_to: int) -> None:
    """Replace the commits up to a generation by their sum; the sum is there first."""
    total = ledger.total(up_to)
    _write(connection, f"{FOLD} {up_to}", FOLD, up_to, total)
    gone = f"kind in {quoted((COMMIT, FOLD))} and generation <= {up_to}"
    connection.call(
        "delete", LEDGER, filter=f"{gone} and token not in {quoted((f'{FOLD} {up_to}',))}"
    )


def spend(connection: Connection, token: str, generation: int) -> None:
    """End a generation that did nothing, so that no other ever gets its number."""
    _write(connection, f"spent {generation}", COMMIT, generation, Change())
    drop(connection, token)


def drop(connection: Connection, token: str) -> None:
    """Take a generation's row away."""
    connection.call("delete", LEDGER, filter=f"token in {quoted((token,))}")


def _write(connection: Connection, token: str, kind: str, generation: int, change: Change) -> None:
    row = ledger_row(token, kind, generation, int(time.time()), change.write())
    connection.call("upsert", LEDGER, [row])
