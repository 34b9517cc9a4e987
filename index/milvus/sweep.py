"""What is cleared away: generations that a dead or failed writer left, and what nobody sees."""

from __future__ import annotations

import logging
import time

from onrecord.index.milvus import generations
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.ledger import OPEN, WISH, read_ledger
from onrecord.index.milvus.schema import ARTICLES, NEVER, NOTES, PASSAGES
from onrecord.index.milvus.versions import mark

log = logging.getLogger(__name__)
MARKS = ((PASSAGES, ("removed",)), (ARTICLES, ("removed", "erased")), (NOTES, ("removed",)))


def take_back(connection: Connection, token: str, generation: int) -> bool:
    """Undo all that an open generation did; False where it is committed after all.

    From the first step on nobody sees any of it; what is left to do if it breaks off, others do.
    """
    if generation not in read_ledger(connection).spent and not generations.spend(
        connection, token, generation
    ):
        return False
    _undo(connection, generation)
    generations.drop(connection, token)  # the last: until then its claims keep others away
    return True


def take_back_dead(connection: Connection) -> None:
    """Undo the generations whose writers have been silent for too long."""
    now = time.time()
    for row in read_ledger(connection).of(OPEN, WISH):
        if now - row["at"] <= generations.DEAD_SECONDS:
            continue
        if row["kind"] == WISH:
            generations.drop(connection, row["token"])
        else:
            log.warning("generation %s is taken back: its writer is silent", row["generation"])
            take_back(connection, row["token"], row["generation"])


def sweep(connection: Connection, grace_seconds: float) -> None:
    """Fold what has been over for longer than any reader lives, and delete what it removed."""
    known = read_ledger(connection)
    up_to = known.foldable(time.time() - grace_seconds)
    if up_to <= known.folded:
        return
    for generation in sorted(known.spent):
        if generation <= up_to:
            _undo(connection, generation)  # also what arrived late
    connection.call("delete", PASSAGES, filter=f"removed <= {up_to}")
    connection.call("delete", ARTICLES, filter=f"erased <= {up_to}")
    connection.call("delete", NOTES, filter=f"removed <= {up_to}")
    generations.fold(connection, known, up_to)


def _undo(connection: Connection, generation: int) -> None:
    for collection, fields in MARKS:
        connection.call("delete", collection, filter=f"added == {generation}")
        for field in fields:
            rows = connection.every(collection, f"{field} == {generation}", ["key"])
            mark(connection, collection, [row["key"] for row in rows], **{field: NEVER})
