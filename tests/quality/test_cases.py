"""Situations from public bug reports, beside the project: answered, verified and read right.

They are asked in process.
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
from onrecord.index.types import Article
from onrecord.service.settings import Settings
from tests.conftest import SHARED

CASES = SHARED / "cases"
TODAY = "2025-06-01"
# It expects that RTF and CSV are refused; they are read.
OVERTAKEN = ("63-rtf-and-csv",)

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not there")


NAMES = sorted(file.parent.name for file in CASES.glob("*/expect.json"))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OVERTAKEN])
def test_a_situation_of_a_bug_report_is_right(name: str, tmp_path: Path, encoder: Encoder) -> None:
    folder = CASES / name
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
        read(list(archive.articles()), check)


def read(articles: list[Article], check: dict[str, Any]) -> None:
    """Assert that one of the articles is as it should be, and how many there are."""
    assert len(articles) == check.get("articles", len(articles))
    faults = [find_faults(article, check) for article in articles]
    assert [] in faults or not check.keys() - {"build", "articles"}, faults


def find_faults(article: Article, check: dict[str, Any]) -> list[str]:
    """What differs from what a check expects of an article."""
    fields = {
        "title": article.title,
        "published": article.published.date,
        "outlet": article.outlet,
    }
    return [
        *(f"{key}: {value!r}" for key, value in fields.items() if check.get(key, value) != value),
        *(name for name in check.get("authors_lack", ()) if name in " ".join(article.authors)),
        *(f"lacks {text[:40]}" for text in check.get("contains", ()) if text not in article.text),
        *(f"has {text[:40]}" for text in check.get("lacks", ()) if text in article.text),
    ]


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
        marked = [first.article.text[one.start : one.end] for one in first.highlights]
        assert any(check.get("highlight", "") in one for one in marked or [""]), marked
        others = {one.published.date for one in first.also_in}
        assert not others & {*check.get("also_lacks", ())}, seen
    else:
        assert not {"first_contains", "first_title", "first_published"} & check.keys(), seen
