"""`onrecord eval …`: measure an archive, compare two runs, hold a run to its floors.

A source tree also has the commands of `eval/lab/cli.py`, which make what ships.

Exit codes: 0 done, 1 a floor was not held, 2 wrong use, with the message on standard error.
"""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from onrecord.eval.options import JOBS, WORK, JobsOption, Retriever, WorkOption

commands = typer.Typer(help="Measure, compare and gate.", no_args_is_help=True)
SplitOption = Annotated[str | None, typer.Option(help="Which qrels of a BEIR folder.")]
SampleOption = Annotated[
    int | None, typer.Option(min=2, help="Ask so many of the questions, always the same ones.")
]
RunArgument = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A run's folder.")]
FLOOR_BROKEN, WRONG_USE = 1, 2


@commands.command()
def run(
    dataset: Annotated[
        str, typer.Argument(help="seeds, a BEIR folder, or a file of questions (.jsonl).")
    ],
    out: Annotated[
        Path | None, typer.Option(help="The run's folder (default .onrecord-eval/runs/…).")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Ask the service there.")] = None,
    key: Annotated[str | None, typer.Option(help="A reader's key for it.")] = None,
    archive: Annotated[
        Path | None, typer.Option(exists=True, help="Ask this archive, in this process.")
    ] = None,
    pages: Annotated[
        list[Path] | None,
        typer.Option(exists=True, help="Ask an archive built of these files and folders."),
    ] = None,
    retriever: Annotated[
        Retriever, typer.Option(help="Which part of the ranking; not with --url.")
    ] = "full",
    split: SplitOption = None,
    sample: SampleOption = None,
    jobs: JobsOption = JOBS,
    work: WorkOption = WORK,
) -> None:
    """Ask a data set's questions; measure what comes back and write a report."""
    from onrecord.eval import terminal
    from onrecord.eval.datasets import load
    from onrecord.eval.report import write_report
    from onrecord.eval.run import Target, evaluate

    if url and (archive or pages or retriever != "full"):
        raise _wrong_use("--url asks a service as it is: no --archive, --pages or --retriever")
    if archive and pages:
        raise _wrong_use("give --archive or --pages, not both")
    loaded = load(dataset, split, sample)
    target = Target(work, url, key, archive, tuple(pages or ()), retriever)
    asked_of = "service" if url else retriever
    folder = out or work / "runs" / f"{loaded.name}-{asked_of}"
    command = shlex.join(["onrecord", *_without_key(sys.argv[1:])])
    with terminal.progress() as (building, asking):
        found = evaluate(loaded, target, folder, jobs, command, building, asking)
    terminal.show_figures(found)
    typer.echo(f"report: {write_report(folder)}")


@commands.command()
def compare(
    a: RunArgument,
    b: RunArgument,
    out: Annotated[
        Path | None, typer.Option(help="Where the comparison is written (default: into B).")
    ] = None,
) -> None:
    """Compare two runs of the same questions: what B does better or worse than A."""
    from onrecord.eval import terminal
    from onrecord.eval.compare import compare, write
    from onrecord.eval.report import write_comparison

    comparison = compare(a, b)
    folder = out or b
    write(comparison, folder)
    terminal.show_comparison(comparison)
    typer.echo(f"report: {write_comparison(comparison, a, b, folder / 'comparison.html')}")


@commands.command()
def gate(
    data: Annotated[
        Path | None, typer.Option("--data", help="The folder of data sets besides seeds.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this data set; repeatable.")] = None,
    raise_floors: Annotated[
        bool, typer.Option("--raise", help="Raise the floors to what was measured.")
    ] = False,
    lower: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Set the floors to what was measured, even lower."),
    ] = None,
    jobs: JobsOption = JOBS,
    work: WorkOption = WORK,
) -> None:
    """Measure what `baseline.json` has floors for; fail below them."""
    from onrecord.eval import terminal
    from onrecord.eval.gate import Baseline, check, lower_to, measure, raise_to

    baseline = Baseline.read()
    if unknown := [name for name in only or () if name not in baseline.datasets]:
        raise _wrong_use(f"no floors are set for {', '.join(unknown)}")
    held = True
    for name in only or baseline.datasets:
        found = measure(name, baseline.datasets[name].sample, data, work, jobs)
        if found is None:
            typer.echo(f"{name}: skipped, it is not under --data")
            continue
        if lower is not None:
            baseline = lower_to(baseline, found, lower)
        elif raise_floors:
            baseline = raise_to(baseline, found)
        verdicts = check(baseline.datasets[name], found)
        terminal.show_verdicts(name, verdicts)
        held = held and all(verdict.held for verdict in verdicts)
    if raise_floors or lower is not None:
        baseline.write()
    if not held:
        raise typer.Exit(FLOOR_BROKEN)


def _without_key(arguments: list[str]) -> list[str]:
    """The arguments with the key left out: reports are passed on."""
    kept = [given for given in arguments if not given.startswith("--key=")]
    return [given for before, given in zip(["", *kept], kept, strict=False) if before != "--key"]


def _wrong_use(message: str) -> typer.Exit:
    typer.echo(f"onrecord: {message}", err=True)
    return typer.Exit(WRONG_USE)


if find_spec("onrecord.eval.lab"):
    from onrecord.eval.lab.cli import commands as lab

    commands.add_typer(lab)
