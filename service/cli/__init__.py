"""The command line: `onrecord build`, `ask`, `verify`, `serve`, `mcp`, `settings` and the rest.

Exit codes: 0 done, 1 nothing found or a check failed, 2 wrong use, with the message on standard
error. `ask.py` holds the questions, `archive.py` what maintains an archive.
"""

from __future__ import annotations

import signal
import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from onrecord.index.errors import UNUSABLE, ArchiveMismatch, OnrecordError
from onrecord.service.cli import archive as archive_commands
from onrecord.service.cli import ask as ask_commands
from onrecord.service.cli import keys as key_commands
from onrecord.service.cli.options import (
    NOTHING_FOUND,
    WRONG_USE,
    ArchiveOption,
    open_archive,
    read_settings,
)

FINISHING_SECONDS = 8  # for requests that run at the end; Docker kills after 10
UNUSABLE_PATH = (FileNotFoundError, FileExistsError, NotADirectoryError, PermissionError)

commands = typer.Typer(
    name="onrecord",
    help="Ask a news archive questions; get verbatim, dated quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
commands.add_typer(archive_commands.commands)
commands.add_typer(ask_commands.commands)


@commands.command()
def serve(
    archive: ArchiveOption = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="The port.")] = None,
) -> None:
    """Answer over HTTP until interrupted."""
    import uvicorn

    from onrecord.service.archive import Archive
    from onrecord.service.http.app import create_app
    from onrecord.service.http.limits import timed_protocol

    settings = read_settings(archive)
    if host is not None:
        settings = settings.model_copy(update={"host": host})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn raises it again at its end
    with Archive.from_settings(settings) as opened:
        uvicorn.run(
            create_app(opened),
            host=settings.host,
            port=settings.port if port is None else port,
            access_log=False,
            log_config=None,
            server_header=False,
            forwarded_allow_ips=list(settings.trusted_proxies),
            http=timed_protocol(settings.body_seconds),
            ws="none",
            timeout_graceful_shutdown=FINISHING_SECONDS,
        )


@commands.command()
def mcp(archive: ArchiveOption = None) -> None:
    """Answer assistants on standard input and output (MCP) until the input ends."""
    import anyio

    from onrecord.service.mcp import serve_stdio

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the SDK would wait for one more line first
    with open_archive(archive) as opened:
        anyio.run(serve_stdio, opened)


@commands.command("settings")
def show_settings() -> None:
    """List every setting: its variable, value, default and meaning."""
    from onrecord.service.cli.terminal import show_settings

    show_settings(read_settings(None))


commands.add_typer(key_commands.commands, name="key")


def main() -> None:
    """Run a command; a fault that was foreseen is a message, not a traceback."""
    for point in entry_points(group="onrecord.commands"):
        if point.name in sys.argv[1:2]:
            commands.add_typer(point.load(), name=point.name)
    try:
        commands()
    except (OnrecordError, *UNUSABLE_PATH) as error:
        typer.echo(f"onrecord: {error}", err=True)
        is_wrong_use = isinstance(error, ArchiveMismatch) or not isinstance(error, UNUSABLE)
        sys.exit(WRONG_USE if is_wrong_use else NOTHING_FOUND)
