"""Ratios of rounds and the bars they are held against."""

from __future__ import annotations

from typing import Any

import pytest

from onrecord.eval.lab.peers.ratios import Ratio, compare, hold_bars

OWN = {"indexed": 40.0, "cold": 1.0, "p50": 5.0, "p95": 8.0, "rate": 100.0, "memory": 200.0}
INSIDE = {"p50 inside": 2.0, "p95 inside": 4.0, "rate inside": 200.0, "memory inside": 100.0}
SERVED = {"indexed": 20.0, "cold": 10.0, "p50": 40.0, "p95": 60.0, "rate": 25.0, "memory": 600.0}
PLAIN = {"indexed": 10.0, "cold": 9.0, "p50": 10.0, "p95": 20.0, "rate": 50.0, "memory": 500.0}


def rounds(*cold: float) -> list[dict[str, Any]]:
    return [
        {
            "onrecord": {**OWN, **INSIDE, "cold": own},
            "txtai, hybrid": SERVED,
            "langchain, dense": PLAIN,
        }
        for own in cold
    ]


def test_a_ratio_is_the_median_of_the_rounds_with_their_spread() -> None:
    ratios = compare(rounds(1.0, 2.0, 0.5), ["txtai, hybrid"])
    assert ratios["txtai, hybrid"]["cold"] == Ratio(10.0, 5.0, 20.0)


def test_like_meets_like_through_the_same_door() -> None:
    ratios = compare(rounds(1.0), ["txtai, hybrid"])
    assert ratios["txtai, hybrid"]["p50"].middle == 8.0  # 40 by 5, over HTTP
    assert ratios["langchain, dense"]["p50"].middle == 5.0  # 10 by 2, in one process
    assert ratios["langchain, dense"]["memory"].middle == 5.0
    assert ratios["langchain, dense"]["indexed"].middle == 0.25


@pytest.mark.parametrize(
    ("p99", "requests", "held"), [(50.0, 2_000, True), (51.0, 2_000, False), (9.0, 400, False)]
)
def test_bars_are_held_by_the_best_peer(p99: float, requests: float, held: bool) -> None:
    measured = rounds(1.0, 1.2, 1.6)
    ratios = compare(measured, ["txtai, hybrid"])
    load = {"p50": 5.0, "p99": p99, "requests": requests}
    bars = {bar.name: bar for bar in hold_bars(measured, ratios, [load], seeds_mb=351)}
    found = {name: (bar.found, bar.held) for name, bar in bars.items()}
    assert found["cold start"] == ("1.20 s", True)
    assert found["cold start, fastest peer"] == ("7.5 ×", False)
    assert found["warm p50, fastest peer"] == ("5.0 ×", True)
    assert found["warm p50, fastest hybrid peer"] == ("8.0 ×", True)
    assert found["memory, leanest peer"] == ("3.0 ×", True)
    assert found["memory on the seeds"] == ("351 MB", False)
    assert found["passages a second, by the fastest peer's"] == ("2.0 ×", True)
    assert found["questions a second, by the fastest peer's"] == ("4.0 ×", True)
    assert bars["p99 under load, by the median"].held is held


def test_the_reader_has_ratios_and_holds_no_bar() -> None:
    measured = rounds(1.0)
    measured[0]["onrecord with its reader"] = {**OWN, **INSIDE, "p50": 15.0}
    ratios = compare(measured, ["txtai, hybrid", "onrecord with its reader"])
    assert ratios["onrecord with its reader"]["p50"] == Ratio(3.0, 3.0, 3.0)
    bars = hold_bars(measured, ratios, [{"p50": 1.0, "p99": 2.0, "requests": 2_000}], 190.0)
    found = {bar.name: bar.found for bar in bars}
    assert found["warm p50, fastest peer"] == "5.0 ×"
