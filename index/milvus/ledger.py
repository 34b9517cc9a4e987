"""The ledger: which generations there are, read in one query.

A row is a REQUEST for a number, an OPEN generation, its COMMIT, the note that it is DISCARDED (then
nothing that it did counts, whatever else the ledger says of it), the SUM of old commits, a CLAIM of
an open generation on an article, or the ARCHIVE's own row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.index.milvus.connection import Connection, Row
from onrecord.index.milvus.expressions import Visibility, quoted
from onrecord.index.milvus.schema import ARCHIVE, LEDGER

# As they are stored.
REQUEST, OPEN, COMMIT, DISCARDED, SUM = "wish", "open", "commit", "spent", "fold"
CLAIM = "claim"
FIELDS = ("token", "kind", "generation", "at", "body")
MODULUS = 2**256  # of sums of sha256, which identify a set of articles in any order


@dataclass(slots=True)
class Totals:
    """Changes of the archive's numbers, or their sums; `digests` is modulo `MODULUS`."""

    articles: int = 0
    passages: int = 0
    digests: int = 0

    def add(self, other: Totals) -> None:
        """Add other changes."""
        self.articles += other.articles
        self.passages += other.passages
        self.digests = (self.digests + other.digests) % MODULUS

    def write(self) -> str:
        """As JSON; a sum of 256 bits as hexadecimal digits."""
        return json.dumps([self.articles, self.passages, f"{self.digests % MODULUS:x}"])


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger's rows at one moment, with the claims on at most one article."""

    rows: tuple[Row, ...]

    @property
    def seen(self) -> Visibility:
        """What a reader that begins now sees."""
        newest = self.newest
        return Visibility(newest, frozenset(at for at in self.hidden if at <= newest))

    @property
    def hidden(self) -> frozenset[int]:
        """The generations whose rows only their writer may see."""
        return frozenset(row["generation"] for row in self.of(OPEN, DISCARDED))

    @property
    def newest(self) -> int:
        """The newest generation that has ended; 0 where there is none."""
        return max((row["generation"] for row in self.of(COMMIT, DISCARDED, SUM)), default=0)

    @property
    def summed(self) -> int:
        """The generation up to which commits are replaced by their sum."""
        return max((row["generation"] for row in self.of(SUM)), default=0)

    @property
    def name(self) -> str:
        """The archive's own name."""
        return str(json.loads(next(self.of(ARCHIVE))["body"])["name"])

    def total(self, up_to: int) -> Totals:
        """The archive's numbers at a generation from `summed` on."""
        total, summed, discarded = Totals(), self.summed, self.discarded
        for row in self.of(COMMIT, SUM):
            at = row["generation"]
            is_fold = row["kind"] == SUM and at == summed
            if is_fold or (row["kind"] == COMMIT and summed < at <= up_to and at not in discarded):
                total.add(read_totals(row["body"]))
        return total

    def sum_up_to(self, before: float) -> int:
        """The newest generation for which it and all earlier ones ended before a time."""
        over = list(self.of(COMMIT, DISCARDED))
        young = [row["generation"] for row in over if row["at"] > before]
        bound = min([*young, *(row["generation"] for row in self.of(OPEN))], default=None)
        old = [row["generation"] for row in over if bound is None or row["generation"] < bound]
        return max(old, default=self.summed)

    @property
    def discarded(self) -> frozenset[int]:
        """The generations that were discarded."""
        return frozenset(row["generation"] for row in self.of(DISCARDED))

    def rivals(self, own: int) -> frozenset[int]:
        """The other open generations that claim the article that was asked for."""
        claimants = {row["generation"] for row in self.of(CLAIM)}
        opened = {row["generation"] for row in self.of(OPEN)}
        return frozenset((claimants & opened) - {own})

    def is_taken(self, token: str, generation: int) -> bool:
        """Whether a number belongs to another writer or is not above what readers see."""
        return self.newest >= generation or any(
            row["generation"] == generation and row["token"] != token
            for row in self.of(REQUEST, OPEN)
        )

    def is_open(self, token: str, generation: int) -> bool:
        """Whether a generation may still be committed."""
        mine = (row["token"] == token for row in self.of(OPEN))
        return any(mine) and generation not in self.discarded

    def of(self, *kinds: str) -> Iterator[Row]:
        """The rows of these kinds."""
        return (row for row in self.rows if row["kind"] in kinds)


def read_totals(body: str) -> Totals:
    """The totals that `write` wrote."""
    articles, passages, digests = json.loads(body)
    return Totals(articles, passages, int(digests, 16))


def read_ledger(connection: Connection, claimed: str | None = None) -> Ledger:
    """The ledger now, in one query, with the claims on an article where one is named."""
    wanted = f"kind in {quoted((ARCHIVE, REQUEST, OPEN, COMMIT, DISCARDED, SUM))}"
    if claimed is not None:
        wanted += f' or (kind == "{CLAIM}" and body in {quoted((claimed,))})'
    return Ledger(tuple(connection.query(LEDGER, wanted, FIELDS)))
