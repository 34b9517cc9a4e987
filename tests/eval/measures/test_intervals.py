"""Intervals and tests whose outcome is known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.eval.measures.abstention import auroc
from onrecord.eval.measures.intervals import interval, randomisation_test


def mean(column: np.ndarray) -> float:
    return float(column.mean())


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
def test_the_interval_of_a_constant_is_that_constant(value: float) -> None:
    assert interval(mean, np.full(20, value)) == (value, value)


def test_the_interval_of_one_value_cannot_be_told() -> None:
    assert interval(mean, np.array([0.5])) is None
    assert interval(mean, np.array([])) is None


def test_the_interval_contains_the_mean_and_is_as_wide_as_theory_says() -> None:
    column = np.array([0.0, 1.0] * 200)
    bounds = interval(mean, column)
    assert bounds is not None
    # 1.96 standard errors of .5 / sqrt(400) on either side
    assert bounds == pytest.approx((0.451, 0.549), abs=0.006)


def test_rows_are_drawn_whole() -> None:
    one = np.arange(30.0)
    bounds = interval(lambda a, b: float((a - b).mean()), one, one - 0.5)
    assert bounds == (0.5, 0.5)


def test_equal_runs_differ_by_chance_for_sure() -> None:
    column = np.array([0.0, 1.0, 0.5])
    assert randomisation_test(column, column.copy()) == 1.0


def test_a_constant_difference_over_twenty_pairs_is_no_chance() -> None:
    one = np.linspace(0.0, 1.0, 20)
    assert randomisation_test(one + 0.25, one) < 0.001
    assert randomisation_test(one, one + 0.25) < 0.001


def test_three_pairs_have_their_exact_chance() -> None:
    # Of the eight ways to swap sides, all for or all against: 2 of 8.
    assert randomisation_test(np.array([0.5, 0.75, 1.0]), np.zeros(3)) == 0.25
    # Of the sums of ±.5, ±.75 and ±1 two are at least 1.25, and two at most -1.25: 4 of 8.
    assert randomisation_test(np.array([-0.5, 0.75, 1.0]), np.zeros(3)) == 0.5


def test_differences_that_cancel_out_are_chance() -> None:
    assert randomisation_test(np.array([1.0, -1.0, 0.0, 0.0]), np.zeros(4)) == 1.0


def test_where_a_draw_can_miss_one_kind_there_is_no_interval() -> None:
    assert interval(auroc, np.array([0.9, 0.1]), np.array([1.0, 0.0])) is None


def test_a_single_pair_says_nothing() -> None:
    assert randomisation_test(np.array([1.0]), np.array([0.0])) == 1.0
