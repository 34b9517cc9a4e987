"""Find the passages for a question: dense and word search, fused, near-duplicates collapsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.duplicates import group
from index.encoder import Vectors
from index.fuse import DEFAULT_DENSE_WEIGHT, fuse
from index.store import Entry, Key, Snapshot
from index.types import Filter, Hit, Passage

DEFAULT_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Ranking:
    """The settings that decide an order: the dense share, and how deep each search goes."""

    dense_weight: float = DEFAULT_DENSE_WEIGHT
    depth: int = DEFAULT_DEPTH

    def __post_init__(self) -> None:
        if not 0.0 <= self.dense_weight <= 1.0:
            raise ValueError(f"expected a dense weight in [0, 1], got {self.dense_weight}")
        if self.depth < 1:
            raise ValueError(f"expected a depth of at least 1, got {self.depth}")


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its evidence: its entry, its cosine with the question and its BM25 score."""

    hit: Hit
    entry: Entry
    cosine: float
    bm25: float


def retrieve(
    snapshot: Snapshot,
    question: str,
    vector: Vectors,
    where: Filter,
    ranking: Ranking,
    limit: int,
) -> list[Found]:
    """The best `limit` hits, best first, ties by passage id.

    `ranks` counts each retriever's places among all passages considered; `words` is None where no
    word of the question stands in the passage. Duplicates follow in `Hit.duplicates`; the hit
    itself is the passage of the earliest article.
    """
    depth = max(ranking.depth, limit)
    words = dict(snapshot.matching(snapshot.analyse(question), depth, where))
    nearest = dict(snapshot.nearest(vector, depth, where))
    entries = snapshot.entries([*(nearest.keys() | words.keys())])
    dense = {key: round(float(entry.vector @ vector), 6) for key, entry in entries.items()}
    bm25 = {key: round(score, 5) for key, score in words.items() if key in entries}
    fused = fuse(dense, bm25, ranking.dense_weight)
    order = _order(fused, entries)
    ranks = {"dense": _places(dense, entries), "words": _places(bm25, entries)}
    return [
        _found(snapshot, members, entries, fused, ranks, dense, bm25)
        for members in _collapse(order, entries, limit)
    ]


def _order(scores: Mapping[Key, float], entries: Mapping[Key, Entry]) -> list[Key]:
    return sorted(scores, key=lambda key: (-round(scores[key], 6), entries[key].passage.id))


def _places(scores: Mapping[Key, float], entries: Mapping[Key, Entry]) -> dict[Key, int]:
    return {key: place for place, key in enumerate(_order(scores, entries), start=1)}


def _collapse(order: list[Key], entries: Mapping[Key, Entry], limit: int) -> list[list[Key]]:
    texts = [entries[key].passage.text for key in order]
    return [[order[place] for place in members] for members in group(texts)][:limit]


def _found(
    snapshot: Snapshot,
    members: list[Key],
    entries: Mapping[Key, Entry],
    fused: Mapping[Key, float],
    ranks: Mapping[str, Mapping[Key, int]],
    dense: Mapping[Key, float],
    bm25: Mapping[Key, float],
) -> Found:
    """The group's hit, under its earliest article and with its best member's score."""
    passages = [entries[key].passage for key in members]
    first = _earliest(snapshot, passages) if len(passages) > 1 else 0
    others = tuple(passage for at, passage in enumerate(passages) if at != first)
    chosen = members[first]
    places = {name: ranked.get(chosen) for name, ranked in ranks.items()}
    hit = Hit(passages[first], fused[members[0]], places, others)
    return Found(hit, entries[chosen], dense[chosen], bm25.get(chosen, 0.0))


def _earliest(snapshot: Snapshot, passages: list[Passage]) -> int:
    """Whose article was published first; undated ones come last, ties keep the ranking."""

    def published(at: int) -> tuple[bool, int, int]:
        article = snapshot.article(passages[at].article_id)
        first = article.published.first if article else None
        return (first is None, first.toordinal() if first else 0, at)

    return min(range(len(passages)), key=published)


def sentence_similarities(entry: Entry, vector: Vectors) -> np.ndarray:
    """The cosine of each of the passage's sentences with the question, shape (sentences,)."""
    return entry.sentence_vectors @ vector
