"""The commands that fill an archive (build, watch) and maintain it (articles to copy)."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onrecord.service.cli.options import (
    NOTHING_FOUND,
    ArchiveOption,
    JsonOption,
    open_archive,
    read_settings,
    require_folder,
    require_local,
    wrong_use,
)

if TYPE_CHECKING:
    from onrecord.index.ingest import Rejected
    from onrecord.index.pages import Shard

commands = typer.Typer()
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]


@commands.command()
def build(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders (default seeds/).")
    ] = None,
    archive: ArchiveOption = None,
    mirror: Annotated[
        bool, typer.Option(help="Also remove articles whose file under PATH is gone.")
    ] = False,
    only: Annotated[
        bool, typer.Option(help="Also remove articles that came from files outside PATH.")
    ] = False,
    undelete: Annotated[
        bool, typer.Option(help="Bring back articles that were deleted by hand.")
    ] = False,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Read only the I-th of N parts, beside other workers."),
    ] = None,
) -> None:
    """Read pages into the archive: what is new or has changed."""
    from onrecord.service.archive import Archive
    from onrecord.service.cli import terminal

    part = _read_shard(shard)
    if part and (mirror or only):
        raise wrong_use("--shard reads a part of PATH: remove articles in a build without it")
    with Archive.from_settings(read_settings(archive)) as opened, terminal.progress() as progress:
        report = opened.build(
            *(paths or [Path("seeds")]),
            mirror=mirror,
            only=only,
            undelete=undelete,
            shard=part,
            progress=progress,
        )
        with opened.store.snapshot() as snapshot:
            stats = snapshot.stats()
    terminal.show_report(report, stats)
    if not stats.articles:
        raise typer.Exit(NOTHING_FOUND)


@commands.command()
def watch(
    sources: Annotated[list[str], typer.Argument(metavar="FOLDER|FEED…")],
    archive: ArchiveOption = None,
    host: Annotated[
        list[str] | None,
        typer.Option(help="A host whose pages the feeds may name, also a private one; repeatable."),
    ] = None,
    every: Annotated[
        float, typer.Option(min=1, metavar="MINUTES", help="How long to wait between two looks.")
    ] = 15.0,
    alarm: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="HOURS",
            help="Make /readyz say `degraded` where a source brings nothing for longer; 0: never.",
        ),
    ] = 0.0,
    once: Annotated[bool, typer.Option(help="Look once; exit with 1 if anything failed.")] = False,
) -> None:
    """Take in what is new in folders, feeds (RSS, Atom) and sitemaps, until interrupted."""
    from onrecord.service.archive import Archive
    from onrecord.service.cli import terminal
    from onrecord.service.watch import Watch, is_address
    from onrecord.service.watch.fetch import Fetcher, Hosts
    from onrecord.service.watch.spool import Spool

    named = [one if is_address(one) else str(Path(one).resolve()) for one in sources]
    try:
        hosts = Hosts(filter(is_address, named), host or ())
    except ValueError as error:
        raise wrong_use(str(error)) from error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with (
        Archive.from_settings(read_settings(archive)) as opened,
        Spool(opened.settings.archive) as spool,
    ):
        opened.intake.watch(named, alarm)
        watched = Watch(opened, named, Fetcher(hosts), spool)
        told: set[Rejected] = set()
        while True:
            poll = watched.poll()
            terminal.show_poll(poll, told)
            if once:
                raise typer.Exit(NOTHING_FOUND if poll.failed else 0)
            told = set(poll.failed)
            time.sleep(60 * every)


@commands.command()
def articles(
    archive: ArchiveOption = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; repeatable.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles, newest first."""
    from onrecord.index.types import Filter
    from onrecord.service.cli import terminal
    from onrecord.service.schemas import ArticleOut

    where = Filter(outlets=tuple(outlet) if outlet else None)
    with open_archive(archive) as opened:
        listed = list(opened.articles(where))
    if as_json:
        shown = [ArticleOut.of(article).model_dump(mode="json") for article in listed]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        terminal.show_articles(listed)
    if not listed:
        raise typer.Exit(NOTHING_FOUND)


@commands.command()
def delete(
    article_id: Annotated[str, typer.Argument(metavar="ID")], archive: ArchiveOption = None
) -> None:
    """Delete an article, every version of it; later builds leave it out."""
    with open_archive(archive) as opened:
        if not opened.delete(article_id):
            typer.echo(f"the archive has no article {article_id}", err=True)
            raise typer.Exit(NOTHING_FOUND)
    typer.echo(f"deleted {article_id}")


@commands.command()
def check(
    archive: ArchiveOption = None,
    repair: Annotated[
        bool, typer.Option(help="Write what is derived from the articles again.")
    ] = False,
) -> None:
    """Verify every byte of the archive; exit with 1 if anything is wrong."""
    from onrecord.index.local.backup import open_as_built
    from onrecord.index.local.check import check as find_faults

    folder = require_folder(read_settings(archive))
    found = find_faults(folder)
    for finding in found:
        typer.echo(finding.problem, err=True)
    if repair:
        store = open_as_built(folder)
        try:
            generation = store.rebuild()
        finally:
            store.close()
        typer.echo(f"rebuilt what is derived, as generation {generation}")
        found = find_faults(folder)
    if found:
        advice = "restore a backup" if any(not f.derived for f in found) else "run with --repair"
        typer.echo(f"{folder}: something is wrong; {advice}", err=True)
        raise typer.Exit(NOTHING_FOUND)
    typer.echo(f"{folder}: everything is as it must be")


@commands.command()
def backup(file: FileArgument, archive: ArchiveOption = None) -> None:
    """Write all that the archive holds to one file; a service may run meanwhile."""
    from onrecord.index.local.backup import backup as write_backup

    write_backup(require_folder(read_settings(archive)), file)
    typer.echo(f"backed up to {file}")


@commands.command()
def restore(file: FileArgument, archive: ArchiveOption = None) -> None:
    """Make the archive what a backup holds; a service that runs answers from it then."""
    from onrecord.index.local.backup import restore as read_backup

    folder = require_local(read_settings(archive))
    read_backup(folder, file)
    typer.echo(f"restored {folder} from {file}")


@commands.command()
def copy(
    to: Annotated[Literal["milvus"], typer.Option(help="The store to copy to.")],
    archive: ArchiveOption = None,
) -> None:
    """Copy a local archive to the Milvus that the settings name, without encoding again."""
    from onrecord.index.copying import copy_archive
    from onrecord.service.archive import open_milvus

    settings = read_settings(archive).model_copy(update={"store": "local"})
    folder = require_folder(settings)
    report = copy_archive(folder, lambda build, size: open_milvus(settings, build, size))
    typer.echo(f"copied {report.copied} articles to {to}; {report.there} were there already")


def _read_shard(given: str | None) -> Shard | None:
    """A part as it is written on the command line: 1/4 is the first of four."""
    from onrecord.index.pages import Shard

    if given is None:
        return None
    number, _, of = given.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise wrong_use(f"--shard: expected I/N with 1 <= I <= N, got {given}")
    return Shard(int(number), int(of))
