"""Measures of a confidence against the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 10


def auroc(confidence: NDArray[np.float64], truth: NDArray[np.bool_]) -> float | None:
    """The chance that an answerable question is more confident; None where one kind is missing."""
    from sklearn.metrics import roc_auc_score

    if truth.all() or not truth.any():
        return None
    return round(float(roc_auc_score(truth, confidence)), 4)


def expected_calibration_error(
    confidence: NDArray[np.float64],
    truth: NDArray[np.bool_],
    masses: NDArray[np.float64],
    bins: int = BINS,
) -> float:
    """Mean distance of confidence from truth over bins of equal mass.

    Source: Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities".
    """
    order = np.argsort(confidence, kind="stable")
    middles = (np.cumsum(masses[order]) - masses[order] / 2) / masses.sum()
    groups = np.minimum((middles * bins).astype(int), bins - 1)
    error = 0.0
    for group in np.unique(groups):
        members = order[groups == group]
        gap = (masses[members] * (confidence[members] - truth[members])).sum()
        error += abs(float(gap))
    return round(error / float(masses.sum()), 4)


def share(outcomes: NDArray[np.bool_]) -> float | None:
    """How many of the outcomes are true, as a share; None where there are none."""
    return round(float(outcomes.mean()), 4) if outcomes.size else None
