"""The convex combination of two rankings."""

from __future__ import annotations

import pytest

from index.fuse import fuse, scale


def test_scores_are_moved_to_the_unit_interval() -> None:
    assert scale({1: 2.0, 2: 6.0, 3: 3.0}) == {1: 0.0, 2: 1.0, 3: 0.25}


def test_equal_scores_all_become_one() -> None:
    assert scale({1: 0.3, 2: 0.3}) == {1: 1.0, 2: 1.0}


def test_no_scores_stay_none() -> None:
    assert scale({}) == {}


def test_a_passage_of_one_ranking_gets_the_others_least() -> None:
    fused = fuse({1: 0.9, 2: 0.5, 3: 0.1}, {1: 4.0, 4: 12.0}, 0.25)
    assert fused == {1: 0.25, 2: 0.125, 3: 0.0, 4: 0.75}


@pytest.mark.parametrize(("weight", "best"), [(1.0, 1), (0.0, 2)])
def test_the_weight_decides_which_ranking_speaks(weight: float, best: int) -> None:
    fused = fuse({1: 0.9, 2: 0.1}, {1: 1.0, 2: 7.0}, weight)
    assert max(fused, key=lambda key: fused[key]) == best


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_the_unit_interval_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="dense weight in"):
        fuse({1: 0.9}, {1: 1.0}, weight)
