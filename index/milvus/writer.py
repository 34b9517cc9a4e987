"""A process's own generation, from its first change to `publish`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from onrecord.index.errors import ArchiveBusy, ArchiveUnreachable
from onrecord.index.milvus import generations
from onrecord.index.milvus.claims import claim
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.generations import Opened
from onrecord.index.milvus.ledger import read_ledger
from onrecord.index.milvus.sweep import take_back, take_back_dead


class Writer:
    """Its callers take turns; it knows which of their threads has lost what it wrote."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._own: Opened | None = None
        self._failed = False  # whether something of it may be missing
        self._owners: set[int] = set()  # the threads whose changes wait in it
        self._bereft: set[int] = set()  # the threads whose changes were taken back unheard

    @property
    def waits(self) -> bool:
        """Whether something is to be published or taken back."""
        return self._own is not None

    def hidden(self) -> frozenset[int]:
        """The generations whose rows are not this writer's to see."""
        mine = {self._own.generation} if self._own else set()
        return read_ledger(self._connection).hidden - mine

    def claim(self, article_id: str) -> None:
        """Be the only one to change an article, in a generation of one's own.

        Raises `ArchiveBusy` where another writer is; what was changed before stays.
        """
        if self._own is None:
            take_back_dead(self._connection)
            self._own = generations.open_generation(self._connection)
        claim(self._connection, self._own, article_id)

    @contextmanager
    def changing(self) -> Iterator[Opened]:
        """A change of claimed articles; if it fails, so does all that is unpublished."""
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
        """Take back what failed, if anything did, and say so; what was committed stays."""
        if not self._failed or self._own is None:
            return False
        lost = take_back(self._connection, self._own.token, self._own.generation)
        self._own, self._failed = None, False
        return lost

    def keep_alive(self) -> None:
        """Say that the writer lives. Raises `ArchiveBusy` where it was taken for dead."""
        if self._own is None:
            return
        try:
            generations.touch(self._connection, self._own)
        except ArchiveBusy:
            self._fail()
            raise

    def hear(self) -> None:
        """Tell a thread that what it put was lost to another thread's fault."""
        if threading.get_ident() in self._bereft:
            self._bereft.discard(threading.get_ident())
            raise ArchiveUnreachable("what was put was taken back after a fault; do it again")

    def _fail(self) -> None:
        self._failed = True
        self._bereft |= self._owners - {threading.get_ident()}
        self._owners.clear()
