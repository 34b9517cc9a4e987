"""One writer an article: who changes one says so first, and looks whether another one has.

Of two who do so at once at least one sees the other, and steps back. A claim holds as long as its
generation is open.
"""

from __future__ import annotations

import random
import time

from onrecord.index.errors import ArchiveBusy
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.generations import Opened, drop, write
from onrecord.index.milvus.ledger import CLAIM, read_ledger

WAIT_SECONDS = 5.0  # for another writer to publish; one that posts an article takes less
STEP_SECONDS = (0.05, 0.2)


def claim(connection: Connection, own: Opened, article_id: str) -> None:
    """Keep all others from an article until the generation ends.

    Raises `ArchiveBusy` where another writer goes on changing it; nothing is lost by that.
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
