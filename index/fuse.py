"""Fuse two rankings into one by a convex combination of their min-max scaled scores.

Source: Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

# The share of the dense score. Chosen by `onrecord eval sweep`.
DEFAULT_DENSE_WEIGHT = 0.5


def fuse(dense: Scores, words: Scores, dense_weight: float) -> Scores:
    """A score in [0, 1] for every passage, shape (passages,), as both rankings have.

    A passage that one ranking lacks is NaN there, and gets that ranking's least. Raises
    `ValueError` for a weight outside [0, 1].
    """
    if not 0.0 <= dense_weight <= 1.0:
        raise ValueError(f"expected a dense weight in [0, 1], got {dense_weight}")
    by_vector, by_word = scale(dense), scale(words)
    by_vector[np.isnan(by_vector)] = by_word[np.isnan(by_word)] = 0.0
    fused: Scores = dense_weight * by_vector + (1 - dense_weight) * by_word
    return fused


def scale(scores: Scores) -> Scores:
    """Scores moved to [0, 1]; all equal ones become 1, and NaN stays."""
    low, high = np.fmin.reduce(scores, initial=np.nan), np.fmax.reduce(scores, initial=np.nan)
    scaled: Scores = (scores - low) / (high - low) if high != low else scores - low + 1.0
    return scaled
