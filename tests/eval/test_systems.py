"""An archive in this process, in others, and behind HTTP: the same replies from each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.datasets import Question
from onrecord.eval.systems import ArchiveOpening, InProcess, OverHttp
from onrecord.index.ranking import Ranking
from onrecord.service.answer import Answerer
from onrecord.service.settings import Settings
from tests.conftest import archive_of
from tests.service.clients import client_of

QUESTIONS = (
    Question("s1", "By what percentage did Russia complete its draft plan?", None, {}),
    Question("s2", "and per year?", None, {}, history=("How many does one campaign take?",)),
    Question("s3", "What did articles published last month say?", None, {}, today="2025-03-10"),
    Question("s4", "how do I make sourdough starter", None, {}),
)


@pytest.fixture
def local(briefs: Answerer, tmp_path: Path) -> InProcess:
    """The briefs in this process; with one job no other process opens them."""
    archive = archive_of(briefs, Settings())
    return InProcess(archive, ArchiveOpening(tmp_path, archive.settings, archive.ranking))


def test_every_quote_of_the_briefs_is_verbatim(local: InProcess) -> None:
    replies = [reply for reply, _ in local.ask_each(QUESTIONS, 1)]
    assert [reply.question for reply in replies] == ["s1", "s2", "s3", "s4"]
    quotes = [quote for reply in replies for quote in reply.quotes]
    assert len(quotes) > 20
    assert all(quote.verbatim for quote in quotes)
    for quote in quotes:
        text = local.read_text(quote.article)
        assert text is not None
        assert quote.text in (None, text[quote.span.start : quote.span.end])


def test_the_date_and_the_history_of_a_question_are_asked_with_it(local: InProcess) -> None:
    replies = {reply.question: reply for reply, _ in local.ask_each(QUESTIONS, 1)}
    found = {quote.article for quote in replies["s3"].quotes}
    assert found == {"f3aaa95dae2e7df7"}  # the only one that is dated February 2025
    assert "6,000" in str(replies["s2"].quotes[0].text)


def test_the_briefs_go_by_id_title_and_file_name(local: InProcess) -> None:
    names = local.list_names()
    assert names["f3aaa95dae2e7df7"] == "f3aaa95dae2e7df7"
    assert names["mobilization-goals-exceeded.md"] == "f3aaa95dae2e7df7"
    title = "Seventeen-year-olds in Ukraine's occupied south face Russian draft registers"
    assert names[title] == "9666c25a162efa0d"
    assert len(set(names.values())) == 5


def test_a_text_that_the_archive_does_not_have_is_nothing(local: InProcess) -> None:
    assert local.read_text("nothing") is None
    assert local.read_text("f3aaa95dae2e7df7", "0" * 64) is None


def test_http_gives_the_replies_that_this_process_gives(briefs: Answerer, local: InProcess) -> None:
    service = OverHttp(client_of(briefs))  # type: ignore[arg-type]
    here = [reply for reply, _ in local.ask_each(QUESTIONS, 1)]
    there = [reply for reply, _ in service.ask_each(QUESTIONS, 2)]
    assert there == here
    assert len(service.list_names()) == 10  # id and title of five; HTTP tells no file names


def test_a_worker_process_gives_the_replies_in_order(
    measured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.eval.systems.MIN_TO_SPREAD", 2)
    (archive,) = (measured.work / "archives").iterdir()
    settings = Settings()
    opening = ArchiveOpening(archive, settings, Ranking())
    with opening.open() as opened:
        system = InProcess(opened, opening)
        spread = [reply for reply, _ in system.ask_each(QUESTIONS, 2)]
        assert spread == [system.ask(question)[0] for question in QUESTIONS]
    assert [reply.question for reply in spread] == ["s1", "s2", "s3", "s4"]
