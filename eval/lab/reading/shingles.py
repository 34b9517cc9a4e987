"""Precision and recall of an extracted body, in shingles of four words.

As the article extraction benchmark defines them (github.com/scrapinghub/article-extraction-
benchmark): shingles count as often as they occur, a page's shares are averaged over the pages, and
F1 is that of the two averages. A page of which nothing was read has no precision and no recall.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many shingles of a body were read rightly, wrongly and not at all."""

    shared: int
    surplus: int
    missing: int

    @property
    def precision(self) -> float | None:
        """The share of what was read that is body; None where nothing was read."""
        read = self.shared + self.surplus
        return self.shared / read if read else None

    @property
    def recall(self) -> float | None:
        """The share of the body that was read; None where there is no body."""
        wanted = self.shared + self.missing
        return self.shared / wanted if wanted else None


@dataclass(frozen=True, slots=True)
class Score:
    """Means over pages."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two means."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def overlap(body: str, read: str) -> Overlap:
    """Compare what was read with the body by hand."""
    wanted, found = _shingles(body), _shingles(read)
    shared = (wanted & found).total()
    return Overlap(shared, found.total() - shared, wanted.total() - shared)


def score(overlaps: Sequence[Overlap]) -> Score:
    """Average precision and recall over pages."""
    return Score(
        _mean([one.precision for one in overlaps]), _mean([one.recall for one in overlaps])
    )


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    starts = range(max(1, len(words) - SHINGLE_WORDS + 1))
    return Counter(tuple(words[at : at + SHINGLE_WORDS]) for at in starts)


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0
