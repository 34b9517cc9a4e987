"""`onrecord eval …`: the commands that measure, gate, calibrate and train what the project ships.

Exit codes: 0 done, 1 a floor was not held, 2 wrong use, with the message on standard error.
"""

from __future__ import annotations

import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onrecord.eval import cli_train
from onrecord.eval.bench import cli as bench
from onrecord.eval.cli_options import WORK, DataOption, WorkOption

commands = typer.Typer(help="Measure, compare, gate, calibrate, train.", no_args_is_help=True)
JobsOption = Annotated[
    int, typer.Option(min=1, help="Questions asked at a time (default: one a core).")
]
SplitOption = Annotated[str | None, typer.Option(help="Which qrels of a BEIR folder.")]
SampleOption = Annotated[
    int | None, typer.Option(min=2, help="Ask so many of the questions, always the same ones.")
]
commands.add_typer(bench.commands, name="bench")
commands.add_typer(cli_train.commands)
RunArgument = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A run's folder.")]
JOBS = os.cpu_count() or 1
FLOOR_BROKEN, WRONG_USE = 1, 2


class Retriever(StrEnum):
    """Which part of the ranking is measured."""

    DENSE = "dense"
    WORDS = "words"
    HYBRID = "hybrid"
    UNREAD = "unread"
    FULL = "full"


@commands.command("run")
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
    ] = Retriever.FULL,
    split: SplitOption = None,
    sample: SampleOption = None,
    jobs: JobsOption = JOBS,
    work: WorkOption = WORK,
) -> None:
    """Ask a data set's questions; measure what comes back and write a report."""
    from onrecord.eval import terminal
    from onrecord.eval.dataset_files import load
    from onrecord.eval.evaluate import Subject, evaluate
    from onrecord.eval.report import write_report

    if url and (archive or pages or retriever != Retriever.FULL):
        raise _wrong_use("--url asks a service as it is: no --archive, --pages or --retriever")
    if archive and pages:
        raise _wrong_use("give --archive or --pages, not both")
    loaded = load(dataset, split, sample)
    subject = Subject(work, url, key, archive, tuple(pages or ()), retriever.value)
    asked_of = "service" if url else retriever.value
    folder = out or work / "runs" / f"{loaded.name}-{asked_of}"
    command = shlex.join(["onrecord", *_without_key(sys.argv[1:])])
    with terminal.progress() as (building, asking):
        found = evaluate(loaded, subject, folder, jobs, command, building, asking)
    terminal.show_figures(found)
    typer.echo(f"report: {write_report(folder)}")


@commands.command("compare")
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


@commands.command("gate")
def gate(
    data: Annotated[
        Path | None, typer.Option("--data", help="The folder of data sets, beside seeds.")
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


@commands.command("sweep")
def sweep(
    data: DataOption,
    out: Annotated[Path, typer.Option(help="The folder of the report.")] = Path("docs"),
    jobs: JobsOption = JOBS,
    work: WorkOption = WORK,
) -> None:
    """Measure the ranking with one setting at a time moved, and say which values are best."""
    from onrecord.eval.report.sweep import write_sweep
    from onrecord.eval.sweep import sweep

    found = sweep(data, work, jobs, lambda line: typer.echo(line, err=True))
    for file in write_sweep(found, out):
        typer.echo(file)


@commands.command("publish")
def publish(
    data: DataOption,
    pages: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The folder of five real pages.")
    ],
    jobs: JobsOption = JOBS,
    work: WorkOption = WORK,
) -> None:
    """Measure again what docs/quality.md reports; write its tables and `docs/figures.json`."""
    from onrecord.eval.publish import publish

    for file in publish(data, pages, work, jobs, lambda line: typer.echo(line, err=True)):
        typer.echo(file)


@commands.command("reading")
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
    """Measure how well bodies and dates are read, beside trafilatura and htmldate."""
    from onrecord.eval import terminal
    from onrecord.eval.reading.measure import measure_reading, publish_reading

    if publish and sample:
        raise _wrong_use("--publish is for all pages: leave --sample out")
    found = measure_reading(data, jobs, sample)
    if not found["datasets"]:
        raise _wrong_use(f"none of the data sets that reading is measured on is in {data}")
    terminal.show_reading(found)
    for file in publish_reading(found) if publish else ():
        typer.echo(file)


def _without_key(arguments: list[str]) -> list[str]:
    """The arguments with the key left out: reports are passed on."""
    kept = [given for given in arguments if not given.startswith("--key=")]
    return [given for before, given in zip(["", *kept], kept, strict=False) if before != "--key"]


def _wrong_use(message: str) -> typer.Exit:
    typer.echo(f"onrecord: {message}", err=True)
    return typer.Exit(WRONG_USE)
