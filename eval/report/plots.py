"""The plots of a run: its measures, risk against coverage, confidence against truth, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from onrecord.eval.report.drawing import ACCENT, BAD, INK, PAPER, RULE, SOFT, draw
from onrecord.eval.report.glossary import LOWER_IS_BETTER, PARTS, group
from onrecord.eval.report.wording import NBSP, say_number, say_percent, say_time

ROW_IN = 0.2
DOT = 22  # area, in square points
HEIGHT_IN = 3.4
TIMES = 200  # points of a curve of times


def plot_measures(measures: Mapping[str, Mapping[str, Any]]) -> Markup:
    """Every measure as a dot with its interval as a line, in rows by part."""
    rows = arrange_rows(measures)

    def paint(axes: Axes) -> None:
        for row, name in enumerate(rows):
            if name not in measures:
                continue
            measure = measures[name]
            if measure["low"] is not None:
                axes.plot([measure["low"], measure["high"]], [row, row], color=ACCENT, lw=1.6)
            axes.scatter(measure["value"], row, DOT, color=ACCENT, zorder=3, clip_on=False)
            axes.text(1.04, row, say_number(measure["value"]), va="center", clip_on=False)
        axes.set_xlim(0, 1)
        label_rows(axes, rows)

    label = "The measures with their 95 % intervals; the same numbers stand in the table above."
    return draw("measures", label, 0.5 + ROW_IN * len(rows), paint)


def plot_risk(curve: Sequence[Sequence[float]], at: tuple[float, float] | None) -> Markup:
    """Share of wrong answers against share answered; `at` is where the shipped threshold lies."""

    def paint(axes: Axes) -> None:
        coverage, risk = (np.array(column) for column in zip(*curve, strict=True))
        axes.plot(coverage, risk, color=ACCENT, lw=1.6, drawstyle="steps-pre")
        axes.axhline(risk[-1], color=SOFT, lw=1, ls=(0, (2, 3)))
        top = max(float(risk.max()), at[1] if at else 0.0, 0.05) * 1.15
        axes.set_xlim(0, 1.0)
        axes.set_ylim(0, top)
        _show_percent(axes)
        axes.set_xlabel("answered, of all questions")
        axes.set_ylabel("wrong, of those answered")
        if at:
            _mark(
                axes, at, f"{say_percent(at[0])} answered,\n{say_percent(at[1])} of it wrong", top
            )

    said = f" The threshold answers {say_percent(at[0])}, {say_percent(at[1])} wrong." if at else ""
    return draw("risk", f"Risk against coverage.{said}", HEIGHT_IN, paint)


def plot_reliability(bins: Sequence[Sequence[float]]) -> Markup:
    """How often questions were answerable against how confident the answer to them was."""

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=SOFT, lw=1, ls=(0, (2, 3)))
        confidence, truth, mass = (np.array(column) for column in zip(*bins, strict=True))
        axes.plot(confidence, truth, color=ACCENT, lw=0.8, alpha=0.5)
        axes.scatter(
            confidence, truth, 600 * mass, color=ACCENT, edgecolor=PAPER, zorder=3, clip_on=False
        )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        _show_percent(axes)
        axes.set_xlabel("confidence")
        axes.set_ylabel("answerable in truth")

    return draw("reliability", "Confidence against truth, in ten bins.", HEIGHT_IN, paint)


def plot_latency(times_ms: Sequence[float], percentiles: Mapping[str, float]) -> Markup:
    """The share of answers that had come by a time, with the half and the 95 % marked."""

    def paint(axes: Axes) -> None:
        shares = np.linspace(0, 1, min(len(times_ms), TIMES) + 1)
        axes.plot(np.quantile(times_ms, shares), shares, color=ACCENT, lw=1.6)
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            axes.scatter(percentiles[name], share, 34, color=INK, zorder=3)
            text = f"  {name}: {say_time(percentiles[name])}"
            axes.annotate(text, (percentiles[name], share - 0.06), va="center")
        axes.set_xlim(0, max(percentiles["p99"] * 1.3, 1.0))
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(PercentFormatter(1, 0, f"{NBSP}%"))
        axes.set_xlabel("milliseconds")
        axes.set_ylabel("answered within")

    label = "Time to an answer: " + ", ".join(
        f"{name} {say_time(took)}" for name, took in percentiles.items()
    )
    return draw("latency", label, HEIGHT_IN, paint)


def arrange_rows(names: Mapping[str, object]) -> list[str]:
    """The rows of a plot of measures: each part's title, then its measures."""
    return [
        row for part, inside in group(names).items() for row in (PARTS.get(part, part), *inside)
    ]


def label_rows(axes: Axes, rows: Sequence[str]) -> None:
    """Name the rows from the top: titles bold, ↓ at the measures whose lower is better."""
    down = dict.fromkeys(LOWER_IS_BETTER, " ↓")
    axes.set_yticks(
        range(len(rows)),
        [row.partition("/")[2] + down.get(row, "") if "/" in row else row for row in rows],
    )
    for row, label in zip(rows, axes.get_yticklabels(), strict=True):
        label.set_fontweight("normal" if "/" in row else "bold")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)


def _mark(axes: Axes, at: tuple[float, float], text: str, top: float) -> None:
    """A dot with a line down to the axis and its label beside that, where the curve leaves room."""
    axes.scatter(*at, 40, color=BAD, zorder=4, clip_on=False)
    axes.vlines(at[0], 0, at[1], color=BAD, lw=1, ls=(0, (2, 3)))
    left = at[0] > 0.5
    axes.annotate(
        text,
        (at[0], top * (0.04 if at[1] > top * 0.3 else 0.7)),
        xytext=(-5 if left else 5, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="bottom",
        color=BAD,
        fontweight="bold",
    )


def _show_percent(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, 0, f"{NBSP}%"))
