"""The figures of a run: every measure with its interval, by part of the set, and the curves.

A run's folder holds them as `figures.json`, and question by question as `cases.jsonl`; reports,
comparisons and the gate read nothing else. The same run gives the same figures, but for latency.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.eval.datasets import Dataset, write_lines
from onrecord.eval.judge import Case
from onrecord.eval.measures import Values, abstention, intervals
from onrecord.eval.replies import Timing

FIGURES, CASES = "figures.json", "cases.jsonl"
DIGITS = 6
CURVE_POINTS = 200
PERCENTILES = (50, 90, 95, 99)


def compute(
    dataset: Dataset, cases: Sequence[Case], values: Values, timings: Sequence[Timing]
) -> dict[str, Any]:
    """The figures of a run, as JSON can hold them; how it was asked is the caller's to add."""
    kinds = [case.question.answerable for case in cases]
    return {
        "dataset": {
            "name": dataset.name,
            "sha256": dataset.sha256,
            "questions": len(cases),
            "answerable": kinds.count(True),
            "unanswerable": kinds.count(False),
        },
        "measures": {
            **{name: _mean(found.values()) for name, found in values.items()},
            **_of_run(cases),
        },
        "groups": _groups(cases, values),
        "curves": _curves(cases),
        "latency": percentiles(timings),
    }


def write(folder: Path, figures: Mapping[str, Any], cases: Sequence[Case], values: Values) -> None:
    """Keep the figures and the cases in a run's folder."""
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    (folder / FIGURES).write_text(text + "\n", encoding="utf-8")
    write_lines(folder / CASES, (_row(case, values) for case in cases))


def read(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures and the cases of a run. Raises `FileNotFoundError` where it was not finished."""
    figures = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    with (folder / CASES).open(encoding="utf-8") as lines:
        return figures, [json.loads(line) for line in lines]


def percentiles(timings: Sequence[Timing]) -> dict[str, dict[str, float]]:
    """Milliseconds at each percentile: as the client saw it, and inside the service."""
    sides = {
        "total": [timing.total_ms for timing in timings],
        "service": [timing.service_ms for timing in timings],
    }
    return {
        side: {f"p{at}": round(float(np.percentile(took, at)), 2) for at in PERCENTILES}
        for side, took in sides.items()
        if took
    }


def rounded(value: float | None) -> float | None:
    """The value as reports hold it."""
    return None if value is None else round(value, DIGITS)


def _mean(values: Iterable[float]) -> dict[str, Any]:
    column = np.array([*values])
    bounds = intervals.interval(lambda drawn: float(drawn.mean()), column)
    return _measured(float(column.mean()), bounds, len(column))


def _measured(
    value: float, bounds: intervals.Interval | None, questions: int
) -> dict[str, float | int | None]:
    low, high = bounds or (None, None)
    return {
        "value": round(value, DIGITS),
        "low": rounded(low),
        "high": rounded(high),
        "questions": questions,
    }


def _of_run(cases: Sequence[Case]) -> dict[str, Any]:
    """The measures that are no means over questions."""
    confidence, answerable, correct = abstention.confidences(cases)
    columns = {"answerable": answerable, "correct": correct}
    found = {}
    for name, (statistic, column) in abstention.OF_RUN.items():
        value = statistic(confidence, columns[column]) if len(confidence) else None
        if value is not None:
            bounds = intervals.interval(statistic, confidence, columns[column])
            found[name] = _measured(value, bounds, len(confidence))
    return found


def _groups(cases: Sequence[Case], values: Values) -> dict[str, Any]:
    """Each part of the set with its measures, without intervals."""
    parts: dict[str, set[str]] = {}
    for case in cases:
        for group in case.question.groups:
            parts.setdefault(group, set()).add(case.question.id)
    return {
        group: {
            "questions": len(members),
            "measures": {
                name: round(float(np.mean(inside)), DIGITS)
                for name, found in values.items()
                if (inside := [value for asked, value in found.items() if asked in members])
            },
        }
        for group, members in sorted(parts.items())
    }


def _curves(cases: Sequence[Case]) -> dict[str, Any]:
    confidence, truth, correct = abstention.confidences(cases)
    if not len(confidence):
        return {"risk_coverage": [], "reliability": []}
    coverage, risk = abstention.risk_coverage(confidence, correct)
    shown = np.unique(np.linspace(0, len(coverage) - 1, CURVE_POINTS).astype(int))
    return {
        "risk_coverage": np.column_stack([coverage, risk])[shown].round(DIGITS).tolist(),
        "reliability": [
            [round(one.confidence, DIGITS), round(one.truth, DIGITS), round(one.mass, DIGITS)]
            for one in abstention.bins(confidence, truth)
        ],
    }


def _row(case: Case, values: Values) -> dict[str, Any]:
    asked = case.question
    return {
        "id": asked.id,
        "question": asked.text,
        "history": list(asked.history),
        "today": asked.today,
        "groups": list(asked.groups),
        "answerable": asked.answerable,
        "answers": list(asked.answers),
        "relevant": sorted(asked.relevant),
        "answered": case.reply.answered,
        "confidence": case.reply.confidence,
        "correct": case.correct,
        "right": list(case.right),
        "values": {
            name: round(found[asked.id], DIGITS)
            for name, found in values.items()
            if asked.id in found
        },
    }
