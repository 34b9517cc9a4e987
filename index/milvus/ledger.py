"""Which generations there are, as one query tells it.

A row is of one of these kinds: a WISH for a number, a generation that is OPEN, its COMMIT, the word
that it is SPENT (what it did counts for nothing, whatever else the ledger says of it), the FOLD of
old commits into their sum, a CLAIM of an open generation on an article, and the ARCHIVE's own row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import Seen, quoted
from onrecord.index.milvus.schema import ARCHIVE, LEDGER

WISH, OPEN, COMMIT, SPENT, FOLD = "wish", "open", "commit", "spent", "fold"
CLAIM = "claim"
FIELDS = ("token", "kind", "generation", "at", "body")
MODULUS = 2**256  # sums of sha256 say which articles there are, whatever their order


@dataclass(slots=True)
class Change:
    """What generations did to the numbers: `digests` is a sum modulo `MODULUS`."""

    articles: int = 0
    passages: int = 0
    digests: int = 0

    def add(self, other: Change) -> None:
        """Count another change in."""
        self.articles += other.articles
        self.passages += other.passages
        self.digests = (self.digests + other.digests) % MODULUS

    def write(self) -> str:
        """As JSON; a sum of 256 bits as hexadecimal digits."""
        return json.dumps([self.articles, self.passages, f"{self.digests % MODULUS:x}"])


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger's rows at one moment; of the claims those on one article at most."""

    rows: tuple[Row, ...]

    @property
    def seen(self) -> Seen:
        """What a reader sees who begins now."""
        newest = self.newest
        return Seen(newest, frozenset(at for at in self.hidden if at <= newest))

    @property
    def hidden(self) -> frozenset[int]:
        """The generations whose rows nobody but their writer may see."""
        return frozenset(row["generation"] for row in self.of(OPEN, SPENT))

    @property
    def newest(self) -> int:
        """The newest generation that is over; 0 where there is none."""
        return max((row["generation"] for row in self.of(COMMIT, SPENT, FOLD)), default=0)

    @property
    def folded(self) -> int:
        """The generation up to which all is folded."""
        return max((row["generation"] for row in self.of(FOLD)), default=0)

    @property
    def name(self) -> str:
        """The archive's own name."""
        return str(json.loads(next(self.of(ARCHIVE))["body"])["name"])

    def total(self, up_to: int) -> Change:
        """The archive's numbers at a generation from `folded` on."""
        total, folded, spent = Change(), self.folded, self.spent
        for row in self.of(COMMIT, FOLD):
            at = row["generation"]
            is_fold = row["kind"] == FOLD and at == folded
            if is_fold or (row["kind"] == COMMIT and folded < at <= up_to and at not in spent):
                total.add(read_change(row["body"]))
        return total

    def foldable(self, before: float) -> int:
        """The newest generation such that it and all before it were over before a time."""
        over = list(self.of(COMMIT, SPENT))
        young = [row["generation"] for row in over if row["at"] > before]
        bound = min([*young, *(row["generation"] for row in self.of(OPEN))], default=None)
        old = [row["generation"] for row in over if bound is None or row["generation"] < bound]
        return max(old, default=self.folded)

    @property
    def spent(self) -> frozenset[int]:
        """The generations that count for nothing."""
        return frozenset(row["generation"] for row in self.of(SPENT))

    def rivals(self, own: int) -> frozenset[int]:
        """The open generations beside one's own that claim the article that was asked for."""
        claimants = {row["generation"] for row in self.of(CLAIM)}
        opened = {row["generation"] for row in self.of(OPEN)}
        return frozenset((claimants & opened) - {own})

    def is_taken(self, token: str, generation: int) -> bool:
        """Whether a generation's number is another's, or one that readers are past."""
        return self.newest >= generation or any(
            row["generation"] == generation and row["token"] != token for row in self.of(WISH, OPEN)
        )

    def is_open(self, token: str, generation: int) -> bool:
        """Whether a generation may still be committed."""
        mine = (row["token"] == token for row in self.of(OPEN))
        return any(mine) and generation not in self.spent

    def of(self, *kinds: str) -> Iterator[Row]:
        """The rows of some kinds."""
        return (row for row in self.rows if row["kind"] in kinds)


def read_change(body: str) -> Change:
    """The change that `write` wrote."""
    articles, passages, digests = json.loads(body)
    return Change(articles, passages, int(digests, 16))


def read_ledger(connection: Connection, claimed: str | None = None) -> Ledger:
    """The ledger as it is now, in one query; with who claims an article, where one is named."""
    wanted = f"kind in {quoted((ARCHIVE, WISH, OPEN, COMMIT, SPENT, FOLD))}"
    if claimed is not None:
        wanted += f' or (kind == "{CLAIM}" and body in {quoted((claimed,))})'
    return Ledger(tuple(connection.query(LEDGER, wanted, FIELDS)))
