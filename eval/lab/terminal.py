"""What the commands that make the product show: training's progress and the reading's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn

from onrecord.eval.terminal import COLUMNS, make_table


@contextmanager
def training() -> Iterator[Callable[[str, int, int, float], None]]:
    """Progress on standard error: one line, which says what is done now, and the loss."""
    with Progress(*COLUMNS, TextColumn("{task.fields[loss]}"), console=Console(stderr=True)) as bar:
        lines: dict[str, TaskID] = {}

        def report(name: str, done: int, in_all: int, loss: float) -> None:
            if name not in lines:
                lines[name] = bar.add_task(name, loss="")
            shown = f"loss {loss:.3f}" if loss else ""
            bar.update(lines[name], completed=done, total=in_all, loss=shown)

        yield report


def show_reading(found: Mapping[str, Any]) -> None:
    """How well pages are read: bodies, dates and round trips."""
    console = Console()
    for name, caption in (("bodies", "bodies"), ("dates", "days"), ("round_trips", "round trips")):
        rows = found.get(name, {})
        columns = list(next(iter(rows.values()), {}))
        table = make_table(caption, "read by", *columns)
        for reader, figures in rows.items():
            table.add_row(reader, *(f"{figures[column]:.4g}" for column in columns))
        if rows:
            console.print(table)
