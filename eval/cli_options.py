"""The options that commands of the evaluation share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataOption = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, help="The folder of data sets.")
]
WorkOption = Annotated[Path, typer.Option(help="Where archives and runs are kept.")]
WORK = Path(".onrecord-eval")
