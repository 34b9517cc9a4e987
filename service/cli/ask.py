"""The command line's questions: `onrecord ask` and `onrecord verify`."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Annotated

import typer

from onrecord.service.cli.options import (
    NOTHING_FOUND,
    ArchiveOption,
    JsonOption,
    checked,
    open_archive,
)

commands = typer.Typer()


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
    from onrecord.service.schemas import AnswerOut, QueryIn

    asked = checked(
        QueryIn,
        question=question,
        top_k=top_k,
        published_from=_day(published_from),
        published_to=_day(published_to),
        outlets=outlet or None,
        sort=sort,
        today=_day(today),
    )
    with open_archive(archive) as opened:
        began = time.perf_counter()
        answer = opened.answerer.answer(asked.query())
        answered = AnswerOut.of(answer, began)
    if as_json:
        typer.echo(answered.model_dump_json(indent=1))
    else:
        from onrecord.service.cli.terminal import show_answer

        show_answer(answer)
    if answer.status == "no_answer":
        raise typer.Exit(NOTHING_FOUND)


@commands.command()
def verify(
    quote: Annotated[str, typer.Argument(help="As it was read or heard.")],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a sentence is in the archive, word for word; exit with 1 if it is not."""
    from onrecord.service.schemas import VerifyIn, VerifyOut

    asked = checked(VerifyIn, quote=quote)
    with open_archive(archive) as opened:
        verification = opened.verify(asked.quote)
    if as_json:
        typer.echo(VerifyOut.of(verification).model_dump_json(indent=1))
    else:
        from onrecord.service.cli.terminal import show_verification

        show_verification(verification)
    if verification.verdict != "verbatim":
        raise typer.Exit(NOTHING_FOUND)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
