"""What the evaluation's commands show: progress bars and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from onrecord.eval.gate import Verdict
from onrecord.eval.run import Progress
from onrecord.index import ingest

COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TaskProgressColumn(),
    TimeRemainingColumn(),
)


@contextmanager
def progress() -> Iterator[tuple[ingest.Progress, Progress]]:
    """Progress on standard error: a line for building, fed like `build`'s, and one for asking."""
    with Bar(*COLUMNS, console=Console(stderr=True), transient=True) as bar:
        reading = bar.add_task("reading", total=None, visible=False)
        asking = bar.add_task("asking", total=None, visible=False)
        yield (
            lambda done, in_all, _: bar.update(
                reading, completed=done, total=in_all, visible=done < in_all
            ),
            lambda done, in_all: bar.update(asking, completed=done, total=in_all, visible=True),
        )


def show_figures(figures: Mapping[str, Any]) -> None:
    """A run's measures with their intervals, and its latency."""
    dataset = figures["dataset"]
    table = make_table(
        f"{dataset['name']}: {dataset['questions']} questions, {dataset['answerable']} answerable, "
        f"{dataset['unanswerable']} not",
        "measure", "value", "95 % interval", "questions",
    )  # fmt: skip
    for name, found in figures["measures"].items():
        interval = "–" if found["low"] is None else f"{found['low']:.3f} – {found['high']:.3f}"
        table.add_row(name, f"{found['value']:.3f}", interval, str(found["questions"]))
    console = Console()
    console.print(table)
    for side, percentiles in figures["latency"].items():
        shown = ", ".join(f"{name} {took:.1f} ms" for name, took in percentiles.items())
        console.print(f"latency, {side}: {shown}", style="dim")


def show_comparison(comparison: Mapping[str, Any]) -> None:
    """Both runs' measures, their differences, and how likely chance would make them."""
    a, b = comparison["a"]["label"], comparison["b"]["label"]
    table = make_table(
        f"{comparison['dataset']['name']}: A is {a}, B is {b}",
        "measure", "A", "B", "B − A", "95 % interval", "p", "better/worse",
    )  # fmt: skip
    for name, found in comparison["measures"].items():
        interval = "–" if found["low"] is None else f"{found['low']:+.3f} – {found['high']:+.3f}"
        p = "–" if found["p"] is None else f"{found['p']:.4f}"
        counts = "–" if found["wins"] is None else f"{found['wins']}/{found['losses']}"
        numbers = (_number(found[side]) for side in ("a", "b"))
        table.add_row(name, *numbers, _number(found["difference"], "+"), interval, p, counts)
    Console().print(table)


def show_verdicts(dataset: str, verdicts: Sequence[Verdict]) -> None:
    """Each floor, what was measured, and which was not held."""
    table = make_table(dataset, "measure", "floor", "value", "")
    for verdict in verdicts:
        outcome = "held" if verdict.held else "[bold red]NOT HELD[/]"
        table.add_row(verdict.measure, f"{verdict.floor:.2f}", _number(verdict.value), outcome)
    Console().print(table)


def _number(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.3f}"


def make_table(title: str, *columns: str) -> Table:
    """An empty table; measures stand left, numbers right."""
    table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column in ("measure", "") else "right")
    return table
