"""What is cleared away: generations that a dead or failed writer left, and what nobody sees."""

from __future__ import annotations

import logging
import time

from index.milvus import ledger
from index.milvus.connection import Connection
from index.milvus.schema import ARTICLES, NEVER, PASSAGES
from index.milvus.versions import mark

log = logging.getLogger(__name__)


def take_back(connection: Connection, token: str, generation: int) -> None:
    """Undo all that an open generation did, then end it; may be done twice."""
    for collection, fields in ((PASSAGES, ["removed"]), (ARTICLES, ["removed", "erased"])):
        connection.call("delete", collection, filter=f"added == {generation}")
        for field in fields:
            rows = connection.every(collection, f"{field} == {generation}", ["key"])
            mark(connection, collection, [row["key"] for row in rows], **{field: NEVER})
    ledger.spend(connection, token, generation)


def take_back_dead(connection: Connection) -> None:
    """Undo the generations whose writers have been silent for too long."""
    now = time.time()
    for row in ledger.read_ledger(connection).of(ledger.OPEN):
        if now - row["at"] > ledger.DEAD_SECONDS:
            log.warning("generation %s is taken back: its writer is silent", row["generation"])
            take_back(connection, row["token"], row["generation"])


def sweep(connection: Connection, grace_seconds: float) -> None:
    """Fold the commits that are older than any reader, and delete what they removed."""
    known = ledger.read_ledger(connection)
    up_to = known.foldable(time.time() - grace_seconds)
    if up_to <= known.folded:
        return
    connection.call("delete", PASSAGES, filter=f"removed <= {up_to}")
    connection.call("delete", ARTICLES, filter=f"erased <= {up_to}")
    ledger.fold(connection, known, up_to)
