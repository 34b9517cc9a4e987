"""The page of a run, out of its figures, its cases and its replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from onrecord.eval.report import plots
from onrecord.eval.report.glossary import TELLING, group
from onrecord.eval.report.headline import sum_up
from onrecord.eval.report.pages import render
from onrecord.eval.report.sections import divide
from onrecord.eval.report.settings import flatten
from onrecord.eval.run import Run

Case = Mapping[str, Any]


def render_run(figures: Mapping[str, Any], cases: Sequence[Case], run: Run) -> str:
    """The report of a run as HTML."""
    measures = figures["measures"]
    at = find_operating_point(cases)
    return render(
        "run.html.j2",
        title=f"{figures['dataset']['name']}: a run",
        figures=figures,
        measures=measures,
        by_part=group(measures),
        settings=flatten(figures["system"]),
        headline=sum_up(figures),
        telling=_choose_telling(figures),
        at=at,
        drawn=_draw(figures, [timing.total_ms for timing in run.timings], at),
        slowest=max((timing.total_ms for timing in run.timings), default=0.0),
        sections=divide(cases, run.replies),
    )


def find_operating_point(cases: Sequence[Case]) -> tuple[float, float] | None:
    """How much was answered of what was judged, and how much of it wrongly; None for nothing."""
    judged = [case for case in cases if case["answerable"] is not None]
    answered = [case for case in judged if case["answered"]]
    if not answered:
        return None
    wrong = sum(not case["correct"] for case in answered)
    return len(answered) / len(judged), wrong / len(answered)


def _choose_telling(figures: Mapping[str, Any]) -> list[str]:
    """The measures to show by part of the set, those that some part has."""
    known = {name for part in figures["groups"].values() for name in part["measures"]}
    return [name for name in TELLING if name in known]


def _draw(
    figures: Mapping[str, Any], times_ms: Sequence[float], at: tuple[float, float] | None
) -> dict[str, Markup]:
    """The plots that there is something to draw for."""
    curves, latency = figures["curves"], figures["latency"]
    drawn = {}
    if figures["measures"]:
        drawn["measures"] = plots.plot_measures(figures["measures"])
    if curves["risk_coverage"]:
        drawn["risk"] = plots.plot_risk(curves["risk_coverage"], at)
    if curves["reliability"]:
        drawn["reliability"] = plots.plot_reliability(curves["reliability"])
    if times_ms and latency.get("total"):
        drawn["latency"] = plots.plot_latency(times_ms, latency["total"])
    return drawn
