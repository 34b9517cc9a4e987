"""A writer's own generation, from its first change to `publish`, and what follows its end.

Generations of dead or failed writers are rolled back, and what no reader can see is deleted.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from onrecord.index.errors import ArchiveBusy, ArchiveUnreachable
from onrecord.index.milvus import generations
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.generations import OPEN, REQUEST, OpenGeneration, claim, read_ledger
from onrecord.index.milvus.rows import mark
from onrecord.index.milvus.schema import ARTICLES, NEVER, NOTES, PASSAGES

log = logging.getLogger(__name__)
MARKS = ((PASSAGES, ("removed",)), (ARTICLES, ("removed", "erased")), (NOTES, ("removed",)))


class Writer:
    """One process's changes. Callers take turns; a thread whose changes are lost gets an error."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._own: OpenGeneration | None = None
        self._failed = False  # whether some of its writes may be missing
        self._owners: set[int] = set()  # the threads with unpublished changes in it
        self._lost: set[int] = set()  # threads whose lost changes are not yet reported

    @property
    def waits(self) -> bool:
        """Whether something is to be published or rolled back."""
        return self._own is not None

    def hidden(self) -> frozenset[int]:
        """The generations whose rows this writer must not see."""
        mine = {self._own.generation} if self._own else set()
        return read_ledger(self._connection).hidden - mine

    def claim(self, article_id: str) -> None:
        """Claim an article, in the writer's own generation.

        Raises `ArchiveBusy` where another writer changes it; earlier changes stay.
        """
        if self._own is None:
            roll_back_dead(self._connection)
            self._own = generations.open_generation(self._connection)
        claim(self._connection, self._own, article_id)

    @contextmanager
    def changing(self) -> Iterator[OpenGeneration]:
        """One change of claimed articles; if it fails, all that is unpublished is rolled back."""
        assert self._own is not None
        try:
            yield self._own
        except BaseException:
            self._fail()
            raise
        self._owners.add(threading.get_ident())

    def commit(self) -> int | None:
        """Publish what was changed; returns its generation, if there is one."""
        if self._own is None:
            return None
        with self.changing() as own:
            generations.commit(self._connection, own)
        self._own = None
        self._owners.clear()
        return own.generation

    def recover(self) -> bool:
        """Roll back what failed and return whether anything was; what was committed stays."""
        if not self._failed or self._own is None:
            return False
        lost = roll_back(self._connection, self._own.token, self._own.generation)
        self._own, self._failed = None, False
        return lost

    def keep_alive(self) -> None:
        """Note that the writer is alive. Raises `ArchiveBusy` where it was rolled back as dead."""
        if self._own is None:
            return
        try:
            generations.touch(self._connection, self._own)
        except ArchiveBusy:
            self._fail()
            raise

    def report_loss(self) -> None:
        """Raise `ArchiveUnreachable` once in a thread whose changes another's fault rolled back."""
        if threading.get_ident() in self._lost:
            self._lost.discard(threading.get_ident())
            raise ArchiveUnreachable("what was put was rolled back after a fault; do it again")

    def _fail(self) -> None:
        self._failed = True
        self._lost |= self._owners - {threading.get_ident()}
        self._owners.clear()


def roll_back(connection: Connection, token: str, generation: int) -> bool:
    """Undo all that an open generation did; False where it turns out to be committed.

    After the first step no reader sees any of it; if this is interrupted, other writers finish it.
    """
    if generation not in read_ledger(connection).discarded and not generations.discard(
        connection, token, generation
    ):
        return False
    _undo(connection, generation)
    generations.drop(connection, token)  # last, because its claims hold until then
    return True


def roll_back_dead(connection: Connection) -> None:
    """Undo the generations whose writers are silent for longer than `DEAD_SECONDS`."""
    now = time.time()
    for row in read_ledger(connection).of(OPEN, REQUEST):
        if now - row["at"] <= generations.DEAD_SECONDS:
            continue
        if row["kind"] == REQUEST:
            generations.drop(connection, row["token"])
        else:
            log.warning("generation %s is rolled back: its writer is silent", row["generation"])
            roll_back(connection, row["token"], row["generation"])


def sweep(connection: Connection, grace_seconds: float) -> None:
    """Sum up what ended before any present reader began, and delete what it removed."""
    known = read_ledger(connection)
    up_to = known.sum_up_to(time.time() - grace_seconds)
    if up_to <= known.summed:
        return
    for generation in sorted(known.discarded):
        if generation <= up_to:
            _undo(connection, generation)  # also writes that arrived late
    connection.call("delete", PASSAGES, filter=f"removed <= {up_to}")
    connection.call("delete", ARTICLES, filter=f"erased <= {up_to}")
    connection.call("delete", NOTES, filter=f"removed <= {up_to}")
    generations.sum_up(connection, known, up_to)


def _undo(connection: Connection, generation: int) -> None:
    for collection, fields in MARKS:
        connection.call("delete", collection, filter=f"added == {generation}")
        for field in fields:
            rows = connection.every(collection, f"{field} == {generation}", ["key"])
            mark(connection, collection, [row["key"] for row in rows], **{field: NEVER})
