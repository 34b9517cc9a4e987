"""The command line's `onrecord key …`: make keys, list them, make them worthless."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.service.cli.options import NOTHING_FOUND, ArchiveOption, read_settings

if TYPE_CHECKING:
    from onrecord.service.keys import KeyFile

commands = typer.Typer(help="Keys to the service.", no_args_is_help=True)


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
        raise typer.Exit(NOTHING_FOUND)


def _keys(archive: Path | None) -> KeyFile:
    from onrecord.service.keys import KeyFile

    return KeyFile(read_settings(archive).keys_file)
