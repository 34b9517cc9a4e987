"""Compare two runs of one data set: differences, their intervals, and what chance would give."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.eval import figures
from onrecord.eval.datasets import UnreadableDataset
from onrecord.eval.measures import abstention, intervals

FOCUS = ("quotes/answer RR", "articles/nDCG@10", "abstention/answered")
COMPARISON = "comparison.json"

Case = Mapping[str, Any]


def compare(a: Path, b: Path) -> dict[str, Any]:
    """Every measure that both runs have: each side's value and the difference, b minus a.

    `low` and `high` bound the difference with 95 % confidence; `p` is the paired randomisation
    test's, None for what is no mean over questions. `wins` counts questions where b is better.
    Raises `UnreadableDataset` where the runs were not asked the same questions.
    """
    of_a, cases_a = figures.read(a)
    of_b, cases_b = figures.read(b)
    if of_a["dataset"]["sha256"] != of_b["dataset"]["sha256"]:
        raise UnreadableDataset(
            f"the runs' data sets differ: {_name(of_a)} in {a}, {_name(of_b)} in {b}"
        )
    shared = [name for name in of_a["measures"] if name in of_b["measures"]]
    if not shared:
        raise UnreadableDataset(f"{a} and {b} have no measure in common")
    return {
        "dataset": of_a["dataset"],
        "a": _side(of_a, a),
        "b": _side(of_b, b),
        "focus": next(name for name in (*FOCUS, *shared) if name in shared),
        "measures": {name: _difference(name, cases_a, cases_b) for name in shared},
    }


def write(comparison: Mapping[str, Any], folder: Path) -> Path:
    """Keep the comparison as JSON in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / COMPARISON
    text = json.dumps(comparison, ensure_ascii=False, indent=1)
    target.write_text(text + "\n", encoding="utf-8")
    return target


def _side(found: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    return {"label": folder.name, "command": found["command"], "system": found["system"]}


def _name(found: Mapping[str, Any]) -> str:
    return f"{found['dataset']['name']} ({found['dataset']['sha256'][:12]})"


def _difference(name: str, cases_a: Sequence[Case], cases_b: Sequence[Case]) -> dict[str, Any]:
    """The difference over the questions that have the measure in both runs."""
    if name in abstention.OF_RUN:
        return _difference_of_run(name, cases_a, cases_b)
    pairs = [
        (a["values"][name], b["values"][name])
        for a, b in zip(cases_a, cases_b, strict=True)
        if name in a["values"] and name in b["values"]
    ]
    one, other = np.array(pairs, dtype=float).reshape(-1, 2).T
    if not len(one):
        return _row(None, None, None, 0)
    differences = other - one
    bounds = intervals.interval(lambda drawn: float(drawn.mean()), differences)
    return {
        **_row(float(one.mean()), float(other.mean()), bounds, len(one)),
        "p": round(intervals.randomisation_test(other, one), 4),
        "wins": int((differences > 0).sum()),
        "losses": int((differences < 0).sum()),
        "ties": int((differences == 0).sum()),
    }


def _difference_of_run(
    name: str, cases_a: Sequence[Case], cases_b: Sequence[Case]
) -> dict[str, Any]:
    """The difference of a measure that is no mean over questions, over those that were judged."""
    statistic, column = abstention.OF_RUN[name]
    judged = [
        (a["confidence"], a[column], b["confidence"], b[column])
        for a, b in zip(cases_a, cases_b, strict=True)
        if a["answerable"] is not None
    ]
    columns = np.array(judged, dtype=float).T

    def subtract(*drawn: NDArray[np.float64]) -> float | None:
        a, b = statistic(drawn[0], drawn[1]), statistic(drawn[2], drawn[3])
        return None if a is None or b is None else b - a

    a, b = statistic(columns[0], columns[1]), statistic(columns[2], columns[3])
    return _row(a, b, intervals.interval(subtract, *columns), len(judged))


def _row(
    a: float | None, b: float | None, bounds: intervals.Interval | None, questions: int
) -> dict[str, Any]:
    low, high = bounds or (None, None)
    difference = None if a is None or b is None else b - a
    numbers = {"a": a, "b": b, "difference": difference, "low": low, "high": high}
    return {
        **{name: figures.rounded(number) for name, number in numbers.items()},
        **dict.fromkeys(("p", "wins", "losses", "ties")),
        "questions": questions,
    }
