"""The report of a run, from known figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

import pytest

from onrecord.eval.lab.peers.ratios import compare, hold_bars
from onrecord.eval.lab.peers.report import plot, render
from tests.eval.lab.peers.test_ratios import rounds


@pytest.fixture
def found() -> dict[str, Any]:
    measured = rounds(1.0, 2.0)
    ratios = compare(measured, ["txtai, hybrid"])
    load = {"p50": 5.0, "p99": 20.0, "requests": 2_000, "rate": 150.0}
    quality = {"questions": 40, "nDCG@10": 0.8125, "first": 0.7, "first three": 0.9}
    labels = [*measured[0]]
    return {
        "command": "onrecord eval bench peers --data DIR",
        "machine": "2 cores",
        "versions": {"base": ["torch==1"], "txtai": ["txtai==9"]},
        "model": "tiny",
        "passages": 5_012,
        "sizes": {"rounds": 2},
        "doors": {label: "HTTP" if "langchain" not in label else "in process" for label in labels},
        "rounds": measured,
        "ratios": {
            label: {name: asdict(ratio) for name, ratio in of.items()}
            for label, of in ratios.items()
        },
        "load": {"onrecord": [load]},
        "crowds": {"onrecord": {"8": load}},
        "seeds_mb": {"onrecord": 190.0},
        "quality": {"harbour": dict.fromkeys(labels, quality)},
        "bars": [asdict(bar) for bar in hold_bars(measured, ratios, [load], 190.0)],
    }


def test_ratios_stand_with_their_spread(found: dict[str, Any]) -> None:
    lines = render(found).splitlines()
    (row,) = [line for line in lines if line.startswith("| txtai, hybrid | HTTP | 0.5 (")]
    assert row == (
        "| txtai, hybrid | HTTP | 0.5 (0.5–0.5) | 7.5 (5–10) | 8 (8–8) | 7.5 (7.5–7.5) "
        "| 0.25 (0.25–0.25) | 3 (3–3) |"
    )


def test_what_was_not_judged_is_a_dash(found: dict[str, Any]) -> None:
    del found["quality"]["harbour"]["onrecord"]
    rows = render(found).split("Quality of what they find")[1].splitlines()
    assert "| onrecord | – | – | – |" in rows
    assert "| txtai, hybrid | .812 | .700 | .900 |" in rows


def test_own_figures_stand_for_both_doors(found: dict[str, Any]) -> None:
    text = render(found)
    assert "| onrecord | HTTP | 40 | 1.5 s | 5 ms | 8 ms | 100 | 200 MB |" in text
    assert "| onrecord | in process | – | – | 2 ms | 4 ms | 200 | 100 MB |" in text


def test_quality_load_and_bars_are_told(found: dict[str, Any]) -> None:
    text = render(found)
    assert "| onrecord | .812 | .700 | .900 |" in text
    assert "| onrecord | 2000 | 5 ms | 20 ms | 4.0 × | 150 |" in text
    assert "| onrecord | 8 | 5 ms | 20 ms | 150 |" in text
    assert "| onrecord | 190 MB |" in text
    assert "| cold start, fastest peer | ≥ 8 × | 6.8 × | missed |" in text
    assert "| memory on the seeds | ≤ 350 MB | 190 MB | held |" in text


def test_the_plot_is_always_the_same(found: dict[str, Any]) -> None:
    drawn = plot(found)
    assert drawn == plot(found)
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
