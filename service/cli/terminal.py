"""What the command line shows: progress, reports, quotes with their evidence marked, tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from textwrap import shorten
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from onrecord.index.types import Answer, Article, Quote
from onrecord.service.citations import ALSO_IN, NEAREST, REASONS, VERDICTS, say_date, say_terms

if TYPE_CHECKING:
    from onrecord.index.ingest import Progress, Rejected, Report
    from onrecord.index.store import Stats
    from onrecord.service.settings import Settings
    from onrecord.service.verify import Verification
    from onrecord.service.watch import Poll

# How a piece of a diff is set: its marks, for who sees no colours, and its style.
PIECES = {"equal": ("", "", ""), "delete": ("[-", "-]", "red"), "insert": ("{+", "+}", "green")}
# A page's own control characters would steer the terminal; one mark each keeps highlights in place.
_CONTROLS = {code: "�" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on standard error, fed with bytes done, bytes in all and passages made."""
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(done: int, in_all: int, passages: int) -> None:
            said = f"reading: {passages} passages"
            bar.update(task, completed=done, total=in_all, description=said)

        yield show


def show_report(report: Report, stats: Stats) -> None:
    """What a build did, and each page that it could not take, or that is doubtful, with why."""
    console = Console()
    counts = Table(box=None, show_header=False, pad_edge=False)
    counts.add_column(justify="right", style="bold")
    counts.add_column()
    for number, meaning in (
        (len(report.added), "read"),
        (len(report.updated), "changed, read again"),
        (len(report.unchanged), "unchanged"),
        (len(report.removed), "removed: no longer there"),
        (len(report.deleted), "left out: deleted by hand (--undelete brings them back)"),
        (len(report.rejected), "rejected"),
    ):
        if number or meaning in ("read", "unchanged", "rejected"):
            counts.add_row(str(number), meaning)
    console.print(counts)
    for name, found in (("rejected", report.rejected), ("doubtful", report.doubts)):
        if found:
            reasons = Table(box=None, pad_edge=False, header_style="bold")
            reasons.add_column(name, overflow="fold")
            reasons.add_column("reason", overflow="fold")
            for page in found:
                reasons.add_row(_plain(page.location), _plain(page.reason))
            console.print(reasons)
    console.print(f"The archive holds {stats.articles} articles in {stats.passages} passages.")


def show_poll(poll: Poll, told: Collection[Rejected]) -> None:
    """A line of what a look at all sources brought, and what failed and was not told before."""
    console, report = Console(), poll.report
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    console.print(
        f"{now}  {len(report.added)} new, {len(report.updated)} changed, {len(poll.failed)} failed"
    )
    for page in poll.failed:
        if page not in told:
            console.print(_plain(f"  {page.location}: {page.reason}"), soft_wrap=True)
    for doubt in report.doubts:
        console.print(_plain(f"  {doubt.location}: {doubt.reason}"), soft_wrap=True)


def show_answer(answer: Answer) -> None:
    """The quotes with their evidence marked, or why there are none and the nearest misses."""
    console = Console()
    if answer.standalone_question != answer.question:
        console.print(_plain(f"Asked as: {answer.standalone_question}", "dim"))
    if answer.reason is not None:
        console.print(Text(REASONS[answer.reason], style="bold"))
        if answer.nearest:
            console.print(Text(f"{NEAREST}\n", style="dim"))
    for quote in answer.quotes or answer.nearest:
        console.print(_quote(quote, dim=not answer.quotes), soft_wrap=False)
        console.print()
    console.print(Text(f"confidence {answer.confidence:.2f}", style="dim"))


def show_verification(verification: Verification) -> None:
    """The verdict and its matches: what the article lacks as [-…-], what it adds as {+…+}."""
    console = Console()
    console.print(Text(VERDICTS[verification.verdict], style="bold"))
    for match in verification.matches:
        span = "headline" if match.headline else f"{match.span.start}-{match.span.end}"
        shown = _heading(match.article, f"{match.article.id}:{span}")
        if match.verbatim:
            shown.append_text(_plain(match.text))
        for piece in match.diff if not match.verbatim else ():
            opening, closing, style = PIECES[piece.op]
            shown.append_text(_plain(f"{opening}{piece.text}{closing}", style))
        shown.append(f"\nsimilarity {match.similarity:.2f}", style="dim")
        console.print()
        console.print(shown, soft_wrap=False)


def show_articles(articles: Sequence[Article]) -> None:
    """A table of articles."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", no_wrap=True)
    table.add_column("published", no_wrap=True)
    table.add_column("outlet")
    table.add_column("title", overflow="fold")
    for article in articles:
        outlet = _plain(article.outlet or "")
        dated = article.published.date or "undated"
        table.add_row(article.id, dated, outlet, _plain(article.title))
    Console().print(table)


def show_settings(settings: Settings) -> None:
    """A table of every setting: its variable, value, default and meaning."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("variable", "value", "default", "meaning"):
        table.add_column(heading, overflow="fold")
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        variable = f"ONRECORD_{name.upper()}"
        table.add_row(variable, _plain(str(value)), _plain(str(field.default)), field.description)
    Console().print(table)


def _quote(quote: Quote, *, dim: bool) -> Text:
    """A quote under its article's headline, its evidence in bold."""
    where = quote.id if quote.page is None else f"p. {quote.page}  {quote.id}"
    shown = _heading(quote.article, where)
    body = _plain(quote.text, "dim" if dim else "")
    for mark in quote.highlights:
        body.stylize("bold", mark.start - quote.span.start, mark.end - quote.span.start)
    shown.append_text(body)
    if quote.article.terms is not None:
        shown.append_text(_plain(f"\n{say_terms(quote.article.terms)}", "dim"))
    for also in quote.also_in:
        shown.append_text(_plain(f"\n{ALSO_IN} {also.title}", "dim"))
    return shown


def _heading(article: Article, where: str) -> Text:
    """An article's headline, outlet and date, and the id of what is shown of it."""
    parts = [article.outlet or "", say_date(article.published)]
    heading = Text()
    heading.append_text(_plain(shorten(article.title, 200, placeholder="…"), "bold"))
    heading.append_text(_plain(f"\n{', '.join(part for part in parts if part)}  ", "cyan"))
    heading.append(f"{where}\n", style="dim")
    return heading


def _plain(text: str, style: str = "") -> Text:
    """Text that is shown as it is: neither markup nor control characters act."""
    return Text(text.translate(_CONTROLS), style=style)
