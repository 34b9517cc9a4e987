"""Situations from public bug reports, beside the project: answered, verified and read right.

They are asked in process. Those that are not named here need what the product has not yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onrecord import Archive
from onrecord.index.encoder import Encoder
from onrecord.service.settings import Settings
from tests.conftest import SHARED

CASES = SHARED / "cases"
TODAY = "2025-06-01"
SOLVED = (
    "01-daily-figure-hidden", "02-correction-hidden-under-error", "05-publication-day-in-question",
    "07-latest-means-newest", "09-acronym-without-points", "11-name-romanised-otherwise",
    "12-name-romanised-otherwise-2", "14-number-in-figures-or-words", "15-typing-errors",
@@
    "50-verify-nested-quotation-marks", "51-verify-pasted-invisibles", "53-verify-a-headline",
    "58-uk-inflected-questions", "60-what-about-a-new-question",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not there")


@pytest.mark.parametrize("name", SOLVED)
def test_a_situation_of_a_bug_report_is_right(name: str, tmp_path: Path, encoder: Encoder) -> None:
    folder = CASES / name
    if not folder.is_dir():
        pytest.skip(f"../shared/cases/{name} is not there")
    checks: list[dict[str, Any]] = json.loads((folder / "expect.json").read_text())["checks"]
    assert checks
    for number, file in enumerate(dict.fromkeys(one.get("read", "") for one in checks)):
        with built(tmp_path / str(number), folder / "files" / file, encoder) as archive:
            for check in checks:
                if check.get("read", "") == file:
                    look(archive, check)


@contextmanager
def built(folder: Path, pages: Path, encoder: Encoder) -> Iterator[Archive]:
    """An archive of these pages."""
    with Archive.from_settings(Settings(archive=folder), encoder) as archive:
        archive.build(pages)
        yield archive


def look(archive: Archive, check: dict[str, Any]) -> None:
    """Assert what one check expects."""
    if "ask" in check:
        ask(archive, check)
    elif "verify" in check:
        assert archive.verify(check["verify"]).verdict == check["verdict"]
    else:
        read = [
            {"title": one.title, "published": one.published.date, "outlet": one.outlet}
            for one in archive.articles()
        ]
        wanted = {key: check[key] for key in ("title", "published", "outlet") if key in check}
        assert any(wanted.items() <= one.items() for one in read), read


def ask(archive: Archive, check: dict[str, Any]) -> None:
    """Assert what the answer to a question should be."""
    answer = archive.ask(
        check["ask"],
        history=tuple(check.get("history", ())),
        today=date.fromisoformat(check.get("today", TODAY)),
        sort=check.get("sort", "relevance"),
    )
    quotes = answer.quotes or answer.nearest
    seen = (check["ask"], answer.status, answer.confidence, quotes[0].text if quotes else None)
    assert answer.status == check.get("status", answer.status), seen
    assert check.get("standalone_lacks", "\0") not in answer.standalone_question, seen
    if quotes:
        first = quotes[0]
        assert check.get("first_contains", "") in first.text, seen
        assert check.get("first_title", "") in first.article.title, seen
        published = first.article.published.date
        assert published == check.get("first_published", published), seen
        others = {one.published.date for one in first.also_in}
        assert not others & {*check.get("also_lacks", ())}, seen
    else:
        assert not {"first_contains", "first_title", "first_published"} & check.keys(), seen
