"""`onrecord eval bench …`: an archive as it grows, in another store, and beside its peers."""

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
    from onrecord.eval.bench.report import write_report
    from onrecord.eval.bench.scale import measure_scale

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
    """Measure txtai, Haystack, LangChain and this; write docs/peers.md."""
    from onrecord.eval.bench.peers.report import render, write_peers
    from onrecord.eval.bench.peers.run import FULL, QUICK, run

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
    from onrecord.eval.bench.dense import measure_dense
    from onrecord.eval.bench.report import write_report

    for figures in measure_dense(size, lambda line: typer.echo(line, err=True)):
        write_report(out, "dense", figures)


@commands.command("stores")
def stores(
    dataset: Annotated[
        str, typer.Argument(help="seeds, a BEIR folder, or a file of questions (.jsonl).")
    ],
    pages: Annotated[
        list[Path] | None, typer.Option(exists=True, help="Articles of a file of questions.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=2, help="Ask so many of the questions, always the same ones.")
    ] = None,
    work: WorkOption = WORK,
    out: OutOption = OUT,
) -> None:
    """Copy the archive to ONRECORD_MILVUS_URI, say how alike both stores rank; docs/stores.json."""
    from onrecord.eval.archives import kept_archive
    from onrecord.eval.bench.stores import compare_stores, keep_agreement
    from onrecord.eval.dataset_files import load
    from onrecord.index.copying import copy_archive
    from onrecord.index.local.export import open_export
    from onrecord.service.opening import describe_build, load_encoder, open_milvus
    from onrecord.service.settings import Settings

    settings, asked = Settings(), load(dataset, None, sample)
    encoder = load_encoder(settings)
    with kept_archive(work, asked.name, pages or asked.pages, settings, encoder) as answers:
        folder = answers.store.folder  # type: ignore[attr-defined]
        with open_export(folder) as export:
            copied = copy_archive(export, lambda build, size: open_milvus(settings, build, size))
        typer.echo(f"copied {copied.copied} articles; {copied.there} were there")
        dimension = encoder.description.dimension
        other = open_milvus(settings, describe_build(settings, encoder), dimension)
        questions = [question.text for question in asked.questions]
        found = compare_stores(answers.store, other, questions, encoder, settings.ranking)
        other.close()
    keep_agreement(out / "stores.json", asked.name, other.search, found)
    for name, agreement in found.items():
        typer.echo(
            f"{name}: overlap@10 {agreement.overlap:.3f}, same first {agreement.same_first:.3f}, "
            f"{agreement.questions} questions"
        )
