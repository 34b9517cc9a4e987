"""The settings that decide in which order passages come."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.index.fuse import DEFAULT_DENSE_WEIGHT

DEFAULT_DEPTH = 50
DEFAULT_EVIDENCE_WEIGHT = 0.25
DEFAULT_RERANKED = 50  # as many as a question may ask for, so that `top_k` changes no order


@dataclass(frozen=True, slots=True)
class Ranking:
    """How much each part of the ranking counts, and how many passages it looks at.

    `dense_weight` is the vectors' share in the fusion, `evidence_weight` the best sentence's share
    in the final score, in which its words count `coverage_weight` times as much as its cosine and
    an answer of the kind that is asked for adds `kind_weight`; `depth` passages come from each
    search, `reranked` are read by sentence. Words that more than `common_share` of open texts hold
    do not search. Where a question asks about a time, fitting it counts `time_weight` times as much
    as all the rest.
    """

    dense_weight: float = DEFAULT_DENSE_WEIGHT
    evidence_weight: float = DEFAULT_EVIDENCE_WEIGHT
    depth: int = DEFAULT_DEPTH
    reranked: int = DEFAULT_RERANKED
    coverage_weight: float = 0.8
    kind_weight: float = 0.2
    common_share: float = 0.08  # words in more open texts than this do not tell passages apart
    time_weight: float = 0.6

    def __post_init__(self) -> None:
        for name in ("dense_weight", "evidence_weight", "common_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"expected {name} in [0, 1], got {getattr(self, name)}")
        for name in ("coverage_weight", "kind_weight", "time_weight"):
            if getattr(self, name) < 0.0:
                raise ValueError(f"expected {name} of at least 0, got {getattr(self, name)}")
        for name in ("depth", "reranked"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} of at least 1, got {getattr(self, name)}")
