"""`onrecord eval calibrate`, `train-…` and `count-…`: the commands that make what is measured."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from onrecord.eval.cli_options import WORK, DataOption, WorkOption

commands = typer.Typer()


@commands.command("calibrate")
def calibrate(data: DataOption, work: WorkOption = WORK) -> None:
    """Fit the confidence on the development sets and write it with its figures."""
    from onrecord.eval.calibrate import calibrate

    typer.echo(json.dumps(calibrate(data, work), indent=1))


@commands.command("train-reader")
def train_reader(
    data: DataOption,
    fold: Annotated[
        list[int] | None,
        typer.Option(min=0, max=4, help="Only the reader without this fold; repeatable."),
    ] = None,
    share: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Learn from so many of the folds' pages.")
    ] = 1.0,
    work: WorkOption = WORK,
) -> None:
    """Train the evidence reader: five to report on, a fold left out of each, and one of all pages.

    The last is written into the package, unless only some folds or a share of their pages are
    asked for. It goes on where it was stopped; on two cores it takes about two hours.
    """
    from onrecord.eval import terminal
    from onrecord.eval.train_reader.examples import FOLDS
    from onrecord.eval.train_reader.run import train_reader

    folds = tuple(fold) if fold else tuple(range(FOLDS))
    with terminal.training() as told:
        found = train_reader(data, work, folds, not fold and share == 1.0, told, share)
    typer.echo(json.dumps(found, indent=1))


@commands.command("train-vocabulary")
def train_vocabulary(data: DataOption) -> None:
    """Train the vocabulary that counts a passage's tokens, from open data sets."""
    from onrecord.eval.train_vocabulary import train_vocabulary

    typer.echo(f"{train_vocabulary(data)} tokens")


@commands.command("count-background")
def count_background(data: DataOption) -> None:
    """Count how common words are in open data sets, for the weights of a question's words."""
    from onrecord.eval.background import count_background

    typer.echo(f"{count_background(data)} words")
