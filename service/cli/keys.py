"""The command line's `onrecord key …`: make keys, list them, make them worthless."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onrecord.service.keys import KeyFile
from onrecord.service.settings import Settings

commands = typer.Typer(help="KeyFile to the service.", no_args_is_help=True)
ArchiveOption = Annotated[
    Path | None, typer.Option("--archive", help="The archive's folder (default .onrecord).")
]
NOT_FOUND = 1


@commands.command("new")
def new(
    writer: Annotated[
        bool, typer.Option("--writer", help="A key that may also add and delete articles.")
    ] = False,
    archive: ArchiveOption = None,
) -> None:
    """Make a key and show it, this once: only its hash is kept."""
    typer.echo(_keys(archive).make("writer" if writer else "reader"))


@commands.command("list")
def list_keys(archive: ArchiveOption = None) -> None:
    """List the keys by name: what each may do and the day it was made."""
    for key in _keys(archive).all():
        typer.echo(f"{key.name}  {key.role}  {key.made}")


@commands.command("remove")
def remove(name: str, archive: ArchiveOption = None) -> None:
    """Make a key worthless, at once."""
    if not _keys(archive).remove(name):
        typer.echo(f"there is no key {name}", err=True)
        raise typer.Exit(NOT_FOUND)


def _keys(archive: Path | None) -> KeyFile:
    settings = Settings() if archive is None else Settings(archive=archive)
    return KeyFile(settings.keys_file)
