"""What all commands share: common options, settings, the log, and the archive that they name."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

if TYPE_CHECKING:  # a command imports what it needs, so that `--help` is quick
    from onrecord.service.archive import Archive
    from onrecord.service.settings import Settings

NOTHING_FOUND, WRONG_USE = 1, 2
LOGGERS = ("onrecord", "uvicorn")
# The build's report says what is wrong with a broken page, with the page's name.
SILENT = ("trafilatura", "htmldate", "charset_normalizer")
Checked = TypeVar("Checked")
log = logging.getLogger(__name__)
ArchiveOption = Annotated[
    Path | None, typer.Option("--archive", help="The archive's folder (default .onrecord).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, as HTTP gives it.")]


def read_settings(archive: Path | None) -> Settings:
    """The settings in force; logging starts as they say."""
    from onrecord.service.settings import Settings, unknown_variables

    settings = checked(Settings, **({} if archive is None else {"archive": archive}))
    start_logging(settings.log_level, settings.log_format)
    if unknown := unknown_variables():
        log.warning("no such setting: %s; `onrecord settings` lists them", ", ".join(unknown))
    return settings


def start_logging(level: str, format: Literal["text", "json"]) -> None:
    """Send our loggers' messages of at least that level to standard error."""
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    if format == "json":
        from pythonjsonlogger.json import JsonFormatter

        renamed = {"asctime": "time", "levelname": "level", "name": "logger"}
        fields = "%(asctime)s %(levelname)s %(name)s %(message)s"
        formatter = JsonFormatter(fields, rename_fields=renamed)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], force=True)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(level)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def require_archive(settings: Settings) -> None:
    """Raises `typer.Exit` where there is no archive to ask."""
    from onrecord.index.local.database import RECORDS

    if settings.store == "local" and not (settings.archive / RECORDS).is_file():
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
        from onrecord.service.schemas import describe_faults

        raise wrong_use(describe_faults(error)) from error


def wrong_use(message: str) -> typer.Exit:
    """Say what was wrong; raise what is returned."""
    typer.echo(f"onrecord: {message}", err=True)
    return typer.Exit(WRONG_USE)
