"""How a generation begins, lives and ends, without a lock that a dead writer could keep.

Its writer wishes for a number, reads the ledger back, and opens it only if nobody else wishes for
it and no generation from it on is over; so what a reader has seen never grows. Committing changes
one row. Needs Milvus's strong consistency, which the collections are made with.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass, field

from onrecord.index.errors import ArchiveBusy
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.expressions import quoted
from onrecord.index.milvus.ledger import (
    CLAIM,
    COMMIT,
    FOLD,
    OPEN,
    SPENT,
    WISH,
    Change,
    Ledger,
    read_ledger,
)
from onrecord.index.milvus.schema import LEDGER, ledger_row

GRACE_SECONDS = 60.0  # how long a reader may hold a generation; a question takes milliseconds
DEAD_SECONDS = 600.0  # an open generation that nobody has touched for so long is taken back
TOUCH_SECONDS = 60.0  # how often its writer does
TRIES = 20  # to open a generation beside others that do


@dataclass(slots=True)
class Opened:
    """A writer's own generation, what it did to the numbers, and the articles that it claims."""

    token: str
    generation: int
    touched: float
    change: Change = field(default_factory=Change)
    claimed: set[str] = field(default_factory=set)


def open_generation(connection: Connection) -> Opened:
    """A generation of one's own. Raises `ArchiveBusy` where others were always quicker."""
    token = str(uuid.uuid4())
    for _ in range(TRIES):
        others = (row for row in read_ledger(connection).rows if row["token"] != token)
        generation = 1 + max((row["generation"] for row in others), default=0)
        write(connection, token, WISH, generation)
        if not read_ledger(connection).is_taken(token, generation):
            write(connection, token, OPEN, generation)
            if read_ledger(connection).newest < generation:
                return Opened(token, generation, time.time())
        time.sleep(random.uniform(0.01, 0.1))
    drop(connection, token)
    raise ArchiveBusy(f"{TRIES} other writers began at the same moment; try again")


def touch(connection: Connection, opened: Opened) -> None:
    """Say that the writer lives. Raises `ArchiveBusy` where it was taken for dead."""
    if time.time() - opened.touched > TOUCH_SECONDS:
        require_open(connection, opened)
        write(connection, opened.token, OPEN, opened.generation)
        opened.touched = time.time()


def require_open(connection: Connection, opened: Opened) -> None:
    """Raise `ArchiveBusy` where the generation was taken back."""
    if not read_ledger(connection).is_open(opened.token, opened.generation):
        raise _taken_back(opened)


def commit(connection: Connection, opened: Opened) -> None:
    """Publish all that the generation did, at once. Raises `ArchiveBusy` where it was taken back.

    Whoever takes it for dead says so first and then looks for the commit; the writer commits first
    and then looks for that. So one of them sees the other, and gives way.
    """
    require_open(connection, opened)
    write(connection, opened.token, COMMIT, opened.generation, opened.change.write())
    if opened.generation in read_ledger(connection).spent:
        raise _taken_back(opened)


def spend(connection: Connection, token: str, generation: int) -> bool:
    """Let a generation count for nothing, from now on; False where it is committed after all.

    Its number is never used again.
    """
    spent = f"{SPENT} {generation}"
    write(connection, spent, SPENT, generation)
    known = read_ledger(connection)
    if any(row["token"] == token for row in known.of(COMMIT)):
        drop(connection, spent)
        return False
    return True


def fold(connection: Connection, ledger: Ledger, up_to: int) -> None:
    """Replace what is over up to a generation by its sum; the sum is there first."""
    token = f"{FOLD} {up_to}"
    write(connection, token, FOLD, up_to, ledger.total(up_to).write())
    over = f"kind in {quoted((COMMIT, SPENT, FOLD, CLAIM))} and generation <= {up_to}"
    connection.call("delete", LEDGER, filter=f"{over} and token not in {quoted((token,))}")


def drop(connection: Connection, token: str) -> None:
    """Take a row away."""
    connection.call("delete", LEDGER, filter=f"token in {quoted((token,))}")


def write(connection: Connection, token: str, kind: str, generation: int, body: str = "") -> None:
    """Write a row of the ledger, or change the one of that token."""
    row = ledger_row(token, kind, generation, int(time.time()), body)
    connection.call("upsert", LEDGER, [row])


def _taken_back(opened: Opened) -> ArchiveBusy:
    return ArchiveBusy(
        f"generation {opened.generation} was taken back: its writer was silent for more than "
        f"{DEAD_SECONDS:.0f} s. Do it again"
    )
