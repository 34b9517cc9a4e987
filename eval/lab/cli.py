"""`onrecord eval publish`, `reading`, `calibrate`, `train-…`, `count-…` and `bench …`."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from onrecord.eval.options import JOBS, WORK, DataOption, JobsOption, WorkOption

commands = typer.Typer()
bench = typer.Typer(help="Measure size and speed.", no_args_is_help=True)
commands.add_typer(bench, name="bench")
WRONG_USE = 2
say = partial(typer.echo, err=True)


@commands.command()
def publish(
    data: DataOption,
    pages: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The folder of five real pages.")
    ],
    jobs: JobsOption = JOBS,
    work: WorkOption = WORK,
) -> None:
    """Measure again what docs/quality.md reports; write its tables and `docs/figures.json`."""
    from onrecord.eval.lab.publish import publish

    _name_files(publish(data, pages, work, jobs, say))


@commands.command()
def reading(
    data: DataOption,
    sample: Annotated[
        int | None, typer.Option(min=2, help="Read about so many pages of each set.")
    ] = None,
    publish: Annotated[
        bool,
        typer.Option("--publish", help="Write the tables of docs/quality.md and reading.json."),
    ] = False,
    jobs: JobsOption = JOBS,
) -> None:
    """Measure how well bodies and dates are read, compared with trafilatura and htmldate."""
    from onrecord.eval.lab.reading import FIGURES, measure_reading, render_reading
    from onrecord.eval.lab.tables import write_report

    if publish and sample:
        say("onrecord: --publish is for all pages: leave --sample out")
        raise typer.Exit(WRONG_USE)
    found = measure_reading(data, jobs, sample)
    if not found["datasets"]:
        say(f"onrecord: none of the data sets that reading is measured on is in {data}")
        raise typer.Exit(WRONG_USE)
    tables = render_reading(found)
    typer.echo("\n\n".join(tables.values()))
    if publish:
        _name_files(write_report(found, FIGURES, tables))


@commands.command()
def calibrate(data: DataOption, work: WorkOption = WORK) -> None:
    """Fit the confidence on the development sets and write it with its figures."""
    from onrecord.eval.lab.calibrate import calibrate

    typer.echo(json.dumps(calibrate(data, work), indent=1))


@commands.command("train-reader")
def train_reader(
    data: DataOption,
    fold: Annotated[
        list[int] | None,
        typer.Option(min=0, max=4, help="Only the reader without this fold; repeatable."),
    ] = None,
    work: WorkOption = WORK,
) -> None:
    """Train the evidence reader: five to report on, a fold left out of each, and one of all pages.

    The last is written into the package, unless only some folds are asked for. It goes on where it
    was stopped; on two cores it takes about two hours.
    """
    from onrecord.eval.lab.reader.examples import FOLDS
    from onrecord.eval.lab.reader.run import train_reader

    folds = tuple(fold or range(FOLDS))
    typer.echo(json.dumps(train_reader(data, work, folds, not fold, say), indent=1))


@commands.command("train-vocabulary")
def train_vocabulary(data: DataOption) -> None:
    """Train the vocabulary that counts a passage's tokens, from open data sets."""
    from onrecord.eval.lab.vocabulary import train_vocabulary

    typer.echo(f"{train_vocabulary(data)} tokens")


@commands.command("count-background")
def count_background(data: DataOption) -> None:
    """Count how common words are in open data sets, for the weights of a question's words."""
    from onrecord.eval.lab.vocabulary import count_background

    typer.echo(f"{count_background(data)} words")


@bench.command()
def scale(
    sizes: Annotated[
        list[int] | None,
        typer.Option("--size", min=1_000, help="Passages; repeatable (default 10000, 100000)."),
    ] = None,
    work: WorkOption = WORK,
) -> None:
    """Build archives of so many passages, ask them and write docs/scale.md."""
    from onrecord.eval.lab.scale import measure_scale, write_scale

    for size in sizes or [10_000, 100_000]:
        folder = work / "bench" / str(size)
        figures = measure_scale(size, folder)
        shutil.rmtree(folder)
        write_scale(figures)
        typer.echo(f"{size}: {figures}")


@bench.command()
def peers(data: DataOption, work: WorkOption = WORK) -> None:
    """Measure txtai, Haystack, LangChain and this project in the same run; write docs/peers.md."""
    from onrecord.eval.lab.peers.bench import measure_peers, write_peers

    _name_files(write_peers(measure_peers(data, work / "peers", say)))


def _name_files(files: list[Path]) -> None:
    for file in files:
        typer.echo(file)
