"""Fuse two rankings into one by a convex combination of their min-max scaled scores.

Source: Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval".
"""

from __future__ import annotations

from collections.abc import Mapping

from index.store import Key

# The share of the dense score. Chosen by `onrecord eval sweep`.
DEFAULT_DENSE_WEIGHT = 0.5


def fuse(
    dense: Mapping[Key, float], words: Mapping[Key, float], dense_weight: float
) -> dict[Key, float]:
    """A score in [0, 1] for every key of either ranking.

    A key that one ranking lacks gets that ranking's least. Raises `ValueError` for a weight
    outside [0, 1].
    """
    if not 0.0 <= dense_weight <= 1.0:
        raise ValueError(f"expected a dense weight in [0, 1], got {dense_weight}")
    by_vector, by_word = scale(dense), scale(words)
    return {
        key: dense_weight * by_vector.get(key, 0.0) + (1 - dense_weight) * by_word.get(key, 0.0)
        for key in dense.keys() | words.keys()
    }


def scale(scores: Mapping[Key, float]) -> dict[Key, float]:
    """Scores moved to [0, 1]; all equal ones become 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {key: (score - low) / (high - low) for key, score in scores.items()}
