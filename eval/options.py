"""The options that the commands of the evaluation share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

DataOption = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, help="The folder of data sets.")
]
JobsOption = Annotated[
    int, typer.Option(min=1, help="Questions asked at a time (default: one a core).")
]
WorkOption = Annotated[Path, typer.Option(help="Where archives and runs are kept.")]
JOBS = os.cpu_count() or 1
WORK = Path(".onrecord-eval")
# Which part of the ranking is measured.
Retriever = Literal["dense", "words", "hybrid", "unread", "full"]
