"""`onrecord eval bench …`: how an archive behaves as it grows, and how others do."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer(help="Measure size and speed.", no_args_is_help=True)
OutOption = Annotated[Path, typer.Option(help="The folder of the report.")]
WorkOption = Annotated[Path, typer.Option(help="Where archives are kept meanwhile.")]
WORK, OUT = Path(".onrecord-eval"), Path("docs")


@commands.command("scale")
def scale(
    sizes: Annotated[
        list[int] | None,
        typer.Option("--size", min=1_000, help="Passages; repeatable (default 10000, 100000)."),
    ] = None,
    out: OutOption = OUT,
    work: WorkOption = WORK,
    keep: Annotated[bool, typer.Option(help="Keep the archives, and use those kept.")] = False,
) -> None:
    """Build archives of so many passages, ask them and write docs/scale.md."""
    from eval.bench.report import write_report
    from eval.bench.scale import measure_scale

    for size in sizes or [10_000, 100_000]:
        folder = work / "bench" / str(size)
        figures = measure_scale(size, folder, keep)
        if not keep:
            shutil.rmtree(folder)
        write_report(out, "scale", figures)
        typer.echo(f"{size}: {figures}")


@commands.command("peers")
def peers(
    data: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The folder of data sets.")
    ],
    quick: Annotated[
        bool, typer.Option(help="One round of few questions, to see that all runs; kept nowhere.")
    ] = False,
    out: OutOption = OUT,
    work: WorkOption = WORK,
    torch_index: Annotated[
        str | None, typer.Option(help="Where the peers' torch comes from, as in the Makefile.")
    ] = None,
) -> None:
    """Measure txtai, Haystack, LangChain and this; write docs/peers.md and README's table."""
    from eval.bench.peers.report import render, write_peers
    from eval.bench.peers.run import FULL, QUICK, run

    say = partial(typer.echo, err=True)
    found = run(data, work / "peers", QUICK if quick else FULL, torch_index, say)
    typer.echo(render(found))
    if not quick:
        for file in write_peers(found, out):
            typer.echo(f"wrote {file}", err=True)


@commands.command("dense")
def dense(
    size: Annotated[int, typer.Option(min=10_000, help="Vectors.")] = 1_000_000,
    out: OutOption = OUT,
) -> None:
    """Compare FAISS's kinds of index on so many vectors and write docs/scale.md."""
    from eval.bench.dense import measure_dense
    from eval.bench.report import write_report

    for figures in measure_dense(size, lambda line: typer.echo(line, err=True)):
        write_report(out, "dense", figures)
