"""What the command line shows of answers, articles, reports and settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.index.ingest import Rejected, Report
from onrecord.index.store import Stats
from onrecord.index.types import Article, Filter, Quote, Span
from onrecord.service.answer import Answerer, Query
from onrecord.service.cli import terminal
from onrecord.service.settings import Settings

QUESTION = Query("How many bolts were replaced on the crane?", top_k=2)


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_quotes_stand_under_headline_outlet_date_and_id(
    paper: Answerer, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = paper.answer(QUESTION)
    terminal.show_answer(answer)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].rstrip() == "Eastern crane reopens"
    assert lines[1].rstrip() == f"Harbour Post, 4 March 2024  {answer.quotes[0].id}"
    assert "\n".join(line.rstrip() for line in lines[2:4]) == answer.quotes[0].text
    assert lines[-1].rstrip() == f"confidence {answer.confidence:.2f}"


def test_the_evidence_is_bold(
    paper: Answerer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    answer = paper.answer(QUESTION)
    terminal.show_answer(answer)
    marked = answer.quotes[0].highlights[0]
    sentence = answer.quotes[0].article.text[marked.start : marked.end]
    assert f"\x1b[1m{sentence}\x1b[0m" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("least", "where", "said"),
    [
        (1.1, Filter(), "The archive does not answer this."),
        (0.0, Filter(outlets=("Nobody",)), "No article in the archive passes the filters."),
    ],
)
def test_nearest_misses_are_said_to_be_no_answer(
    paper: Answerer, capsys: pytest.CaptureFixture[str], least: float, where: Filter, said: str
) -> None:
    terminal.show_answer(
        replace(paper, min_confidence=least).answer(replace(QUESTION, where=where))
    )
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == [said, "Nearest misses, which do not answer it:"]
    assert "Eastern crane reopens" in lines


def test_a_follow_up_shows_what_was_asked(
    paper: Answerer, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.show_answer(paper.answer(Query("Why?", history=("Was the tunnel closed?",))))
    assert capsys.readouterr().out.startswith("Asked as: Was the tunnel closed? Why?")


def test_terms_stand_with_their_quote(paper: Answerer, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_answer(paper.answer(QUESTION))
    said = " ".join(capsys.readouterr().out.split())
    assert "At most 5,000 characters of it may be quoted. A link to it is required." in said


def test_duplicates_are_named(paper: Answerer, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_answer(paper.answer(Query("Why was the road tunnel closed?", top_k=1)))
    assert capsys.readouterr().out.count("also in: Tunnel shut") == 2


def test_markup_and_control_characters_of_a_page_do_nothing(
    paper: Answerer, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "A [bold]net[/bold] [/] \x07\x1b[2J\x9b2Jof 🐟 was \rlost. Nobody saw it."
    article = Article("net", "A [/red] \x1b]0;title\x07", text, outlet="[blink]\x1b")
    quote = replace(
        Quote.cut(article, Span(0, len(text))), highlights=(Span(text.index("Nobody"), len(text)),)
    )
    terminal.show_answer(replace(paper.answer(QUESTION), quotes=(quote,)))
    out = capsys.readouterr().out
    assert "A [bold]net[/bold] [/] ��[2J�2Jof 🐟 was �lost. Nobody saw it." in out
    assert "A [/red] �]0;title�" in out
    assert not set(out) & {"\x1b", "\x07", "\x9b", "\r"}


def test_articles_are_a_table_with_undated_ones_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal.show_articles([Article("a.b-c_1", "A [title]", "x"), Article("b", "B", "y")])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["id", "published", "outlet", "title"],
        ["a.b-c_1", "undated", "A", "[title]"],
        ["b", "undated", "B"],
    ]


def test_a_report_names_each_rejected_page_and_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = Report(
        added=["a", "b"],
        updated=["c"],
        unchanged=["d"],
        removed=["e"],
        deleted=["f"],
        rejected=[Rejected("/pages/[1].txt", "the file is empty")],
    )
    terminal.show_report(report, Stats(1, "", 5, 17))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "2 read",
        "1 changed, read again",
        "1 unchanged",
        "1 removed: no longer there",
        "1 left out: deleted by hand (--undelete brings them back)",
        "1 rejected",
        "rejected reason",
        "/pages/[1].txt the file is empty",
        "The archive holds 5 articles in 17 passages.",
    ]


def test_a_report_of_nothing_still_counts(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_report(Report(), Stats(0, "", 0, 0))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "0 read",
        "0 unchanged",
        "0 rejected",
        "The archive holds 0 articles in 0 passages.",
    ]


def test_every_setting_is_shown_with_its_variable_value_and_meaning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal.show_settings(Settings(archive=Path("/srv/[/red]"), min_confidence=0.75))
    out = capsys.readouterr().out
    for name, field in Settings.model_fields.items():
        assert f"ONRECORD_{name.upper()}" in out
        assert str(field.description) in out
    assert "/srv/[/red]" in out
    assert "0.75" in out


def test_progress_shows_nothing_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress() as show:
        show(0, 0, 0)
        show(5, 10, 3)
        show(10, 10, 7)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == ""
