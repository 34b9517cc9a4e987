"""Abstention against values worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from onrecord.eval.judge import Case
from onrecord.eval.measures.abstention import (
    ConfidenceBin,
    area_under_risk,
    auroc,
    bins,
    confidences,
    expected_calibration_error,
    measure,
    risk_coverage,
)

MakeCase = Callable[..., Case]
CONFIDENCE = np.array([0.9, 0.8, 0.3, 0.1])
TRUTH = np.array([True, False, True, False])


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # .9 above .8 and .1, .3 above .1 but below .8
    assert auroc(CONFIDENCE, TRUTH) == 0.75
    assert auroc(CONFIDENCE, ~TRUTH) == 0.25


def test_auroc_of_a_tied_pair_is_half() -> None:
    assert auroc(np.array([0.5, 0.5]), np.array([True, False])) == 0.5


@pytest.mark.parametrize("kind", [True, False])
def test_auroc_of_one_kind_alone_is_nothing(kind: bool) -> None:
    assert auroc(CONFIDENCE, np.array([kind] * 4)) is None


def test_risk_is_the_share_of_wrong_answers_among_the_more_confident() -> None:
    coverage, risk = risk_coverage(np.array([0.1, 0.9, 0.3, 0.8]), TRUTH[[3, 0, 2, 1]])
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])


def test_questions_of_equal_confidence_are_answered_together() -> None:
    for correct in ([True, True, False, False], [True, False, True, False]):
        coverage, risk = risk_coverage(np.array([0.9, 0.8, 0.8, 0.1]), np.array(correct))
        assert coverage.tolist() == [0.25, 0.75, 1.0]
        assert risk.tolist() == pytest.approx([0, 1 / 3, 1 / 2])


def test_area_under_risk_is_the_sum_of_the_steps() -> None:
    # .25 of 0, .5 of 1/3 and .25 of 1/2
    tied = np.array([0.9, 0.8, 0.8, 0.1])
    assert area_under_risk(tied, TRUTH) == pytest.approx(1 / 6 + 1 / 8)
    assert area_under_risk(CONFIDENCE, TRUTH) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_area_under_risk_of_nothing_but_right_or_wrong_answers() -> None:
    assert area_under_risk(CONFIDENCE, np.array([True] * 4)) == 0.0
    assert area_under_risk(CONFIDENCE, np.array([False] * 4)) == 1.0


def test_bins_hold_equal_mass_by_rising_confidence() -> None:
    low, high = bins(CONFIDENCE, TRUTH, count=2)
    assert (low.confidence, low.truth, low.mass) == pytest.approx((0.2, 0.5, 0.5))
    assert (high.confidence, high.truth, high.mass) == pytest.approx((0.85, 0.5, 0.5))


def test_masses_move_the_borders_of_bins() -> None:
    made = bins(CONFIDENCE, TRUTH, np.array([3.0, 1.0, 1.0, 1.0]), count=2)
    assert [one.mass for one in made] == pytest.approx([0.5, 0.5])
    assert [one.confidence for one in made] == pytest.approx([0.4, 0.9])
    assert [one.truth for one in made] == pytest.approx([1 / 3, 1.0])


def test_fewer_questions_than_bins_have_a_bin_each() -> None:
    assert bins(np.array([0.75, 0.25]), np.array([True, False])) == [
        ConfidenceBin(0.25, 0.0, 0.5),
        ConfidenceBin(0.75, 1.0, 0.5),
    ]


def test_calibration_error_of_two_bins_is_their_mean_gap() -> None:
    # Bins {.1, .3} and {.8, .9}: mean confidence .2 and .85 against a truth of .5 in both.
    assert expected_calibration_error(CONFIDENCE, TRUTH, count=2) == pytest.approx(0.325)


def test_a_case_of_no_mass_does_not_count() -> None:
    masses = np.array([1.0, 0.0, 0.0, 1.0])
    assert expected_calibration_error(CONFIDENCE, TRUTH, masses, count=2) == pytest.approx(0.1)


def test_each_kind_of_question_has_its_own_measure(judged: MakeCase) -> None:
    cases = [
        judged("right", answers=["x"], right=[True]),
        judged("wrong", answers=["x"], right=[False]),
        judged("silent", answers=["x"], right=[True], answered=False),
        judged("refused", answerable=False, answered=False),
        judged("fooled", answerable=False),
        judged("unknown", answerable=None),
    ]
    assert measure(cases) == {
        "abstention/answered": {"right": 1.0, "wrong": 1.0, "silent": 0.0},
        "abstention/refused": {"refused": 1.0, "fooled": 0.0},
        "abstention/selective accuracy": {"right": 1.0, "wrong": 0.0, "fooled": 0.0},
    }


def test_confidence_is_held_to_the_questions_that_were_judged(judged: MakeCase) -> None:
    cases = [
        judged("q1", confidence=0.75, answers=["x"], right=[False]),
        judged("q2", confidence=0.5, answerable=None),
        judged("q3", confidence=0.25, answerable=False, answered=False),
        judged("q4", confidence=0.125, gold={"a": 1}, articles=["a"]),
    ]
    confidence, answerable, correct = confidences(cases)
    assert confidence.tolist() == [0.75, 0.25, 0.125]
    assert answerable.tolist() == [True, False, True]
    assert correct.tolist() == [False, False, True]


def test_questions_of_the_same_confidence_share_a_bin() -> None:
    same = np.array([0.5, 0.5, 0.5, 0.5])
    for truth in ([1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]):
        assert bins(same, np.array(truth)) == [ConfidenceBin(0.5, 0.5, 1.0)]
