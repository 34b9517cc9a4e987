"""Generations: which there are, and how a writer's own begins, lives and ends, without a lock.

The ledger holds them and is read in one query. A row is a REQUEST for a number, an OPEN generation,
its COMMIT, the note that it is DISCARDED (then nothing that it did counts, whatever else the ledger
says of it), the SUM of old commits, a CLAIM of an open generation on an article, or the ARCHIVE's
own row.

A writer requests a number, reads the ledger again, and opens the number only if no other writer
requests it and no later generation has ended; so what a reader sees never grows. A commit changes
one row. All this needs Milvus's strong consistency, with which the collections are made.

Only one writer changes an article: it claims the article first and then looks for other claims. Of
two that do so at once at least one sees the other and withdraws. A claim lasts as long as its
generation is open.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from onrecord.index.errors import ArchiveBusy
from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import Visibility, quoted
from onrecord.index.milvus.schema import ARCHIVE, LEDGER, ledger_row

GRACE_SECONDS = 60.0  # how long a reader may hold a generation; a question takes milliseconds
DEAD_SECONDS = 600.0  # after which an open generation that was not touched is rolled back
TOUCH_SECONDS = 60.0  # between two touches by its writer
TRIES = 20  # to open a generation while other writers do
WAIT_SECONDS = 5.0  # for another writer to publish; one that posts an article takes less
STEP_SECONDS = (0.05, 0.2)
# As they are stored.
REQUEST, OPEN, COMMIT, DISCARDED, SUM = "wish", "open", "commit", "spent", "fold"
CLAIM = "claim"
FIELDS = ("token", "kind", "generation", "at", "body")
MODULUS = 2**256  # of sums of sha256, which identify a set of articles in any order


@dataclass(slots=True)
class Totals:
    """Changes of the archive's numbers, or their sums; `digests` is modulo `MODULUS`."""

    articles: int = 0
    passages: int = 0
    digests: int = 0

    def add(self, other: Totals) -> None:
        """Add other changes."""
        self.articles += other.articles
        self.passages += other.passages
        self.digests = (self.digests + other.digests) % MODULUS

    def write(self) -> str:
        """As JSON; a sum of 256 bits as hexadecimal digits."""
        return json.dumps([self.articles, self.passages, f"{self.digests % MODULUS:x}"])


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger's rows at one moment, with the claims on at most one article."""

    rows: tuple[Row, ...]

    @property
    def seen(self) -> Visibility:
        """What a reader that begins now sees."""
        newest = self.newest
        return Visibility(newest, frozenset(at for at in self.hidden if at <= newest))

    @property
    def hidden(self) -> frozenset[int]:
        """The generations whose rows only their writer may see."""
        return frozenset(row["generation"] for row in self.of(OPEN, DISCARDED))

    @property
    def newest(self) -> int:
        """The newest generation that has ended; 0 where there is none."""
        return max((row["generation"] for row in self.of(COMMIT, DISCARDED, SUM)), default=0)

    @property
    def summed(self) -> int:
        """The generation up to which commits are replaced by their sum."""
        return max((row["generation"] for row in self.of(SUM)), default=0)

    @property
    def name(self) -> str:
        """The archive's own name."""
        return str(json.loads(next(self.of(ARCHIVE))["body"])["name"])

    def total(self, up_to: int) -> Totals:
        """The archive's numbers at a generation from `summed` on."""
        total, summed, discarded = Totals(), self.summed, self.discarded
        for row in self.of(COMMIT, SUM):
            at = row["generation"]
            is_sum = row["kind"] == SUM and at == summed
            if is_sum or (row["kind"] == COMMIT and summed < at <= up_to and at not in discarded):
                total.add(read_totals(row["body"]))
        return total

    def sum_up_to(self, before: float) -> int:
        """The newest generation for which it and all earlier ones ended before a time."""
        over = list(self.of(COMMIT, DISCARDED))
        young = [row["generation"] for row in over if row["at"] > before]
        bound = min([*young, *(row["generation"] for row in self.of(OPEN))], default=None)
        old = [row["generation"] for row in over if bound is None or row["generation"] < bound]
        return max(old, default=self.summed)

    @property
    def discarded(self) -> frozenset[int]:
        """The generations that were discarded."""
        return frozenset(row["generation"] for row in self.of(DISCARDED))

    def rivals(self, own: int) -> frozenset[int]:
        """The other open generations that claim the article that was asked for."""
        claimants = {row["generation"] for row in self.of(CLAIM)}
        opened = {row["generation"] for row in self.of(OPEN)}
        return frozenset((claimants & opened) - {own})

    def is_taken(self, token: str, generation: int) -> bool:
        """Whether a number belongs to another writer or is not above what readers see."""
        return self.newest >= generation or any(
            row["generation"] == generation and row["token"] != token
            for row in self.of(REQUEST, OPEN)
        )

    def is_open(self, token: str, generation: int) -> bool:
        """Whether a generation may still be committed."""
        mine = (row["token"] == token for row in self.of(OPEN))
        return any(mine) and generation not in self.discarded

    def of(self, *kinds: str) -> Iterator[Row]:
        """The rows of these kinds."""
        return (row for row in self.rows if row["kind"] in kinds)


def read_totals(body: str) -> Totals:
    """The totals that `write` wrote."""
    articles, passages, digests = json.loads(body)
    return Totals(articles, passages, int(digests, 16))


def read_ledger(connection: Connection, claimed: str | None = None) -> Ledger:
    """The ledger now, in one query, with the claims on an article where one is named."""
    wanted = f"kind in {quoted((ARCHIVE, REQUEST, OPEN, COMMIT, DISCARDED, SUM))}"
    if claimed is not None:
        wanted += f' or (kind == "{CLAIM}" and body in {quoted((claimed,))})'
    return Ledger(tuple(connection.query(LEDGER, wanted, FIELDS)))


@dataclass(slots=True)
class OpenGeneration:
    """A writer's own generation, its changes of the totals, and the articles that it claims."""

    token: str
    generation: int
    touched: float
    change: Totals = field(default_factory=Totals)
    claimed: set[str] = field(default_factory=set)


def open_generation(connection: Connection) -> OpenGeneration:
    """Open a new generation. Raises `ArchiveBusy` where other writers were always quicker."""
    token = str(uuid.uuid4())
    for _ in range(TRIES):
        others = (row for row in read_ledger(connection).rows if row["token"] != token)
        generation = 1 + max((row["generation"] for row in others), default=0)
        write(connection, token, REQUEST, generation)
        if not read_ledger(connection).is_taken(token, generation):
            write(connection, token, OPEN, generation)
            if read_ledger(connection).newest < generation:
                return OpenGeneration(token, generation, time.time())
        time.sleep(random.uniform(0.01, 0.1))
    drop(connection, token)
    raise ArchiveBusy(f"{TRIES} other writers began at the same moment; try again")


def touch(connection: Connection, opened: OpenGeneration) -> None:
    """Note that the writer is alive. Raises `ArchiveBusy` where it was rolled back as dead."""
    if time.time() - opened.touched > TOUCH_SECONDS:
        require_open(connection, opened)
        write(connection, opened.token, OPEN, opened.generation)
        opened.touched = time.time()


def require_open(connection: Connection, opened: OpenGeneration) -> None:
    """Raise `ArchiveBusy` where the generation was rolled back."""
    if not read_ledger(connection).is_open(opened.token, opened.generation):
        raise _rolled_back(opened)


def commit(connection: Connection, opened: OpenGeneration) -> None:
    """Publish all that the generation did, at once. Raises `ArchiveBusy` where it was rolled back.

    A process that takes the writer for dead discards the generation first and then looks for the
    commit; the writer commits first and then looks whether it was discarded. So one of them sees
    the other and gives way.
    """
    require_open(connection, opened)
    write(connection, opened.token, COMMIT, opened.generation, opened.change.write())
    if opened.generation in read_ledger(connection).discarded:
        raise _rolled_back(opened)


def discard(connection: Connection, token: str, generation: int) -> bool:
    """Discard a generation; False where it turns out to be committed.

    Its number is never used again.
    """
    discarded = f"{DISCARDED} {generation}"
    write(connection, discarded, DISCARDED, generation)
    known = read_ledger(connection)
    if any(row["token"] == token for row in known.of(COMMIT)):
        drop(connection, discarded)
        return False
    return True


def sum_up(connection: Connection, ledger: Ledger, up_to: int) -> None:
    """Replace what has ended up to a generation by its sum, which is written first."""
    token = f"{SUM} {up_to}"
    write(connection, token, SUM, up_to, ledger.total(up_to).write())
    over = f"kind in {quoted((COMMIT, DISCARDED, SUM, CLAIM))} and generation <= {up_to}"
    connection.call("delete", LEDGER, filter=f"{over} and token not in {quoted((token,))}")


def drop(connection: Connection, token: str) -> None:
    """Delete a row."""
    connection.call("delete", LEDGER, filter=f"token in {quoted((token,))}")


def write(connection: Connection, token: str, kind: str, generation: int, body: str = "") -> None:
    """Write a row of the ledger, replacing the one of that token."""
    row = ledger_row(token, kind, generation, int(time.time()), body)
    connection.call("upsert", LEDGER, [row])


def _rolled_back(opened: OpenGeneration) -> ArchiveBusy:
    return ArchiveBusy(
        f"generation {opened.generation} was rolled back: its writer was silent for more than "
        f"{DEAD_SECONDS:.0f} s. Do it again"
    )


def claim(connection: Connection, own: OpenGeneration, article_id: str) -> None:
    """Keep other writers from changing an article until the generation ends.

    Raises `ArchiveBusy` where another writer does not finish; nothing is lost by that.
    """
    until = time.monotonic() + WAIT_SECONDS
    while article_id not in own.claimed:
        if _is_granted(connection, own.generation, article_id):
            own.claimed.add(article_id)
        elif time.monotonic() >= until:
            raise ArchiveBusy(f"{article_id} is being changed by another writer; try again")
        else:
            time.sleep(random.uniform(*STEP_SECONDS))


def _is_granted(connection: Connection, own: int, article_id: str) -> bool:
    if read_ledger(connection, article_id).rivals(own):
        return False
    token = f"{CLAIM} {own} {article_id}"
    write(connection, token, CLAIM, own, article_id)
    if not read_ledger(connection, article_id).rivals(own):
        return True
    drop(connection, token)
    return False
