"""Find the passages for a question.

Dense and word search bring candidates; their scores are fused; the best are put in order again by
their best sentence; near-duplicates collapse under the earliest article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.duplicates import group
from index.encoder import Vectors
from index.evidence import DEFAULT_COVERAGE_WEIGHT, score_sentences
from index.fuse import DEFAULT_DENSE_WEIGHT, fuse, scale
from index.store import Entry, Key, Snapshot
from index.types import Filter, Hit
from index.weights import DEFAULT_COMMON_SHARE, telling, weigh

DEFAULT_DEPTH = 50
DEFAULT_EVIDENCE_WEIGHT = 0.25
DEFAULT_RERANKED = 50  # as many as a question may ask for, so that `top_k` changes no order


@dataclass(frozen=True, slots=True)
class Ranking:
    """The settings that decide an order.

    `dense_weight` is the vectors' share in the fusion, `evidence_weight` the best sentence's share
    in the final score, in which its words count `coverage_weight` times as much as its cosine;
    `depth` passages come from each search, `reranked` are read by sentence. Words that more than
    `common_share` of open texts hold do not search.
    """

    dense_weight: float = DEFAULT_DENSE_WEIGHT
    evidence_weight: float = DEFAULT_EVIDENCE_WEIGHT
    depth: int = DEFAULT_DEPTH
    reranked: int = DEFAULT_RERANKED
    coverage_weight: float = DEFAULT_COVERAGE_WEIGHT
    common_share: float = DEFAULT_COMMON_SHARE

    def __post_init__(self) -> None:
        for name in ("dense_weight", "evidence_weight", "common_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"expected {name} in [0, 1], got {getattr(self, name)}")
        if self.coverage_weight < 0.0:
            raise ValueError(f"expected coverage_weight of at least 0, got {self.coverage_weight}")
        for name in ("depth", "reranked"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} of at least 1, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its evidence.

    `cosine` and `bm25` are the passage's own scores with the question; `sentence_scores`, shape
    (sentences,), says which of its sentences carry the evidence.
    """

    hit: Hit
    entry: Entry
    cosine: float
    bm25: float
    sentence_scores: NDArray[np.float32]


def retrieve(
    snapshot: Snapshot,
    question: str,
    vector: Vectors,
    where: Filter,
    ranking: Ranking,
    limit: int,
) -> list[Found]:
    """The best `limit` hits, best first, ties by passage id.

    `ranks` counts a passage's place with each retriever among all that were considered; `words` is
    None where none of the question's telling words stands in the passage. A hit is the passage of
    the earliest of its duplicates' articles, with the best one's score.
    """
    depth, reranked = max(ranking.depth, limit), max(ranking.reranked, limit)
    words = snapshot.analyse(question)
    matching = dict(snapshot.matching(telling(words, ranking.common_share), depth, where))
    nearest = dict(snapshot.nearest(vector, depth, where))
    entries = snapshot.entries([*(nearest.keys() | matching.keys())])
    dense = {key: round(float(entry.vector @ vector), 6) for key, entry in entries.items()}
    bm25 = {key: round(score, 5) for key, score in matching.items() if key in entries}
    fused = fuse(dense, bm25, ranking.dense_weight)
    groups = [
        _led_by_earliest(snapshot, members, entries)
        for members in _collapse(_order(fused, entries), entries)[:reranked]
    ]
    weights = weigh(words)
    sentences = {
        members[0]: score_sentences(
            entries[members[0]], vector, weights, snapshot.analyse, ranking.coverage_weight
        )
        for members in groups
    }
    evidence = scale({key: float(scores.max(initial=-1.0)) for key, scores in sentences.items()})
    share = ranking.evidence_weight
    final = {
        members[0]: (1 - share) * max(fused[key] for key in members) + share * evidence[members[0]]
        for members in groups
    }
    ranks = {"dense": _places(dense, entries), "words": _places(bm25, entries)}
    duplicates = {key: others for key, *others in groups}
    return [
        Found(
            Hit(
                entries[key].passage,
                round(final[key], 6),
                {name: places.get(key) for name, places in ranks.items()},
                tuple(entries[other].passage for other in duplicates[key]),
            ),
            entries[key],
            dense[key],
            bm25.get(key, 0.0),
            sentences[key],
        )
        for key in _order(final, entries)[:limit]
    ]


def _order(scores: Mapping[Key, float], entries: Mapping[Key, Entry]) -> list[Key]:
    return sorted(scores, key=lambda key: (-round(scores[key], 6), entries[key].passage.id))


def _places(scores: Mapping[Key, float], entries: Mapping[Key, Entry]) -> dict[Key, int]:
    return {key: place for place, key in enumerate(_order(scores, entries), start=1)}


def _collapse(order: list[Key], entries: Mapping[Key, Entry]) -> list[list[Key]]:
    texts = [entries[key].passage.text for key in order]
    return [[order[place] for place in members] for members in group(texts)]


def _led_by_earliest(
    snapshot: Snapshot, members: list[Key], entries: Mapping[Key, Entry]
) -> list[Key]:
    """The keys with the one whose article was published first in front, undated ones last."""
    if len(members) == 1:
        return members

    def published(key: Key) -> tuple[bool, int]:
        article = snapshot.article(entries[key].passage.article_id)
        first = article.published.first if article else None
        return first is None, first.toordinal() if first else 0

    leader = min(members, key=published)
    return [leader, *(key for key in members if key != leader)]
