"""The writer's lock: one process writes at a time.

It is a lock on a file, which the system releases when its process ends, however it ends.
"""

from __future__ import annotations

import logging
from pathlib import Path

from filelock import FileLock, Timeout

from onrecord.index.errors import ArchiveBusy

WAIT_SECONDS = 10.0
log = logging.getLogger(__name__)


class WriterLock:
    """A lock that a process holds from its first change until that is published."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._lock = FileLock(archive / "writer.lock", thread_local=False)

    def acquire(self) -> None:
        """Acquire the lock, waiting for another process. Raises `ArchiveBusy` after a time."""
        if self.acquire_at_once():
            return
        log.info("%s: waiting for another process that writes to it", self._archive)
        try:
            self._lock.acquire(timeout=WAIT_SECONDS)
        except Timeout as error:
            raise ArchiveBusy(f"another process is writing to {self._archive}") from error

    def acquire_at_once(self) -> bool:
        """Acquire the lock if no other process holds it; returns whether it is held now."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Release the lock, whether or not it is held."""
        self._lock.release(force=True)
