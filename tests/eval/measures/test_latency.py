"""Percentiles by hand: between two neighbours, in proportion."""

from __future__ import annotations

from onrecord.eval.measures.latency import percentiles
from onrecord.eval.replies import Timing


def test_percentiles_lie_between_neighbours() -> None:
    timings = [Timing(took, took / 2) for took in (50.0, 10.0, 30.0, 20.0, 40.0)]
    assert percentiles(timings) == {
        "total": {"p50": 30.0, "p90": 46.0, "p95": 48.0, "p99": 49.6},
        "service": {"p50": 15.0, "p90": 23.0, "p95": 24.0, "p99": 24.8},
    }


def test_they_are_rounded_to_hundredths() -> None:
    assert percentiles([Timing(1.23456, 0.005)])["total"]["p50"] == 1.23


def test_of_no_reply_there_are_none() -> None:
    assert percentiles([]) == {}
