"""What all commands share: common options, and the settings and the archive that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:  # a command imports what it needs, so that `--help` is quick
    from pydantic import ValidationError

    from onrecord.service.archive import Archive
    from onrecord.service.settings import Settings

NOTHING_FOUND, WRONG_USE = 1, 2
Checked = TypeVar("Checked")
ArchiveOption = Annotated[
    Path | None, typer.Option("--archive", help="The archive's folder (default .onrecord).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, as HTTP gives it.")]


def read_settings(archive: Path | None) -> Settings:
    """The settings in force; logging starts as they say."""
    from onrecord.service.logs import start_logging
    from onrecord.service.settings import Settings

    settings = checked(Settings, **({} if archive is None else {"archive": archive}))
    start_logging(settings.log_level, settings.log_format)
    return settings


def require_archive(settings: Settings) -> None:
    """Raises `typer.Exit` where there is no archive to ask."""
    from onrecord.service.archive import archive_exists

    if not archive_exists(settings):
        raise wrong_use(f"there is no archive at {settings.archive}: run `onrecord build` first")


def require_local(settings: Settings) -> Path:
    """The local archive's folder. Raises `typer.Exit` where the archive is in Milvus."""
    if settings.store != "local":
        raise wrong_use("this works on a local archive; Milvus has tools of its own (README)")
    return settings.archive


def require_folder(settings: Settings) -> Path:
    """The folder of a local archive that is there. Raises `typer.Exit` otherwise."""
    require_local(settings)
    require_archive(settings)
    return settings.archive


def open_archive(folder: Path | None) -> Archive:
    """The archive that is there. Raises `typer.Exit` where there is none."""
    from onrecord.service.archive import Archive

    settings = read_settings(folder)
    require_archive(settings)
    return Archive.from_settings(settings)


def checked(shape: type[Checked], **given: object) -> Checked:
    """A request of that shape. Raises `typer.Exit` where a field is out of its range."""
    from pydantic import ValidationError

    try:
        return shape(**given)
    except ValidationError as error:
        raise wrong_use(_faults(error)) from error


def _faults(error: ValidationError) -> str:
    """The faults of a validation, without what was given."""
    return "; ".join(
        ": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"])))
        for fault in error.errors()
    ).replace("Value error, ", "")


def wrong_use(message: str) -> typer.Exit:
    """Say what was wrong; raise what is returned."""
    typer.echo(f"onrecord: {message}", err=True)
    return typer.Exit(WRONG_USE)
