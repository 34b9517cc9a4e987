"""The report of a sweep: `sweep.json`, and for people a table and a plot, `sweep.md` and `.svg`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from onrecord.eval.lab.sweep import SHOWN

COLUMNS = 2
PANEL_IN = (4.2, 2.4)
PAPER = "#ffffff"  # the plot stands alone, on whatever page shows it

INTRODUCTION = """\
# Which settings rank best

One setting at a time is moved away from its default, and the answerable questions of the
development sets are asked again. `first` and `first three` are the shares of questions whose
answer is in those quotes, `RR` is the mean reciprocal rank of the first quote that holds it, and
`evidence` is the F1 of the marked sentences. The mean of the sets' `RR` decides: a value replaces
the default only where the paired randomisation test says p < .05. A longer passage holds an
answer more easily and says less precisely where it is. More than 220 tokens seldom fit the
encoder's 256 word-pieces, whatever is allowed. The weights and depths are fields of `Ranking` in
`index/ranking.py`.

![The mean reciprocal rank of the answer over each setting]({plot})
"""


def write_sweep(found: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the three files into a folder; the same sweep gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"sweep.{ending}" for ending in ("json", "md", "svg")]
    written = json.dumps(found, indent=1) + "\n"
    for file, text in zip(files, (written, _say(found, files[2].name), _plot(found)), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def _say(found: Mapping[str, Any], plot: str) -> str:
    lines = [INTRODUCTION.format(plot=plot), f"This page was made by `{found['command']}`, on", ""]
    for name, dataset in found["datasets"].items():
        lines.append(
            f"- {name}, {dataset['questions']} questions (sha256 {dataset['sha256'][:12]})"
        )
    lines += ["", *_together(found["together"])]
    for factor, measured in found["factors"].items():
        lines += [
            "",
            f"## {factor}: {measured['chosen']}",
            "",
            *_table(measured, found["datasets"]),
        ]
    return "\n".join(lines) + "\n"


def _together(row: Mapping[str, Any]) -> Iterator[str]:
    """What the chosen values do together, where some of them were not the defaults."""
    if not row["changed"]:
        yield "The defaults that the sweep began with are what it chose."
        return
    changes = ", ".join(f"`{name}` {value}" for name, value in row["changed"].items())
    yield (
        f"Chosen over the defaults that the sweep began with: {changes}. Together they move the "
        f"mean RR by {row['difference']:+.4f} to {row['objective']:.4f} (p = {row['p']})."
    )


def _table(measured: Mapping[str, Any], datasets: Sequence[str]) -> Iterator[str]:
    names = ("first", "first three", "RR", "evidence")
    heads = [f"{dataset}: {name}" for dataset in datasets for name in names]
    yield f"| value | mean RR | difference | p | {' | '.join(heads)} |"
    yield "|" + "---|" * (4 + len(heads))
    for row in measured["values"]:
        numbers = [row["datasets"][dataset][measure] for dataset in datasets for measure in SHOWN]
        value = f"**{row['value']}**" if row["value"] == measured["chosen"] else str(row["value"])
        compared = ["default", ""] if row["default"] else [f"{row['difference']:+.4f}", row["p"]]
        cells = [value, f"{row['objective']:.4f}", *compared, *(f"{n:.3f}" for n in numbers)]
        yield f"| {' | '.join(map(str, cells))} |"


def _plot(found: Mapping[str, Any]) -> str:
    """A panel a setting: the objective and each data set's part of it over the values."""
    from io import StringIO

    factors = found["factors"]
    rows = math.ceil(len(factors) / COLUMNS)
    with rc_context({"svg.hashsalt": "onrecord", "font.size": 8, "svg.fonttype": "path"}):
        figure = Figure((COLUMNS * PANEL_IN[0], rows * PANEL_IN[1]), layout="constrained")
        figure.set_facecolor(PAPER)
        panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for axes, (factor, measured) in zip(panels, factors.items(), strict=False):
            _draw(axes, factor, measured, list(found["datasets"]))
        for axes in panels[len(factors) :]:
            axes.set_visible(False)
        panels[0].legend(frameon=False, fontsize=7, ncols=2, loc=(0.03, 0.3))
        drawn = StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def _draw(axes: Axes, factor: str, measured: Mapping[str, Any], datasets: Sequence[str]) -> None:
    rows = measured["values"]
    places = range(len(rows))
    for dataset in datasets:
        values = [row["datasets"][dataset][SHOWN[2]] for row in rows]
        axes.plot(places, values, lw=1, alpha=0.7, label=dataset)
    axes.plot(places, [row["objective"] for row in rows], "o-", color="black", label="mean")
    chosen = next(at for at, row in enumerate(rows) if row["value"] == measured["chosen"])
    axes.axvline(chosen, color="grey", lw=1, ls=":")
    axes.set_xticks(places, [str(row["value"]) for row in rows])
    axes.set_title(factor, loc="left")
    axes.set_ylabel("RR of the answer")
    axes.spines[["top", "right"]].set_visible(False)
