"""Bootstrap intervals and paired randomisation tests show how far a figure could be chance.

Sources: Efron and Tibshirani 1993, "An Introduction to the Bootstrap"; Smucker, Allan and
Carterette 2007, "A Comparison of Statistical Significance Tests for Information Retrieval".
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SEED = 2022
RESAMPLES = 1_000
PERMUTATIONS = 9_999
CONFIDENCE = 0.95

Numbers = NDArray[np.float64]
Interval = tuple[float, float]


def interval(
    statistic: Callable[..., float | None], *columns: NDArray[np.generic]
) -> Interval | None:
    """The 95 % interval of a statistic, whose rows are resampled; None where it is undefined."""
    from scipy.stats import DegenerateDataWarning, bootstrap

    if len(columns[0]) < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # the result is then None
        low, high = bootstrap(
            columns,
            lambda *drawn: np.nan if (value := statistic(*drawn)) is None else value,
            paired=True,
            vectorized=False,
            n_resamples=RESAMPLES,
            confidence_level=CONFIDENCE,
            method="percentile",
            rng=np.random.default_rng(SEED),
        ).confidence_interval
    return None if np.isnan(low) or np.isnan(high) else (float(low), float(high))


def randomisation_test(one: Numbers, other: Numbers) -> float:
    """The chance of a mean difference at least this large if both runs were the same; two-sided.

    It is 1 for a single pair, which shows nothing.
    """
    from scipy.stats import permutation_test

    if len(one) < 2 or np.array_equal(one, other):
        return 1.0
    tested = permutation_test(
        (one - other,),
        lambda differences, axis: np.mean(differences, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=500,
        rng=np.random.default_rng(SEED),
    )
    return float(tested.pvalue)
