"""Roll back generations of dead or failed writers, and delete what no reader can see."""

from __future__ import annotations

import logging
import time

from onrecord.index.milvus import generations
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.ledger import OPEN, REQUEST, read_ledger
from onrecord.index.milvus.schema import ARTICLES, NEVER, NOTES, PASSAGES
from onrecord.index.milvus.versions import mark

log = logging.getLogger(__name__)
MARKS = ((PASSAGES, ("removed",)), (ARTICLES, ("removed", "erased")), (NOTES, ("removed",)))


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
            log.warning("generation %s is taken back: its writer is silent", row["generation"])
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
