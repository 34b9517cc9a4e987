"""What a reranker is asked, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.index.types import Passage

DEFAULT_READ = 6  # passages; about 50 ms on two cores
DEFAULT_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Reading:
    """One passage, read for one question.

    `answers` are the log-odds that the passage answers the question. `evidence`, shape
    (sentences,), is each sentence's share of the evidence, in all 1; None from a reranker that
    does not look at sentences.
    """

    answers: float
    evidence: NDArray[np.float32] | None = None


class Reranker(Protocol):
    """Anything that reads a question together with passages. Safe to use from several threads."""

    identity: str

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """A reading of each passage, in order; every one comes with its article's title.

        A reading does not depend on what else is read with it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reranking:
    """A reranker, how many of the first passages it reads, and what it counts in their order.

    Its probability that a passage answers is `weight`, from 0 to 1, of the passage's score.
    """

    reranker: Reranker
    read: int = DEFAULT_READ
    weight: float = DEFAULT_WEIGHT

    def __post_init__(self) -> None:
        if self.read < 1:
            raise ValueError(f"expected at least 1 passage to read, got {self.read}")
        if not 0.0 <= self.weight <= 1.0:
            raise ValueError(f"expected a weight in [0, 1], got {self.weight}")


def describe_reranking(reranking: Reranking | None) -> str:
    """What decides a reranking, in words; `none` where there is none."""
    if reranking is None:
        return "none"
    return f"{reranking.reranker.identity}, {reranking.read} passages, weight {reranking.weight}"
