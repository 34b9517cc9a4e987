"""The convex combination of two rankings."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.index.fuse import fuse, scale

NONE = float("nan")


def test_scores_are_moved_to_the_unit_interval() -> None:
    assert scale(np.array([2.0, 6.0, 3.0])).tolist() == [0.0, 1.0, 0.25]


def test_equal_scores_all_become_one() -> None:
    assert scale(np.array([0.3, 0.3])).tolist() == [1.0, 1.0]


def test_a_passage_without_a_score_stays_without_and_moves_nothing() -> None:
    scaled = scale(np.array([2.0, NONE, 6.0]))
    assert np.array_equal(scaled, [0.0, NONE, 1.0], equal_nan=True)
    assert np.isnan(scale(np.array([NONE, NONE]))).all()


def test_no_scores_stay_none() -> None:
    assert scale(np.array([])).tolist() == []
    assert fuse(np.array([]), np.array([]), 0.5).tolist() == []


def test_a_passage_of_one_ranking_gets_the_others_least() -> None:
    fused = fuse(np.array([0.9, 0.5, 0.1, NONE]), np.array([4.0, NONE, NONE, 12.0]), 0.25)
    assert fused.tolist() == [0.25, 0.125, 0.0, 0.75]


@pytest.mark.parametrize(("weight", "best"), [(1.0, 0), (0.0, 1)])
def test_the_weight_decides_which_ranking_speaks(weight: float, best: int) -> None:
    fused = fuse(np.array([0.9, 0.1]), np.array([1.0, 7.0]), weight)
    assert fused.argmax() == best


@pytest.mark.parametrize("weight", [-0.1, 1.1, NONE])
def test_a_weight_outside_the_unit_interval_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="dense weight in"):
        fuse(np.array([0.9]), np.array([1.0]), weight)
