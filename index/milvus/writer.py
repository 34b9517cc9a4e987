"""A process's own generation, from its first change to `publish`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from onrecord.index.errors import ArchiveBusy, ArchiveUnreachable
from onrecord.index.milvus import generations
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.generations import OpenGeneration, claim
from onrecord.index.milvus.ledger import read_ledger
from onrecord.index.milvus.sweep import roll_back, roll_back_dead


class Writer:
    """One process's changes. Callers take turns; a thread whose changes are lost is told so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._own: OpenGeneration | None = None
        self._failed = False  # whether some of its writes may be missing
        self._owners: set[int] = set()  # the threads with unpublished changes in it
        self._lost: set[int] = set()  # threads not yet told that their changes are lost

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
            raise ArchiveUnreachable("what was put was taken back after a fault; do it again")

    def _fail(self) -> None:
        self._failed = True
        self._lost |= self._owners - {threading.get_ident()}
        self._owners.clear()
