"""The page of a comparison: what changed from run A to run B, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from onrecord.eval.figures import read
from onrecord.eval.replies import Reply
from onrecord.eval.report import comparison_plots
from onrecord.eval.report.excerpts import READ
from onrecord.eval.report.glossary import group, judge_difference
from onrecord.eval.report.headline import sum_up_difference
from onrecord.eval.report.pages import render
from onrecord.eval.report.sections import CAP, Case, Entry
from onrecord.eval.report.sections import read as read_entry
from onrecord.eval.report.settings import compare
from onrecord.eval.run import read_run

Side = Mapping[str, tuple[Case, Reply]]


@dataclass(frozen=True, slots=True)
class Change:
    """A question that one of the runs did better; `before` and `after` are the focus in each."""

    a: Entry
    b: Entry
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Changes:
    """The questions lost or won, the most changed first; `left_out` are those beyond the cap."""

    key: str
    title: str
    about: str
    shown: tuple[Change, ...]
    left_out: int

    @property
    def total(self) -> int:
        """How many questions belong here, shown or not."""
        return len(self.shown) + self.left_out


def read_side(folder: Path) -> Side:
    """A run's cases and replies by question, with the quotes that a report shows."""
    cases, replies = read(folder)[1], read_run(folder).replies
    return {
        case["id"]: (case, replace(reply, quotes=reply.quotes[:READ]))
        for case, reply in zip(cases, replies, strict=True)
    }


def render_comparison(comparison: Mapping[str, Any], a: Side, b: Side) -> str:
    """The report of a comparison as HTML."""
    measures, focus = comparison["measures"], comparison["focus"]
    differences = compare_questions(focus, a, b)
    return render(
        "comparison.html.j2",
        title=f"{comparison['dataset']['name']}: two runs compared",
        comparison=comparison,
        labels=_shorten_labels(comparison),
        measures=measures,
        by_part=group(measures),
        verdicts={name: judge_difference(name, measure) for name, measure in measures.items()},
        settings=compare(comparison["a"]["system"], comparison["b"]["system"]),
        headline=sum_up_difference(comparison),
        compared=differences,
        drawn=_draw(measures, focus, list(differences.values())),
        sections=divide_changes(focus, differences, a, b),
    )


def compare_questions(focus: str, a: Side, b: Side) -> dict[str, float]:
    """B − A of a measure for each question that both runs have it for, in B's order."""
    return {
        asked: b[asked][0]["values"][focus] - a[asked][0]["values"][focus]
        for asked in b
        if asked in a and focus in a[asked][0]["values"] and focus in b[asked][0]["values"]
    }


def divide_changes(
    focus: str, differences: Mapping[str, float], a: Side, b: Side
) -> tuple[Changes, Changes]:
    """The questions that B lost, then those that it won."""
    falling = sorted(differences, key=lambda asked: -abs(differences[asked]))

    def gather(key: str, title: str, about: str, sign: int) -> Changes:
        members = [asked for asked in falling if differences[asked] * sign > 0]
        shown = tuple(_change(focus, a[asked], b[asked]) for asked in members[:CAP])
        return Changes(key, title, about, shown, len(members) - len(shown))

    return (
        gather("lost", "Lost", "B is worse than A here. The most lost first.", -1),
        gather("won", "Won", "B is better than A here. The most won first.", 1),
    )


def _shorten_labels(comparison: Mapping[str, Any]) -> dict[str, str]:
    """The runs' names without the data set's, which the page says already."""
    known = f"{comparison['dataset']['name']}-"
    return {side.upper(): comparison[side]["label"].removeprefix(known) for side in ("a", "b")}


def _change(focus: str, a: tuple[Case, Reply], b: tuple[Case, Reply]) -> Change:
    return Change(read_entry(*a), read_entry(*b), a[0]["values"][focus], b[0]["values"][focus])


def _draw(
    measures: Mapping[str, Mapping[str, Any]], focus: str, differences: Sequence[float]
) -> dict[str, Markup]:
    drawn = {}
    if measures:
        drawn["differences"] = comparison_plots.plot_differences(measures)
    if any(differences):
        drawn["questions"] = comparison_plots.plot_questions(differences, focus)
    return drawn
