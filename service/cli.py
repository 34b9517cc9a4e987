"""The command line: `onrecord build`, `ask`, `verify`, `serve`, `articles`, `delete`, `settings`.

Exit codes: 0 done, 1 nothing found, 2 wrong use, with the message on standard error.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from index.errors import ArchiveBusy, OnrecordError
from index.store import Snapshot
from index.types import Article, Filter
from service import cli_keys, terminal
from service.answer import Answerer
from service.logs import start_logging
from service.settings import Settings

NOTHING_FOUND, WRONG_USE = 1, 2
FINISHING_SECONDS = 8  # for requests that run at the end; Docker kills after 10
UNUSABLE_PATH = (FileNotFoundError, FileExistsError, NotADirectoryError, PermissionError)

commands = typer.Typer(
    name="onrecord",
    help="Ask a news archive questions; get verbatim, dated quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ArchiveOption = Annotated[
    Path | None, typer.Option("--archive", help="The archive's folder (default .onrecord).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, as HTTP gives it.")]


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
) -> None:
    """Read pages into the archive: what is new or has changed."""
    from index.ingest import Options, ingest
    from service.opening import load_encoder, open_store

    settings = _settings(archive)
    encoder = load_encoder(settings)
    store = open_store(settings, encoder)
    options = Options(mirror, only, undelete, settings.max_page_bytes)
    try:
        with terminal.progress() as progress:
            report = ingest(
                paths or [Path("seeds")], store, encoder, settings.budget, options, progress
            )
        with store.snapshot() as snapshot:
            stats = snapshot.stats()
    finally:
        store.close()
    terminal.show_report(report, stats)
    if not stats.articles:
        raise typer.Exit(NOTHING_FOUND)


@commands.command()
def ask(
    question: Annotated[str, typer.Argument(help="In plain words.")],
    archive: ArchiveOption = None,
    top_k: Annotated[int, typer.Option(min=1, max=50, help="The most quotes.")] = 5,
    published_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of publication.")
    ] = None,
    published_to: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of publication.")
    ] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; repeatable.")] = None,
    sort: Annotated[
        str, typer.Option(help="The quotes' order: relevance, newest or oldest.")
    ] = "relevance",
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help='What "last week" is read against.'),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the archive a question."""
    from service.requests import QueryIn
    from service.schemas import AnswerOut

    try:
        asked = QueryIn(
            question=question,
            top_k=top_k,
            published_from=_day(published_from),
            published_to=_day(published_to),
            outlets=outlet or None,
            sort=sort,
            today=_day(today),
        )
    except ValidationError as error:
        raise _wrong_use(_say(error)) from error
    with _opened(archive) as answers:
        started = time.perf_counter()
        answer = answers.answer(asked.inquiry())
        took_ms = (time.perf_counter() - started) * 1000
    if as_json:
        typer.echo(AnswerOut.of(answer, took_ms).model_dump_json(indent=1))
    else:
        terminal.show_answer(answer)
    if answer.status == "no_answer":
        raise typer.Exit(NOTHING_FOUND)


@commands.command()
def verify(
    quote: Annotated[str, typer.Argument(help="As it was read or heard.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a sentence is in the archive, word for word; exit with 1 if it is not."""
    from service.requests import VerifyIn
    from service.verify import verify as verify_quote
    from service.verify.schemas import VerifyOut

    try:
        asked = VerifyIn(quote=quote)
    except ValidationError as error:
        raise _wrong_use(_say(error)) from error
    with _opened(archive) as answers, answers.store.snapshot() as snapshot:
        verification = verify_quote(snapshot, asked.quote)
    if as_json:
        typer.echo(VerifyOut.of(verification).model_dump_json(indent=1))
    else:
        terminal.show_verification(verification)
    if verification.verdict != "verbatim":
        raise typer.Exit(NOTHING_FOUND)


@commands.command()
def serve(
    archive: ArchiveOption = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="The port.")] = None,
) -> None:
    """Answer over HTTP until interrupted."""
    import uvicorn

    from service.app import create_app
    from service.http.patience import patient
    from service.opening import open_answerer

    settings = _settings(archive)
    if host is not None:
        settings = settings.model_copy(update={"host": host})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn raises it again at its end
    uvicorn.run(
        create_app(open_answerer(settings), settings),
        host=settings.host,
        port=settings.port if port is None else port,
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        http=patient(settings.body_seconds),
        ws="none",
        timeout_graceful_shutdown=FINISHING_SECONDS,
    )


@commands.command()
def mcp(archive: ArchiveOption = None) -> None:
    """Answer assistants on standard input and output (MCP) until the input ends."""
    from service.mcp_server import create_mcp

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the SDK would wait for one more line first
    with _opened(archive) as answers:
        create_mcp(answers).run("stdio")


@commands.command()
def articles(
    archive: ArchiveOption = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet; repeatable.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles, newest first."""
    from service.schemas import ArticleOut

    where = Filter(outlets=tuple(outlet) if outlet else None)
    with _opened(archive) as answers, answers.store.snapshot() as snapshot:
        listed = list(_every_article(snapshot, where))
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
    with _opened(archive) as answers:
        if not answers.store.delete(article_id):
            typer.echo(f"the archive has no article {article_id}", err=True)
            raise typer.Exit(NOTHING_FOUND)
        answers.store.publish()
    typer.echo(f"deleted {article_id}")


@commands.command("settings")
def show_settings() -> None:
    """List every setting: its variable, value, default and meaning."""
    terminal.show_settings(_settings(None))


commands.add_typer(cli_keys.commands, name="key")


def main() -> None:
    """Run a command; a fault that was foreseen is a message, not a traceback."""
    for point in entry_points(group="onrecord.commands"):
        if point.name in sys.argv[1:2]:
            commands.add_typer(point.load(), name=point.name)
    try:
        commands()
    except ArchiveBusy as error:
        typer.echo(f"onrecord: {error}", err=True)
        sys.exit(NOTHING_FOUND)
    except (OnrecordError, *UNUSABLE_PATH) as error:
        typer.echo(f"onrecord: {error}", err=True)
        sys.exit(WRONG_USE)


def _settings(archive: Path | None) -> Settings:
    try:
        settings = Settings() if archive is None else Settings(archive=archive)
    except ValidationError as error:
        raise _wrong_use(_say(error)) from error
    start_logging(settings.log_level, settings.log_format)
    return settings


@contextmanager
def _opened(archive: Path | None) -> Iterator[Answerer]:
    """The answerer over an archive that is there."""
    from service.opening import archive_exists, open_answerer

    settings = _settings(archive)
    if not archive_exists(settings):
        raise _wrong_use(f"there is no archive at {settings.archive}: run `onrecord build` first")
    answers = open_answerer(settings)
    try:
        yield answers
    finally:
        answers.store.close()


def _every_article(snapshot: Snapshot, where: Filter) -> Iterator[Article]:
    after = None
    while True:
        page = snapshot.articles(where, after, 200)
        yield from page.articles
        if page.next is None:
            return
        after = page.next


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _say(error: ValidationError) -> str:
    """The faults of a validation, without what was given."""
    return "; ".join(
        ": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"])))
        for fault in error.errors()
    ).replace("Value error, ", "")


def _wrong_use(message: str) -> typer.Exit:
    typer.echo(f"onrecord: {message}", err=True)
    return typer.Exit(WRONG_USE)
