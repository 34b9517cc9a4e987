"""Confidence is a logistic function of the signals."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from onrecord.service.confidence import CALIBRATION, Calibration, shipped
from onrecord.service.signals import Signals

FLAT = Calibration("x", dict.fromkeys(Signals.names(), 0.0), 0.0)


@pytest.mark.parametrize(
    ("intercept", "confidence"), [(0.0, 0.5), (2.0, 0.8808), (-2.0, 0.1192), (50.0, 1.0)]
)
def test_the_intercept_alone_is_a_known_probability(intercept: float, confidence: float) -> None:
    assert replace(FLAT, intercept=intercept).confidence(Signals()) == confidence


@pytest.mark.parametrize("name", Signals.names())
def test_each_weight_meets_its_own_signal(name: str) -> None:
    weighted = replace(FLAT, weights={**FLAT.weights, name: 2.0})
    silent = replace(Signals(), names_missing=0.0, names_unknown=0.0)
    assert weighted.confidence(silent) == 0.5
    assert weighted.confidence(replace(silent, **{name: 0.5})) == 0.7311


def test_the_shipped_calibration_weighs_exactly_the_signals_that_are_read() -> None:
    written = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    fitted = written["fits"]["none"]
    assert set(shipped().weights) == set(Signals.names()) == set(fitted["weights"])
    assert shipped().intercept == fitted["intercept"]
    assert shipped().encoder == written["system"]["encoder"]


@pytest.mark.parametrize("name", ["sentence_cosine", "coverage", "evidence"])
def test_more_evidence_never_means_less_confidence(name: str) -> None:
    assert shipped().weights[name] >= 0


@pytest.mark.parametrize("name", ["names_missing", "names_unknown", "archive_size", "time_missed"])
def test_what_speaks_against_an_answer_never_raises_confidence(name: str) -> None:
    assert shipped().weights[name] <= 0
