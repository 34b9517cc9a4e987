"""`onrecord eval …`: the commands that measure, calibrate and train what the project ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer(help="Measure, calibrate, train.", no_args_is_help=True)
DataOption = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, help="The folder of data sets.")
]
WorkOption = Annotated[Path, typer.Option(help="Where the archives built for it are kept.")]
WORK = Path(".onrecord-eval")


@commands.command("train-vocabulary")
def train_vocabulary(data: DataOption) -> None:
    """Train the vocabulary that counts a passage's tokens, from open data sets."""
    from eval.train_vocabulary import train_vocabulary

    typer.echo(f"{train_vocabulary(data)} tokens")


@commands.command("count-background")
def count_background(data: DataOption) -> None:
    """Count how common words are in open data sets, for the weights of a question's words."""
    from eval.background import count_background
    from index.local.words import analyzer

    typer.echo(f"{count_background(data, analyzer().analyze)} words")


@commands.command("ranking")
def ranking(data: DataOption, work: WorkOption = WORK) -> None:
    """Measure the ranking on the development sets, with each part of it left out."""
    from eval.ranking import measure_ranking

    for row in measure_ranking(data, work):
        typer.echo(json.dumps(row))


@commands.command("calibrate")
def calibrate(data: DataOption, work: WorkOption = WORK) -> None:
    """Fit the confidence on the development sets and write it with its figures."""
    from eval.calibrate import calibrate

    typer.echo(json.dumps(calibrate(data, work), indent=1))
