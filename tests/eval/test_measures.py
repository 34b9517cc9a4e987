"""Measures against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eval.measures import auroc, expected_calibration_error, share

CONFIDENCE = np.array([0.9, 0.8, 0.3, 0.1])
TRUTH = np.array([True, False, True, False])


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auroc(CONFIDENCE, TRUTH) == 0.75


def test_auroc_of_one_kind_alone_is_nothing() -> None:
    assert auroc(CONFIDENCE, np.array([True] * 4)) is None


def test_calibration_error_of_two_bins_is_their_mean_gap() -> None:
    # Bins {.1, .3} and {.8, .9}: mean confidence .2 and .85 against a truth of .5 in both.
    assert expected_calibration_error(CONFIDENCE, TRUTH, np.ones(4), bins=2) == pytest.approx(0.325)


def test_a_case_of_no_mass_does_not_count() -> None:
    masses = np.array([1.0, 0.0, 0.0, 1.0])
    assert expected_calibration_error(CONFIDENCE, TRUTH, masses, bins=2) == pytest.approx(0.1)


def test_a_share_of_nothing_is_nothing() -> None:
    assert share(np.array([True, False, True, True])) == 0.75
    assert share(np.array([], dtype=bool)) is None
