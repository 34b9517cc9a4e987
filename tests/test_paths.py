"""How many files a reader of the code meets on the way of one question, and of one page."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType

import pytest

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import ingest
from onrecord.index.store import Store
from onrecord.service.archive import Archive
from onrecord.service.settings import Settings

PROJECT = Path(__file__).parents[1]
LAYERS = ("index", "service", "eval")
MOST_OF_A_QUESTION = 28
MOST_OF_A_PAGE = 55
PAGE = """<!doctype html><html lang="en"><head><title>Eastern crane reopens</title>
<meta property="article:published_time" content="2024-03-04"></head>
<body><article><h1>Eastern crane reopens</h1><p>By Ida Lund</p>
<p>The harbour of Varnholm reopened its eastern crane on Monday after eleven weeks of repairs.
Engineers replaced 312 bolts and tested the arm with a load of forty tonnes.</p>
<p>The port authority expects nine ships a day.</p></article></body></html>"""


def files_that_run(call: Callable[[], object]) -> list[str]:
    """The files of the project whose functions run during a call, in any thread that it starts.

    What runs only while a module is imported does not count.
    """
    ran: set[CodeType] = set()

    def trace(frame: FrameType, event: str, argument: object) -> None:
        ran.add(frame.f_code)

    before = sys.gettrace()
    threading.settrace(trace)
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
        threading.settrace(before)  # type: ignore[arg-type]
    files = {Path(code.co_filename).resolve() for code in ran if code.co_name != "<module>"}
    within = [file.relative_to(PROJECT) for file in files if file.is_relative_to(PROJECT)]
    return sorted(str(file) for file in within if file.parts[0] in LAYERS)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of the seeds as `onrecord serve` opens it, with the evidence reader."""
    with Archive.open(tmp_path / "archive") as opened:
        opened.build(PROJECT / "seeds")
        assert opened.answerer.reranker is not None
        yield opened


def test_a_question_is_answered_in_few_files(archive: Archive) -> None:
    archive.ask("How many of the prisoners are Crimean Tatars?")
    asked = "How many Crimeans were drafted by Russia in 2024?"
    answered: list[str] = []
    files = files_that_run(lambda: answered.append(archive.ask(asked).status))
    assert answered == ["answered"]
    assert "service/answer.py" in files
    assert len(files) <= MOST_OF_A_QUESTION, "\n".join(files)


def test_a_page_is_taken_in_by_few_files(store: Store, encoder: Encoder, tmp_path: Path) -> None:
    page = tmp_path / "crane.html"
    page.write_text(PAGE)
    added: list[list[str]] = []
    files = files_that_run(
        lambda: added.append(ingest([page], store, encoder, Settings().budget).added)
    )
    assert [len(articles) for articles in added] == [1]
    assert "index/ingest.py" in files
    assert len(files) <= MOST_OF_A_PAGE, "\n".join(files)
