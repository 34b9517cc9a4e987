"""The plots of a comparison: each measure's difference, and the questions' differences in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes

from onrecord.eval.report.drawing import BAD, GOOD, INK, PAPER, SOFT, draw
from onrecord.eval.report.glossary import judge_difference
from onrecord.eval.report.plots import DOT, HEIGHT_IN, ROW_IN, arrange_rows, label_rows
from onrecord.eval.report.wording import say_count, say_difference

_COLOURS = {"better": GOOD, "worse": BAD, "open": SOFT}


def plot_differences(measures: Mapping[str, Mapping[str, Any]]) -> Markup:
    """B − A of every measure with its interval; hollow and grey where the interval holds 0."""
    rows = arrange_rows(measures)

    def paint(axes: Axes) -> None:
        reach = 0.01
        axes.axvline(0, color=INK, lw=1)
        for row, name in enumerate(rows):
            if name not in measures:
                continue
            measure = measures[name]
            low, middle, high = _bounds(measure)
            verdict = judge_difference(name, measure)
            colour = _COLOURS[verdict]
            axes.plot([low, high], [row, row], color=colour, lw=1.6)
            face = PAPER if verdict == "open" else colour
            axes.scatter(middle, row, DOT, facecolor=face, edgecolor=colour, zorder=3)
            axes.text(
                1.02, row, say_difference(middle), va="center", transform=axes.get_yaxis_transform()
            )
            reach = max(reach, -low, high)
        axes.set_xlim(-reach * 1.05, reach * 1.05)
        axes.set_xlabel("B − A")
        label_rows(axes, rows)

    label = "The differences B − A with their 95 % intervals; the table above has the numbers."
    return draw("differences", label, 0.7 + ROW_IN * len(rows), paint)


def plot_questions(differences: Sequence[float], measure: str) -> Markup:
    """Every question's difference in one measure, from the most won to the most lost."""
    falling = sorted(differences, reverse=True)

    def paint(axes: Axes) -> None:
        start = 0
        for value, same in groupby(falling):
            count = len(list(same))
            colour = GOOD if value > 0 else BAD
            axes.bar(start, value, count, align="edge", color=colour, linewidth=0)
            start += count
        axes.axhline(0, color=INK, lw=1)
        axes.set_xlim(0, len(falling))
        axes.set_xlabel("questions, from won to lost")
        axes.set_ylabel(f"B − A, {measure.partition('/')[2]}")

    won, lost = sum(one > 0 for one in falling), sum(one < 0 for one in falling)
    label = (
        f"{measure} by question: {say_count(won, 'question')} better in B, {lost} worse, "
        f"{len(falling) - won - lost} the same."
    )
    return draw("questions", label, HEIGHT_IN, paint)


def _bounds(measure: Mapping[str, Any]) -> tuple[float, float, float]:
    middle = measure["difference"]
    low, high = measure["low"], measure["high"]
    return middle if low is None else low, middle, middle if high is None else high
