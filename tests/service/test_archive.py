"""`from onrecord import Archive`: what a Python program does with an archive."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import onrecord
from onrecord import Archive, Filter, Ranking, Settings
from onrecord.index.encoder import Encoder
from onrecord.index.errors import Conflict, UnreadablePage

CRANE = """---
title: Eastern crane reopens
outlet: Harbour Post
published: 2024-03-04
---
The harbour of Varnholm reopened its eastern crane on Monday after eleven weeks of repairs.
Engineers replaced 312 bolts and tested the arm with a load of forty tonnes.
"""
LIBRARY = {
    "title": "Library lends tools",
    "text": "The town library lends drills and saws. In its first season 641 readers borrowed one.",
    "published": "2025-02-01",
    "outlet": "Varnholm Gazette",
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with one page."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "crane.md").write_text(CRANE)
    return folder


def test_an_archive_is_built_asked_and_closed(tmp_path: Path, pages: Path) -> None:
    with Archive.open(tmp_path / "archive", min_confidence=0.0) as archive:
        report = archive.build(pages)
        assert len(report.added) == 1
        answer = archive.ask("How many bolts did the engineers replace?")
        assert answer.status == "answered"
        (quote,) = answer.quotes
        assert "replaced 312 bolts" in quote.text
        assert quote.article.text[quote.span.start : quote.span.end] == quote.text
        assert (quote.article.title, quote.article.published.date) == (
            "Eastern crane reopens",
            "2024-03-04",
        )
        assert archive.verify("Engineers replaced 312 bolts").verdict == "verbatim"
        assert archive.verify("Engineers replaced 311 bolts").verdict == "altered"
    with Archive.open(tmp_path / "archive") as again:
        assert [article.title for article in again.articles()] == ["Eastern crane reopens"]


def test_what_is_added_is_asked_next_and_what_is_deleted_is_gone(
    tmp_path: Path, pages: Path
) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        archive.build(str(pages))
        added = archive.add(LIBRARY)
        assert added.is_new
        assert archive.article(added.article.id) == added.article
        assert not archive.add(LIBRARY).is_new
        listed = [article.title for article in archive.articles()]
        assert listed == ["Library lends tools", "Eastern crane reopens"]
        gazette = Filter(outlets=("varnholm gazette",))
        assert [article.title for article in archive.articles(gazette)] == ["Library lends tools"]
        assert archive.delete(added.article.id)
        assert not archive.delete(added.article.id)
        assert archive.article(added.article.id) is None


def test_a_window_leaves_articles_out(tmp_path: Path, pages: Path) -> None:
    with Archive.open(tmp_path / "archive", min_confidence=0.0) as archive:
        archive.build(pages)
        later = archive.ask("How many bolts?", published_from=date(2025, 1, 1))
        assert (later.status, later.reason) == ("no_answer", "nothing_in_window")
        assert archive.ask("How many bolts?", outlets=["Harbour Post"]).status == "answered"


@pytest.mark.parametrize(
    ("question", "options", "message"),
    [
        ("  ", {}, "expected a question"),
        ("How many bolts?", {"top_k": 0}, "top_k of at least 1, got 0"),
        ("How many bolts?", {"outlets": []}, "at least one outlet"),
        (
            "How many bolts?",
            {"published_from": date(2025, 1, 2), "published_to": date(2025, 1, 1)},
            "2025-01-02 is after published_to 2025-01-01",
        ),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    tmp_path: Path, question: str, options: dict[str, object], message: str
) -> None:
    with Archive.open(tmp_path / "archive") as archive, pytest.raises(ValueError, match=message):
        archive.ask(question, **options)  # type: ignore[arg-type]


def test_a_page_that_is_none_and_an_id_that_is_taken_are_refused(
    tmp_path: Path, pages: Path
) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        (built,) = archive.build(pages).added
        with pytest.raises(UnreadablePage):
            archive.add(b"", "empty.txt")
        with pytest.raises(Conflict, match=built):
            archive.add({**LIBRARY, "id": built})


def test_another_ranking_is_another_fingerprint(tmp_path: Path, encoder: Encoder) -> None:
    settings = Settings(archive=tmp_path / "archive", reranker="none")
    with Archive.from_settings(settings, encoder) as archive:
        archive.add(LIBRARY)
        shipped = archive.ask("How many readers?").fingerprint
    with Archive.from_settings(settings, encoder, Ranking(dense_weight=1.0)) as archive:
        assert archive.ask("How many readers?").fingerprint != shipped


def test_the_package_imports_nothing_until_a_name_is_used() -> None:
    code = "import sys, onrecord; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert not {"numpy", "pydantic", "onrecord.index.types"} & set(done.stdout.split())


def test_every_public_name_is_there() -> None:
    for name in onrecord.__all__:
        assert getattr(onrecord, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        onrecord.Nonsense  # noqa: B018


def test_a_file_called_index_beside_a_notebook_breaks_nothing(tmp_path: Path) -> None:
    for name in ("index.py", "service.py", "eval.py"):
        (tmp_path / name).write_text("raise RuntimeError('this is not the library')")
    code = "from onrecord import Archive; print(Archive.__module__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "onrecord.service.archive"
